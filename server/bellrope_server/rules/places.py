"""Hosts and networks as an operator lists them: words, CIDRs, names and suffixes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_interface
from itertools import chain
from typing import TypeVar

from bellrope_server.rules.addresses import Span, address_of, closed_in, locate, span_of, within
from bellrope_server.rules.hosts import is_inside, is_name

T = TypeVar("T")

# The words of a list. Metadata addresses within them stay closed.
_WORDS = {
    "loopback": ("127.0.0.0/8", "::1/128"),  # and the names localhost and *.localhost
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"),
}


@dataclass(frozen=True, slots=True)
class Places:
    """Hosts and networks."""

    spans: tuple[Span, ...] = ()
    hosts: frozenset[str] = frozenset()
    suffixes: tuple[str, ...] = ()
    """With their dots: `.svc.cluster.local`."""
    networks: bool = False
    """True if there are networks, other than `loopback`."""

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "Places":
        """Read CIDRs, host names, suffixes, and the words `loopback` and `private`. Ignore empty entries.

        `*.svc.cluster.local` is a suffix: it means all names that end so. `loopback` is 127.0.0.0/8, ::1,
        localhost and *.localhost. `private` is RFC 1918, CGNAT (100.64.0.0/10) and unique local IPv6
        (fc00::/7). Raises ValueError with one sentence for each wrong entry. A network with an address that
        webhooks never reach is wrong too.

        >>> Places.parse(["private"]).hold("10.0.0.1")
        True
        """
        words = [entry.strip().lower().removesuffix(".") for entry in entries if entry.strip()]
        hosts = frozenset(word for word in words if is_name(word) and word not in _WORDS)
        networks = [word for word in words if word not in hosts and not word.startswith("*")]
        wrong: list[str] = []
        suffixes = _read([word for word in words if word.startswith("*")], _suffix, wrong)
        spans = _read(networks, _entry_spans, wrong)
        if wrong:
            raise ValueError("; ".join(wrong))
        return cls(
            spans=tuple(chain.from_iterable(spans)),
            hosts=hosts,
            suffixes=tuple(suffixes),
            networks=bool({*networks} - {"loopback"}),
        )

    def name(self, host: str) -> bool:
        """Return whether a host name, in lower case and without a trailing dot, is listed."""
        return host in self.hosts or host.endswith(self.suffixes)

    def hold(self, address: str, *, host: str = "") -> bool:
        """Return whether an IP literal lies in a listed network, or the name it was found by is listed."""
        return self.name(host) or within(locate(address)[0], self.spans)


NOWHERE = Places()


def _read(entries: Iterable[str], reader: Callable[[str], T], wrong: list[str]) -> list[T]:
    """Return the entries that can be read, and add why each other one is wrong."""
    found = []
    for entry in entries:
        try:
            found.append(reader(entry))
        except ValueError as error:
            wrong.append(str(error))
    return found


def _suffix(entry: str) -> str:
    """Return the suffix that `*.suffix` means, with its dot."""
    suffix = entry.removeprefix("*")
    if not suffix.startswith(".") or not is_name(suffix[1:]):
        raise ValueError(f"{entry!r} is not a suffix: write *.example.com")
    if suffix.count(".") < 2 and not is_inside(f"a{suffix}"):
        raise ValueError(f"{entry!r} is too wide: it would open public names. Write a longer suffix")
    return suffix


def _entry_spans(entry: str) -> list[Span]:
    """Return the networks that a word, a CIDR or an address of a policy opens."""
    if "@" in entry:  # not repeated: it may have a password
        raise ValueError("an entry with @ is not a CIDR, a host name or a suffix: write the host alone")
    if entry in _WORDS:
        return [span_of(text) for text in _WORDS[entry]]
    try:
        network = ip_interface(entry).network
        start = address_of(entry.partition("/")[0])
    except ValueError:
        raise ValueError(f"{entry!r} is not a CIDR, a host name, a suffix, loopback or private") from None
    if start != network.network_address:
        raise ValueError(f"{entry!r} is not the start of its network: write {network} or {start}")
    span = span_of(str(network))
    if closed := closed_in(span):
        raise ValueError(
            f"{entry!r} contains {closed}, which webhooks never reach: use networks without it, or the word "
            "private or loopback; public addresses need no entry"
        )
    return [span]
