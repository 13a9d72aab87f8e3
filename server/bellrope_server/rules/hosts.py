"""What a host's spelling alone shows: whether it is a name, a name for a private network, or this machine."""

import re
from ipaddress import ip_address

# Names for private networks, which are not even looked up: RFC 6761, RFC 6762 appendix G, RFC 8375,
# Kubernetes, and Google Cloud's metadata. A name of one label, such as `metadata`, counts too.
_INSIDE = (
    *(".localhost", ".localdomain", ".local", ".internal", ".intranet", ".private", ".corp", ".home", ".lan"),
    *(".home.arpa", ".svc", ".metadata.goog"),
)

_NAME = re.compile(r"(?=.{1,253}\Z)(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")  # what inet_aton or a browser reads as an address


def is_name(text: str) -> bool:
    """Return whether this is a DNS name that no program can take for an address."""
    return _NAME.fullmatch(text) is not None and _NUMERIC.fullmatch(text) is None


def is_inside(host: str) -> bool:
    """Return whether a name, in lower case and without a trailing dot, is for a private network."""
    return "." not in host or f".{host}".endswith(_INSIDE)


def is_loopback(host: str) -> bool:
    """Return whether a host, without its port, is this machine itself.

    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "example.com", "0.0.0.0")]
    [True, True, True, False, False]
    """
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(address: str) -> None:
    """Raise ValueError unless this is HOST:PORT, where a server can listen."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise ValueError("must be HOST:PORT, for example 127.0.0.1:4122")
