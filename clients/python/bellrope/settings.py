"""Which server a client calls, in which project, and with which key: arguments, or else the environment."""

import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_SERVER = "127.0.0.1:4123"
SERVER_FORMS = "HOST:PORT, http://HOST:PORT or https://HOST"

_SENDABLE = re.compile(r"[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9._-]+")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The gRPC address of a server, and whether it speaks TLS."""

    host: str
    port: int
    tls: bool

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether what is sent to it stays on this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")


def address(server: str | None) -> Address:
    """Return the address of `HOST:PORT`, `http://HOST:PORT` or `https://HOST`. Raises ValueError.

    Absent, it is that of the environment variable BELLROPE_SERVER, or 127.0.0.1:4123.

    >>> [str(address(server)) for server in ("localhost:1", "https://b.example.com", "http://[::1]:4123")]
    ['localhost:1', 'b.example.com:443', '[::1]:4123']
    """
    given = server if server is not None else os.environ.get("BELLROPE_SERVER") or DEFAULT_SERVER
    try:
        return _parsed(given if "://" in given else f"http://{given}")
    except ValueError:
        shown = "The server" if "@" in given else f"`{given}`"  # before an @ stands a password
        raise ValueError(f"{shown} is no server. Write {SERVER_FORMS}") from None


def _parsed(url: str) -> Address:
    parts = urlsplit(url)
    host = parts.hostname or ""
    whole = parts.netloc and parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in url)
    if not whole or parts.scheme not in _PORTS or not _is_host(host):
        raise ValueError
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    return Address(host=host, port=port, tls=parts.scheme == "https")


def _is_host(host: str) -> bool:
    if ":" in host:
        return bool(ipaddress.IPv6Address(host))
    return bool(_HOST.fullmatch(host))


def project(name: str | None) -> str:
    """Return the project; absent, it is BELLROPE_PROJECT of the environment, or `default`."""
    return name if name is not None else os.environ.get("BELLROPE_PROJECT") or "default"


def key(given: str | None) -> str | None:
    """Return the key; absent, it is BELLROPE_KEY or BELLROPE_ADMIN_KEY of the environment, or none.

    Raises ValueError, which does not show it, if it cannot be sent.
    """
    environment = os.environ.get("BELLROPE_KEY") or os.environ.get("BELLROPE_ADMIN_KEY") or None
    found = environment if given is None else given
    if found is not None and not _SENDABLE.fullmatch(found):
        raise ValueError("The key must be printable ASCII characters without white space")
    return found
