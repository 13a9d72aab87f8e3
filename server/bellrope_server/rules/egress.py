"""Which addresses webhooks may reach besides the public ones, as `--egress-allow` says."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_interface

from bellrope_server.rules.addresses import Reach, Span, address_of, closed_in, locate, span_of, within
from bellrope_server.rules.hosts import is_name

# The words of a policy. Metadata addresses within them stay closed.
_WORDS = {
    "loopback": ("127.0.0.0/8", "::1/128"),  # and the names localhost and *.localhost
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
}


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """Which addresses webhooks may reach besides the public ones."""

    spans: tuple[Span, ...] = ()
    hosts: frozenset[str] = frozenset()
    loopback: bool = False

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "EgressPolicy":
        """Read CIDRs, host names, and the words `loopback` and `private`. Empty entries are ignored.

        `loopback` is 127.0.0.0/8, ::1, localhost and *.localhost. `private` is RFC 1918, CGNAT
        (100.64.0.0/10) and unique local IPv6 (fc00::/7). Raises ValueError with one sentence for each wrong
        entry. A network with an address that no policy opens is wrong too.

        >>> EgressPolicy.parse(["private"]).permits("10.0.0.1")
        True
        """
        spans: list[Span] = []
        wrong: list[str] = []
        words = [entry.strip().lower().removesuffix(".") for entry in entries if entry.strip()]
        hosts = frozenset(word for word in words if is_name(word) and word not in _WORDS)
        for word in words:
            try:
                spans += () if word in hosts else _entry_spans(word)
            except ValueError as error:
                wrong.append(str(error))
        if wrong:
            raise ValueError("; ".join(wrong))
        return cls(spans=tuple(spans), hosts=hosts, loopback="loopback" in words)

    def names(self, host: str) -> bool:
        """Return whether the policy lists `host` (lower case, no trailing dot)."""
        return host in self.hosts or (self.loopback and f".{host}".endswith(".localhost"))

    def permits(self, address: str, *, host: str = "") -> bool:
        """Return whether `address`, an IP literal as it is dialled (no brackets, no zone), may be called.

        `host` is the URL's host name in lower case, without a trailing dot. If the policy lists it, its
        addresses may be non-public, but never metadata addresses.
        """
        number, reach = locate(address)
        if reach is Reach.PUBLIC:
            return True
        if reach is Reach.NEVER:
            return False
        return host in self.hosts or within(number, self.spans)


def _entry_spans(entry: str) -> list[Span]:
    """Return the networks that a word, a CIDR or an address of a policy opens."""
    if entry in _WORDS:
        return [span_of(text) for text in _WORDS[entry]]
    try:
        network = ip_interface(entry).network
        start = address_of(entry.partition("/")[0])
    except ValueError:
        raise ValueError(f"{entry!r} is not a CIDR, a host name, loopback or private") from None
    if start != network.network_address:
        raise ValueError(f"{entry!r} is not the start of its network: write {network} or {start}")
    span = span_of(str(network))
    if closed := closed_in(span):
        raise ValueError(
            f"{entry!r} contains {closed}, which webhooks never reach: use networks without it, or the word "
            "private or loopback; public addresses need no entry"
        )
    return [span]
