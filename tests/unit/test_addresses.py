"""Which addresses webhooks may call when no policy allows more."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from bellrope_server.rules.egress import EgressPolicy
from guarded import CLOSED, DENIED_V4, DENIED_V6, denied_v4, denied_v6
from hypothesis import given


@given(denied_v4 | denied_v6)
def test_no_denied_address_is_dialled(address: IPv4Address | IPv6Address) -> None:
    """An address that is not public is never dialled, whatever name resolved to it."""
    assert CLOSED.permits(str(address), host="receiver.example") is False


@pytest.mark.parametrize("network", [*DENIED_V4, *DENIED_V6], ids=str)
def test_a_denied_range_is_denied_from_edge_to_edge(network: IPv4Network | IPv6Network) -> None:
    """A forbidden range is forbidden from its first address to its last."""
    assert [CLOSED.permits(str(edge)) for edge in (network[0], network[-1])] == [False, False]


@pytest.mark.parametrize(
    "address",
    [
        *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
        *("128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255"),
        *("172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.88.98.255"),
        *("192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255"),
        *("198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "2000::", "2001:200::"),
        *("2001:db7:ffff::", "2001:db9::", "2001:ffff::", "2003::", "2620:4f:7fff::", "2620:4f:8001::"),
        *("3ffe:ffff::", "3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ],
)
def test_what_lies_just_outside_a_denied_range_is_public(address: str) -> None:
    """The public addresses next to a forbidden range stay allowed."""
    assert CLOSED.permits(address) is True


@pytest.mark.parametrize(
    "text", ["", "localhost", "8.8.8.8 ", "[::1]", "2606:4700::1%eth0", "0x8.8.8.8", "134744072"]
)
def test_what_is_no_address_is_never_permitted(text: str) -> None:
    """Only a plain IP literal is dialled."""
    assert EgressPolicy.parse(["loopback", "private", "receiver"]).permits(text, host="receiver") is False
