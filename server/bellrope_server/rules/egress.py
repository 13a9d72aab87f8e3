"""Which addresses webhooks may reach besides the public ones, as `--egress-allow` says."""

from collections.abc import Iterable
from dataclasses import dataclass

from bellrope_server.rules.addresses import Reach, locate
from bellrope_server.rules.hosts import is_loopback
from bellrope_server.rules.places import NOWHERE, Places


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Which addresses webhooks may reach besides the public ones."""

    opened: Places = NOWHERE

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "EgressPolicy":
        """Read what is opened; raise ValueError as Places.parse does.

        >>> EgressPolicy.parse(["private"]).permits("10.0.0.1")
        True
        """
        return cls(Places.parse(entries))

    def names(self, host: str) -> bool:
        """Return whether a private name, in lower case and without a trailing dot, may be looked up at all.

        Its addresses decide then, unless the policy lists it.
        """
        if self.opened.name(host):
            return True
        if is_loopback(host):
            return any(self.permits(address) for address in ("127.0.0.1", "::1"))
        return self.opened.networks

    def permits(self, address: str, *, host: str = "") -> bool:
        """Return whether `address`, an IP literal as it is dialled (no brackets, no zone), may be called.

        `host` is the URL's host name in lower case, without a trailing dot. If the policy lists it, its
        addresses may be non-public, but never metadata addresses.
        """
        _, reach = locate(address)
        if reach is Reach.PUBLIC:
            return True
        if reach is Reach.NEVER:
            return False
        return self.opened.hold(address, host=host)
