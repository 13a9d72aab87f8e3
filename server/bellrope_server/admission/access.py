"""Who may call: callers with the admin key, or, on a server without a key, callers on this machine."""

import hmac
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from bellrope_server.admission.principal import ADMIN, OPEN, Principal
from bellrope_server.errors import ForeignOrigin, KeyRequired
from bellrope_server.rules.hosts import is_loopback
from bellrope_server.rules.origins import Origins

SCHEME = "bearer "


class Access:
    """Finds the caller from the headers of a call."""

    def __init__(self, admin_key: str | None, *, origins: Origins = Origins()) -> None:  # noqa: B008  # frozen
        """Pages of `origins` may call an open server, too."""
        self.origins = origins
        self._key = admin_key.encode() if admin_key else None
        self.open = self._key is None
        """True if no key is set: then only loopback is served."""

    def who(self, authorization: Iterable[str]) -> Principal:
        """Return the caller with these `Authorization` values; raise KeyRequired without the right key.

        An open server does not read the values.
        """
        if self._key is None:
            return OPEN
        given = list(authorization)
        if len(given) == 1 and hmac.compare_digest(_key_in(given[0]), self._key):
            return ADMIN
        raise KeyRequired

    def check_origin(self, host: str | None, origin: str | None) -> None:
        """Raise ForeignOrigin if a browser calls under a foreign name (DNS rebinding)."""
        if self._key is None and not _from_here(host, None if self.origins.allowed(origin) else origin):
            raise ForeignOrigin


def _key_in(value: str) -> bytes:
    key = value[len(SCHEME) :] if value.lower().startswith(SCHEME) else ""
    return key.encode(errors="surrogateescape")


@lru_cache(maxsize=256)
def _from_here(host: str | None, origin: str | None) -> bool:
    return _local(f"http://{host or ''}") and (origin is None or _local(origin))


def _local(url: str) -> bool:
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False
