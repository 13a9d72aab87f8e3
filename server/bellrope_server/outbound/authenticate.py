"""What shows an endpoint that it is called by someone who may: the headers that the trigger's owner set."""

from collections.abc import Mapping

from msgspec import Struct

from bellrope_server.outbound.envelope import Enveloped

HIDDEN = b"[hidden]"
"""What the log has for the value of a header that the trigger's owner set: it may be a credential."""


class Credentials(Struct, frozen=True):
    """The header lines of a trigger's owner: as they are sent, and as the log may have them."""

    sent: tuple[bytes, ...]
    shown: tuple[bytes, ...]


class Authenticated(Struct, frozen=True):
    """An enveloped event, and the credentials that go with it."""

    enveloped: Enveloped
    credentials: Credentials


def credentials(headers: Mapping[str, str]) -> Credentials:
    """Return a trigger's headers, prepared for all its requests."""
    return Credentials(
        sent=tuple(_line(name, value) for name, value in headers.items()),
        shown=tuple(b"%b: %b" % (name.encode(), HIDDEN) for name in headers),
    )


def authenticate(enveloped: Enveloped, credentials: Credentials) -> Authenticated:
    """Return the event with the credentials of its trigger."""
    return Authenticated(enveloped, credentials)


def _line(name: str, value: str) -> bytes:
    """Return a header as libcurl wants it: with a colon and no value it would be left out."""
    return f"{name}: {value}".encode() if value.strip() else f"{name};".encode()
