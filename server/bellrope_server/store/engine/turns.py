"""The order in which verbs run inside one commit, whatever the order of the requests."""

from enum import IntEnum, auto


class Turn(IntEnum):
    """A verb's place in the commit. Verbs run, and their results are handed out, in this order.

    Where no comment gives a reason, any order would do if it is always the same.
    """

    # User actions on deliveries, before the claims: listeners learn that a replayed delivery waits before
    # they learn that it is attempted.
    ACT = auto()
    START_BULK = auto()
    STEP_BULK = auto()
    GIVE_EVENTS = auto()
    CANCEL_BULK = auto()

    # Projects before their triggers and types, so that both can be created in one commit. All settings before
    # events and claims: a trigger that is saved, paused or deleted in a commit is so for the whole commit.
    CREATE_PROJECT = auto()
    UPDATE_PROJECT = auto()
    PAUSE_PROJECT = auto()
    DELETE_PROJECT = auto()
    SAVE_TRIGGER = auto()
    DELETE_TRIGGER = auto()
    SAVE_TYPE = auto()
    DELETE_TYPE = auto()

    BEAT = auto()
    LEAVE = auto()

    # Events before claims: a claim also finds due deliveries of events in its commit that had no slot.
    QUEUE = auto()
    QUEUE_GROUP = auto()
    CLAIM = auto()
    CLAIM_SUSPECT = auto()
    CHECK = auto()

    # Returns of leases, after the claims: a delivery is leased at most once in a commit, and the holder of a
    # lost lease has time to notice until the next claim.
    RELEASE = auto()
    RESCUE = auto()
    SWEEP = auto()

    REMOVE = auto()
    FOLD = auto()
    SAMPLE = auto()
    WAIT = auto()

    # After RESCUE: a lease that has ended stays ended, even for an outcome in the same commit.
    RECORD = auto()

    PROBE = auto()
