"""The order in which verbs run inside one commit, whoever asked first."""

from enum import IntEnum, auto


class Turn(IntEnum):
    """A verb's place in the commit: verbs run, and their results are handed out, in the order written here.

    Where no comment gives a reason any order would do, as long as it is always the same.
    """

    # What people did to deliveries, before the claims: listeners hear that a replayed delivery waits before
    # they hear that it is attempted.
    ACT = auto()
    START_BULK = auto()
    STEP_BULK = auto()
    CANCEL_BULK = auto()

    # Projects before their triggers and types, so that both can be made in one commit. All settings before
    # events and claims: a trigger that is saved, paused or deleted in a commit counts for the whole commit.
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

    # Events before claims: a claim finds what is due of the events that share its commit, but had no slot.
    QUEUE = auto()
    QUEUE_GROUP = auto()
    CLAIM = auto()

    # What gives a lease back, after the claims: a delivery is leased once in a commit at most, and who lost
    # the lease has the time until the next claim to see it.
    RELEASE = auto()
    RESCUE = auto()
    SWEEP = auto()

    REMOVE = auto()
    WAIT = auto()

    # After RESCUE: a lease that is over is over, even for an outcome that comes in the same commit.
    RECORD = auto()

    PROBE = auto()
