"""How many events one event may lead to. Each webhook's answer gets a part, so that nothing is shared."""

from collections.abc import Sequence

from bellrope_server.model import Trigger

MAX_HOPS = 16


def looped(hop: int) -> bool:
    """Return whether a chain of events is so long that it counts as a loop."""
    return hop > MAX_HOPS


def parts(triggers: Sequence[Trigger]) -> int | None:
    """Return into how many parts an event's number is divided, one for each webhook that chains events.

    If others get the event too, half of it is theirs: their dead letters are events. None if none chains.
    """
    chaining = sum(trigger.spec.chain_events for trigger in triggers)
    if not chaining:
        return None
    return chaining if chaining == len(triggers) else 2 * chaining


def with_another(parts: int | None, trigger: Trigger) -> int | None:
    """Return the parts after one more webhook gets an event that was divided into `parts`.

    What was given to answers before stays given, as it does when a delivery is replayed.
    """
    return (parts or 0) + 2 if trigger.spec.chain_events else parts


def of_answer(left: int, parts: int | None) -> int:
    """Return how many events the answer of a webhook that chains events may lead to."""
    return left // (parts or 1)


def of_dead_letter(left: int, parts: int | None, *, deliveries: int, chains: bool) -> int:
    """Return how many events a dead letter may lead to, of which the event about it is the first.

    `parts` and `deliveries` are those of the event that could not be delivered.

    >>> of_dead_letter(100, None, deliveries=4, chains=False)
    25
    >>> of_dead_letter(100, 2, deliveries=6, chains=True), of_dead_letter(100, 2, deliveries=6, chains=False)
    (50, 10)
    """
    if chains:
        return of_answer(left, parts)
    others = max(deliveries - (parts or 0) // 2, 1)
    return (left // 2 if parts else left) // others


def divided(left: int, asked: int) -> tuple[int, int]:
    """Return how many of the events that an answer asks for may be queued, and what each may lead to.

    >>> divided(100, 3), divided(2, 3), divided(0, 3)
    ((3, 32), (2, 0), (0, 0))
    """
    queued = min(left, asked)
    return queued, (left - queued) // queued if queued else 0
