"""Who calls, as everything behind the doors knows them."""

from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """What makes a caller one that may call."""

    OPEN = "open"
    """The server has no key: the caller is whoever is on this machine."""
    ADMIN = "admin"
    """The caller has the admin key."""


class Principal(Struct, frozen=True):
    """Whoever a call is made for."""

    kind: Kind


OPEN = Principal(Kind.OPEN)
ADMIN = Principal(Kind.ADMIN)
