"""Who may call: whoever has the admin key, or, on a server without one, whoever is on this machine."""

import hmac
from functools import lru_cache
from urllib.parse import urlsplit

from bellrope_server.errors import ForeignOrigin, KeyRequired
from bellrope_server.rules.hosts import is_loopback

SCHEME = "bearer "


class Access:
    """Decides about a call from what it carries."""

    def __init__(self, admin_key: str | None) -> None:
        self._key = admin_key.encode() if admin_key else None
        self.open = self._key is None
        """True if no key is set: then only loopback is served."""

    def check_key(self, authorization: str | None) -> None:
        """Raise KeyRequired unless the `Authorization` value carries the admin key, or none is set."""
        if self._key is None:
            return
        given = authorization or ""
        key = given[len(SCHEME) :] if given.lower().startswith(SCHEME) else ""
        if not hmac.compare_digest(key.encode(errors="surrogateescape"), self._key):
            raise KeyRequired

    def check_origin(self, host: str | None, origin: str | None) -> None:
        """Raise ForeignOrigin if a browser was led here under another's name (DNS rebinding)."""
        if self._key is not None:
            return
        if not _from_here(host, origin):
            raise ForeignOrigin


@lru_cache(maxsize=256)
def _from_here(host: str | None, origin: str | None) -> bool:
    return _local(f"http://{host or ''}") and (origin is None or _local(origin))


def _local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False
