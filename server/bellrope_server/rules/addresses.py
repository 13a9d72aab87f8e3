"""Which IP addresses webhooks may reach: always, only if a policy opens them, or never."""

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""The first and the last address of a network, as numbers: IPv6, then IPv4."""


class Reach(Enum):
    """Whether a webhook may reach an address."""

    PUBLIC = 1  # always
    GUARDED = 2  # if the policy opens it
    NEVER = 3


# IPv4: everything is public except these. The table follows IANA's special-purpose registry, and adds the
# globally reachable entries of that registry, such as anycast relays and sinks, where no webhook lives.
_GUARDED_V4 = (
    "0.0.0.0/8",  # this network; Linux takes 0.0.0.0 for loopback
    "10.0.0.0/8",  # private, RFC 1918
    "100.64.0.0/10",  # shared by carriers (CGNAT), RFC 6598
    "127.0.0.0/8",  # loopback
    "172.16.0.0/12",  # private, RFC 1918
    "192.0.0.0/24",  # protocol assignments, RFC 6890
    "192.0.2.0/24",  # documentation, RFC 5737
    "192.31.196.0/24",  # AS112, RFC 7535
    "192.52.193.0/24",  # multicast tunnelling (AMT), RFC 7450
    "192.88.99.0/24",  # 6to4 relays, RFC 7526
    "192.168.0.0/16",  # private, RFC 1918
    "192.175.48.0/24",  # AS112, RFC 7534
    "198.18.0.0/15",  # benchmarks, RFC 2544
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and broadcast
)

# IPv6: only global unicast is public, except these.
_GLOBAL_V6 = "2000::/3"
_GUARDED_V6 = (
    "2001::/23",  # protocol assignments: benchmarks, ORCHID, anycast relays, RFC 2928
    "2001:db8::/32",  # documentation, RFC 3849
    "2620:4f:8000::/48",  # AS112, RFC 7534
    "3fff::/20",  # documentation, RFC 9637
)
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # RFC 5214: bits 64 to 95 of any address with IPv4 in the last 32

# No policy opens these: the places where clouds hand out credentials, and the prefixes that contain an IPv4
# address, because they lead to the same places (::/96 except ::1, which is loopback).
_V4_COMPATIBLE = IPv6Network("::/96").address_exclude(IPv6Network("::1"))
_NEVER = {
    "169.254.0.0/16": "link-local: the metadata of most clouds",
    "168.63.129.16/32": "metadata of Azure",
    "100.100.100.200/32": "metadata of Alibaba Cloud",
    "100.96.0.96/32": "metadata of Volcano Engine",
    "192.0.0.192/32": "metadata of Oracle Cloud Classic",
    "fe80::/10": "link-local: the metadata of OpenStack and others",
    "fd00:ec2::/32": "metadata and other services of AWS",
    "fd20:ce::254/128": "metadata of Google Cloud",
    "fd00:c1::a9fe:a9fe/128": "metadata of Oracle Cloud",
    "fd00:42::42/128": "metadata of Scaleway",
    "fd00:a9fe:a9fe::1/128": "metadata of Linode",
    "fd00:100::100:200/128": "metadata of Alibaba Cloud",
    "::ffff:0:0/96": "IPv4-mapped, RFC 4291",
    "::ffff:0:0:0/96": "IPv4-translated, RFC 2765",
    "64:ff9b::/96": "IPv4 behind NAT64, RFC 6052",
    "64:ff9b:1::/48": "IPv4 behind a local NAT64, RFC 8215",
    "2001::/32": "IPv4 inside Teredo, RFC 4380",
    "2002::/16": "IPv4 inside 6to4, RFC 3056",
    **{str(part): "IPv4-compatible, RFC 4291" for part in _V4_COMPATIBLE},
}


@lru_cache(maxsize=8192)
def locate(address: str) -> tuple[int, Reach]:
    """Return an address as a number, and its reach: NEVER if it is no address, or has a zone."""
    try:
        number = _number(address_of(address))
    except ValueError:
        number = -1
    if number < 0 or within(number, _NEVER_SPANS):
        return number, Reach.NEVER
    isatap = number < _FIRST_V4 and (number >> 32) & 0xFFFF_FFFF in _ISATAP
    if isatap or not within(number, _PUBLIC_SPANS) or within(number, _GUARDED_SPANS):
        return number, Reach.GUARDED
    return number, Reach.PUBLIC


def within(number: int, spans: Iterable[Span]) -> bool:
    """Return whether an address lies in one of these networks."""
    for first, last in spans:  # noqa: SIM110 (any() costs three times as much, on every attempt)
        if first <= number <= last:
            return True
    return False


def closed_in(span: Span) -> str | None:
    """Return which addresses of a network no policy opens, and what they are; None if there are none."""
    for (text, what), (first, last) in zip(_NEVER.items(), _NEVER_SPANS, strict=True):
        if span[0] <= last and first <= span[1]:
            return f"{text} ({what})"
    return None


def address_of(text: str) -> IPv4Address | IPv6Address:
    """Return the address that a text spells; raise ValueError if it is not an address.

    An address with a zone is refused, because a number would lose the zone.
    """
    if "%" in text:
        raise ValueError("an address with a zone")
    return ip_address(text)


def span_of(text: str) -> Span:
    """Return the first and the last address of a network."""
    network: IPv4Network | IPv6Network = ip_network(text)
    return _number(network[0]), _number(network[-1])


def _number(address: IPv4Address | IPv6Address) -> int:
    """Put both families on one scale: IPv6, then IPv4."""
    return int(address) + (_FIRST_V4 if address.version == 4 else 0)


_FIRST_V4 = 1 << 128
_NEVER_SPANS = tuple(span_of(text) for text in _NEVER)
_PUBLIC_SPANS = tuple(span_of(text) for text in ("0.0.0.0/0", _GLOBAL_V6))
_GUARDED_SPANS = tuple(span_of(text) for text in (*_GUARDED_V4, *_GUARDED_V6))
