"""What tests of the egress guard share: what it denies, and what becomes of a URL."""

from ipaddress import IPv4Network, IPv6Network

from bellrope_server.errors import UrlBlocked, UrlInvalid
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.urls import check_url
from hypothesis import strategies as st

CLOSED = EgressPolicy.parse([])
REFUSED = ("INVALID", "BLOCKED")

DENIED_V4 = [
    IPv4Network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/3", "168.63.129.16/32"),
    )
]
DENIED_V6 = [
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
NOT_GLOBAL_V6 = [IPv6Network(text) for text in ("::/3", "4000::/2", "8000::/1")]

denied_v4 = st.sampled_from(DENIED_V4).flatmap(lambda network: st.ip_addresses(network=network))
denied_v6 = st.sampled_from(DENIED_V6 + NOT_GLOBAL_V6).flatmap(
    lambda network: st.ip_addresses(network=network)
)


def outcome(url: str, policy: EgressPolicy = CLOSED) -> str:
    """Return what check_url decides: one word if it refuses, else the URL to dial."""
    try:
        return check_url(url, policy).url
    except UrlInvalid:
        return "INVALID"
    except UrlBlocked:
        return "BLOCKED"
