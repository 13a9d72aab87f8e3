"""Which pages of other origins a browser may let call, as `--cors-origin` says."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

ANY = "*"
EXAMPLE = "for example https://app.example.com, in ASCII, without the usual port"
USUAL = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origins:
    """Origins of pages, such as `https://app.example.com`, or every origin."""

    names: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "Origins":
        """Read origins, or `*` for all. Empty entries are ignored. Raises ValueError for a wrong one.

        >>> Origins.parse(["https://app.example.com"]).allowed("https://app.example.com")
        'https://app.example.com'
        """
        names = frozenset(entry.strip() for entry in entries if entry.strip())
        for name in sorted(names):
            if name != ANY and not _is_origin(name):
                shown = "this" if "@" in name else repr(name)  # before it there may be a password
                raise ValueError(f"{shown} is not an origin: write it as a browser does, {EXAMPLE}")
        return cls(names)

    def allowed(self, origin: str | None) -> str | None:
        """Return what an answer says is allowed: the origin, or `*`; None if it is not allowed."""
        if origin is None or not self.names:
            return None
        if origin in self.names:
            return origin
        return ANY if ANY in self.names else None


def _is_origin(name: str) -> bool:
    """Return whether a browser sends this: a scheme, a host in lower case and perhaps an unusual port.

    RFC 6454, 6.2.
    """
    try:
        parts = urlsplit(name)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or not name.isascii() or "@" in parts.netloc or "*" in host:
        return False
    written = name == f"{parts.scheme}://{parts.netloc}" == name.lower() and not parts.netloc.endswith(":")
    return written and parts.scheme in USUAL and port != USUAL[parts.scheme]
