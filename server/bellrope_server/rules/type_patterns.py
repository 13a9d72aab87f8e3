"""Which types of events a trigger takes: one, all with a prefix (`order.*`), or all (`*`)."""

ALL = "*"
ENDING = ".*"
RESERVED = "bellrope."  # only the server queues events of these types


def is_pattern(type: str) -> bool:
    """Return whether a trigger's type takes more than one type of event.

    >>> [is_pattern(type) for type in ("*", "order.*", "order", "order*")]
    [True, True, False, False]
    """
    return type == ALL or type.endswith(ENDING)


def takers(event_type: str) -> list[str]:
    """Return the types of triggers that take events of this type.

    `*` does not take the server's own types: a trigger for everything would get its own dead letters.

    >>> takers("order.paid.late"), takers("bellrope.delivery.dead_lettered")[1:]
    (['order.paid.late', 'order.paid.*', 'order.*', '*'], ['bellrope.delivery.*', 'bellrope.*'])
    """
    found = [event_type]
    prefix = event_type
    while "." in prefix:
        prefix = prefix.rpartition(".")[0]
        found.append(prefix + ENDING)
    return found if event_type.startswith(RESERVED) else [*found, ALL]


def takes(type: str, event_type: str) -> bool:
    """Return whether a trigger of this type takes events of that type."""
    return type in takers(event_type)
