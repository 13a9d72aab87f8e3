"""The caller of a call, as admission identified it."""

from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """Why a caller may call."""

    OPEN = "open"
    """The server has no key; the caller is on this machine."""
    ADMIN = "admin"
    """The caller has the admin key."""


class Principal(Struct, frozen=True):
    """The caller of a call."""

    kind: Kind


OPEN = Principal(Kind.OPEN)
ADMIN = Principal(Kind.ADMIN)
