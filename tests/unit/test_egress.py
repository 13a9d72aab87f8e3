"""What `--egress-allow` opens to webhooks, and what stays closed whatever it says."""

import pytest
from bellrope_server.rules.egress import EgressPolicy
from guarded import CLOSED, outcome

METADATA = [
    *("169.254.169.254", "169.254.170.2", "169.254.0.23", "168.63.129.16", "100.100.100.200", "100.96.0.96"),
    *("192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"),
    *("fd00:a9fe:a9fe::1", "fd00:100::100:200", "fe80::a9fe:a9fe", "::ffff:169.254.169.254"),
    *("::ffff:0:169.254.169.254", "::169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1"),
    *("64:ff9b:1::169.254.169.254", "2001:0:4136:e378:8000:63bf:5601:5601"),
]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://[::1]:8080/", "http://localhost:8080/"])
def test_loopback_opens_this_machine(url: str) -> None:
    """With `--egress-allow loopback` webhooks reach receivers on the same machine."""
    assert outcome(url, EgressPolicy.parse(["loopback"])) == url


def test_loopback_opens_names_below_localhost() -> None:
    """*.localhost is loopback (RFC 6761); other names of internal networks are not."""
    policy = EgressPolicy.parse(["Loopback "])
    urls = [
        "http://api.localhost/",
        "http://localhost.localdomain/",
        "http://alocalhost/",
        "http://nas.local/",
    ]
    assert [outcome(url, policy) for url in urls] == [urls[0], "BLOCKED", "BLOCKED", "BLOCKED"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://0.0.0.0/", "http://10.0.0.1/", "http://169.254.1.1/", "http://[::ffff:127.0.0.1]/"),
        *("http://[::]/", "http://[fe80::1]/", "http://127.0.0.1:6379/", "http://localhost:25/"),
    ],
)
def test_loopback_opens_nothing_else(url: str) -> None:
    """`loopback` is 127.0.0.0/8 and ::1, without the ports of other services."""
    assert outcome(url, EgressPolicy.parse(["loopback"])) == "BLOCKED"


def test_private_opens_private_networks_and_nothing_else() -> None:
    """`private` is RFC 1918, CGNAT and unique local IPv6."""
    opened = ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1", "fd12::1"]
    closed = ["127.0.0.1", "::1", "172.15.255.255", "169.254.1.1", "192.0.2.1", "fe80::1", "fec0::1", "::"]
    policy, public = EgressPolicy.parse(["private"]), {"172.15.255.255"}
    assert [address for address in opened + closed if policy.permits(address)] == [*opened, *public]


def test_a_network_opens_its_addresses() -> None:
    """A CIDR or a single address in `--egress-allow` opens exactly that."""
    policy = EgressPolicy.parse(["10.1.0.0/16", "192.168.1.7", "fd12:3456::/48", "::1"])
    asked = ["10.1.255.255", "10.2.0.0", "192.168.1.7", "192.168.1.8", "fd12:3456::1", "fd12:3457::1", "::1"]
    assert [policy.permits(address) for address in asked] == [True, False, True, False, True, False, True]


def test_a_named_host_may_be_anywhere_but_at_a_metadata_address() -> None:
    """A host in `--egress-allow` may resolve to any internal address, and only that host may."""
    policy = EgressPolicy.parse(["Receiver.", "hooks.corp"])
    asked = [("10.0.0.1", "receiver"), ("::1", "hooks.corp"), ("10.0.0.1", "other"), ("10.0.0.1", "")]
    assert [policy.permits(address, host=host) for address, host in asked] == [True, True, False, False]
    assert [outcome(url, policy) for url in ("http://receiver:8080/", "http://other:8080/")] == [
        "http://receiver:8080/",
        "BLOCKED",
    ]


@pytest.mark.parametrize("address", METADATA)
def test_no_policy_opens_a_metadata_address(address: str) -> None:
    """No webhook reaches an address where clouds give out credentials, whatever the policy allows (F219)."""
    policy = EgressPolicy.parse(
        ["private", "loopback", "receiver", "128.0.0.0/3", "metadata.google.internal"]
    )
    assert policy.permits(address, host="receiver") is False


@pytest.mark.parametrize("entry", METADATA)
def test_a_policy_that_names_a_metadata_address_is_refused(entry: str) -> None:
    """The server does not start with a metadata address in `--egress-allow` (F219)."""
    with pytest.raises(ValueError, match="which webhooks never reach"):
        EgressPolicy.parse([entry])


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "169.254.0.0/16",
            "169.254.169.0/24",
            "0.0.0.0/0",
            "::/0",
            "128.0.0.0/1",
            "100.64.0.0/10",
            "fc00::/7",
        ),
        *("fd00:ec2::/32", "fd00::/8", "fe80::/10", "::ffff:0:0/96", "::/96", "64:ff9b::/96", "2002::/16"),
    ],
)
def test_a_policy_that_spans_a_metadata_address_is_refused(entry: str) -> None:
    """A network with a metadata address in it is refused, and the error says what to write instead (F219)."""
    with pytest.raises(ValueError, match="use networks without it, or the word private or loopback"):
        EgressPolicy.parse([entry])


def test_every_wrong_entry_is_named_at_once() -> None:
    """One start of the server shows everything that is wrong with `--egress-allow`."""
    wrong = [
        "receiver:80",
        "http://receiver",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "0x7f.1",
        "1",
        "-a",
    ]
    wrong += ["[::1]", "::1%lo", "fd12::/129", "b\xfccher.example", "a b", "169.254.0.0/16"]
    with pytest.raises(ValueError, match="is not a CIDR") as caught:
        EgressPolicy.parse(["loopback", "10.0.0.0/9", *wrong])
    assert [
        sentence.split("'")[1] for sentence in str(caught.value).split("; '") for sentence in [f"'{sentence}"]
    ]
    assert all(repr(entry) in str(caught.value) for entry in wrong)


def test_a_network_that_begins_inside_itself_is_refused_with_both_readings() -> None:
    """10.0.0.1/8 may mean a network or an address, so the error offers both."""
    with pytest.raises(ValueError, match=r"write 10\.0\.0\.0/8 or 10\.0\.0\.1"):
        EgressPolicy.parse(["10.0.0.1/8"])


def test_empty_entries_do_not_count() -> None:
    """A trailing comma in BELLROPE_EGRESS_ALLOW is harmless."""
    assert EgressPolicy.parse(["", "  "]) == CLOSED == EgressPolicy()


INSIDE = ["web", "web.shop.svc.cluster.local", "db.internal", "nas.local", "hooks.corp"]


@pytest.mark.parametrize("entry", ["private", "10.0.0.0/8", "192.168.1.7", "fd12:3456::/48"])
def test_an_open_network_opens_the_names_inside_it(entry: str) -> None:
    """With `private` or a CIDR, a private name can be saved: its addresses decide when it is called."""
    policy = EgressPolicy.parse([entry])
    assert [outcome(f"http://{name}:8000/", policy) for name in INSIDE] == [
        f"http://{name}:8000/" for name in INSIDE
    ]
    assert policy.permits("127.0.0.1", host="web") is False
    assert policy.permits("169.254.169.254", host="metadata.google.internal") is False


def test_an_open_network_opens_no_name_of_this_machine() -> None:
    """`localhost` is loopback, so it needs `loopback`, or a network that has it."""
    urls = ("http://localhost/", "http://api.localhost/")
    opened = {
        entry: [outcome(url, EgressPolicy.parse([entry])) for url in urls] for entry in ("private", "::1")
    }
    assert opened == {"private": ["BLOCKED"] * 2, "::1": list(urls)}


def test_a_suffix_opens_the_names_that_end_so() -> None:
    """`*.svc.cluster.local` allows each name below it, at any internal address, and no other name."""
    policy = EgressPolicy.parse(["*.Svc.Cluster.Local.", "*.hooks.example.com"])
    asked = {
        "web.svc.cluster.local": True,
        "web.shop.svc.cluster.local": True,
        "a.hooks.example.com": True,
        "svc.cluster.local": False,
        "websvc.cluster.local": False,
        "web.svc.cluster.local.evil.com": False,
    }
    assert {name: policy.permits("10.0.0.1", host=name) for name in asked} == asked
    assert policy.permits("169.254.169.254", host="web.svc.cluster.local") is False
    assert outcome("http://web.svc.cluster.local/", policy) == "http://web.svc.cluster.local/"
    assert outcome("http://web.cluster.local/", policy) == "BLOCKED"


@pytest.mark.parametrize(
    "entry", ["*", "*.", "*com", "*.com", "**.svc.local", "*.*.local", "*.10", "a.*.local"]
)
def test_a_suffix_that_is_none_or_too_wide_is_refused(entry: str) -> None:
    """A suffix is `*.` and a name; one that would open a whole top-level domain is refused."""
    with pytest.raises(ValueError, match=r"is not a|is too wide"):
        EgressPolicy.parse([entry])


@pytest.mark.parametrize("entry", ["*.internal", "*.local", "*.corp"])
def test_a_suffix_for_private_networks_may_be_short(entry: str) -> None:
    """The top-level domains of private networks are no public ones."""
    assert EgressPolicy.parse([entry]).permits("10.0.0.1", host=f"web{entry[1:]}")
