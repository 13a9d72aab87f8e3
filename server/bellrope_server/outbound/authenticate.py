"""The credentials that an endpoint expects: the headers that the trigger's owner set."""

from collections.abc import Mapping

from msgspec import Struct

from bellrope_server.outbound.envelope import Enveloped

HIDDEN = b"[hidden]"
"""What the log shows in place of a header value that the trigger's owner set: it may be a credential."""


class Credentials(Struct, frozen=True):
    """The headers that a trigger's owner set: as they are sent, and as the log shows them."""

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
    """Return a header as libcurl wants it. With a colon and no value, libcurl would leave it out."""
    return f"{name}: {value}".encode() if value.strip() else f"{name};".encode()
