"""The operator's proxy: where it is, its credentials, and which webhooks are called without it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from bellrope_server.rules.addresses import address_of
from bellrope_server.rules.hosts import is_name
from bellrope_server.rules.places import Places

_FORM = "must be http://USER:PASSWORD@HOST:PORT, or the same with https://; percent-encode the password"
_URL = re.compile(
    r"(https?)://(?:([^\s/?#]*)@)?(\[[^@\[\]]*\]|[^:@\[\]]+)(?::([0-9]{1,5}))?/?", re.IGNORECASE
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROLS = frozenset((*range(0x20), 0x7F))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy that opens tunnels by CONNECT.

    `address` is its host, if that is an IP literal. The user and the password are secret.
    """

    scheme: str
    host: str
    port: int
    address: str | None
    user: bytes = field(repr=False)
    password: bytes = field(repr=False)
    direct: Places
    """What is called without it."""

    @classmethod
    def parse(cls, url: str, *, direct: Iterable[str] = ()) -> "Proxy":
        """Read its URL, and what is called without it. Raises ValueError, with no secret in the message."""
        match = _URL.fullmatch(url)
        if match is None:
            raise ValueError(_FORM)
        scheme, (user, password) = match[1].lower(), _credentials(match[2] or "")
        host, address = _host(match[3])
        port = int(match[4] or _DEFAULT_PORTS[scheme])
        if not 1 <= port <= 65_535:
            raise ValueError("must have a port from 1 to 65535")
        return cls(
            scheme=scheme,
            host=host,
            port=port,
            address=address,
            user=user,
            password=password,
            direct=Places.parse(direct),
        )

    @property
    def url(self) -> str:
        """Its URL without the credentials: this may be shown.

        >>> Proxy.parse("http://me:secret@Proxy.corp:3128").url
        'http://proxy.corp:3128'
        """
        return f"{self.scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def serves(self, address: str, *, host: str) -> bool:
        """Return whether a webhook at this address, found by this host name, is called through it."""
        return not self.direct.hold(address, host=host)


def _credentials(text: str) -> tuple[bytes, bytes]:
    """Return user and password of a URL as they are sent (RFC 7617)."""
    user, _, password = text.partition(":")
    found = unquote_to_bytes(user), unquote_to_bytes(password)
    if b":" in found[0]:
        raise ValueError("must not have a colon in the user: Basic authentication cannot carry it")
    if _CONTROLS.intersection(b"".join(found)):
        raise ValueError("must not have control characters in the user or the password")
    return found


def _host(text: str) -> tuple[str, str | None]:
    """Return a host in its normal spelling without brackets, and its address if it is one."""
    host = text.lower().removesuffix(".")
    if is_name(host):
        return host, None
    try:
        address = address_of(host.strip("[]"))
    except ValueError:
        raise ValueError(_FORM) from None
    if (address.version == 6) is not host.startswith("["):
        raise ValueError(_FORM)
    return str(address), str(address)
