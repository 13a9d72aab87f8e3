"""What each setting may be, and how a wrong value is refused: no error repeats a secret."""

import re

import pytest
from bellrope_server.cli.settings import read
from bellrope_server.config import ConfigError
from bellrope_server.model import Retention
from hypothesis import given
from hypothesis import strategies as st
from unit.settings_given import KEY, LIMITS, SAMPLES, faults


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", ["-1", "0", "9999999999999", "1.5", "many", "", "nan", "0x10"])
def test_absurd_limits_are_refused(name: str, value: str) -> None:
    """I17: The server does not start with a limit that is negative, zero, absurd or no number."""
    told = faults({}, **{f"BELLROPE_{name.upper()}": value})
    assert told[0].startswith(f"BELLROPE_{name.upper()} must be")


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.startswith("retain_")])
@pytest.mark.parametrize("value", ["0", "0d", "7", "-1d", "1.5d", "7 d", "7w", "", "never", "1000000d"])
def test_an_absurd_length_is_refused(name: str, value: str) -> None:
    """I17: A retention is a number with a unit, or for ever; zero is refused."""
    why = "must be a number from 1 with s, m, h or d, for example 7d, or forever"
    assert faults({name: value}) == [f"--{name.replace('_', '-')} {why}"]


def test_how_long_things_are_kept() -> None:
    """By default rows are kept for a week and dead letters for a month; each can be set, or be for ever."""
    assert read({}, {}).retention == Retention()
    given = {"retain_succeeded": "90s", "retain_dead_letters": "forever", "retain_attempts": "2m"}
    assert read(given | {"retain_unmatched": "3h"}, {}).retention == Retention(
        succeeded=90_000_000, dead_letters=None, attempts=120_000_000, unmatched=10_800_000_000
    )


@pytest.mark.parametrize("value", ["-0.1", "601", "nan", "inf", "soon"])
def test_an_absurd_grace_is_refused(value: str) -> None:
    """I17: The grace is 0 to 600 seconds."""
    (line,) = faults({"drain_grace": value})
    assert line.startswith("--drain-grace must be")


@pytest.mark.parametrize(
    "address", ["", "80", ":80", "localhost", "localhost:", "localhost:http", "h:65536", "h:-1"]
)
def test_an_address_is_a_host_and_a_port(address: str) -> None:
    """Anything but HOST:PORT is refused with an example."""
    assert faults({"http": address}) == ["--http must be HOST:PORT, for example 127.0.0.1:4122"]


@pytest.mark.parametrize("database", ["", "bellrope.db", "sqlite:///", "sqlite:///:memory:", "mysql://h/d"])
def test_a_database_is_a_file(database: str) -> None:
    """A database that is not a file, or would not outlive the server, is refused with an example."""
    assert faults({"database": database}) == [
        "--database must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
    ]


@pytest.mark.parametrize("parameters", ["?mode=ro", "?", "?timeout=5&cache=shared"])
def test_a_file_has_no_parameters(parameters: str) -> None:
    """Parameters that other programs take are refused: they would be part of the name of a new file."""
    assert faults({"database": f"sqlite:///bellrope.db{parameters}"}) == [
        "--database must be sqlite:///PATH without `?`: SQLite has no parameters here"
    ]


@pytest.mark.parametrize(
    "address", ["0.0.0.0:80", "[::]:80", "192.168.0.1:80", "example.com:80", "127.0.0.1.nip.io:80"]
)
def test_what_is_reached_from_outside_needs_a_key(address: str) -> None:
    """Without a key only a loopback address is served; with a key any address is."""
    assert faults({"http": address}) == [
        f"--admin-key is needed, because --http {address} can be reached from outside"
    ]
    assert faults({"http": address, "grpc": address}) == [
        f"--admin-key is needed, because --http {address} and --grpc {address} can be reached from outside"
    ]
    assert read({"http": address, "admin_key": KEY}, {}).http == address


@pytest.mark.parametrize(
    "address", ["127.0.0.1:0", "127.1.2.3:80", "localhost:80", "[::1]:80", "a.localhost:80"]
)
def test_loopback_needs_no_key(address: str) -> None:
    """Every spelling of this machine is served without a key."""
    assert read({"http": address, "grpc": address}, {}).grpc == address


@pytest.mark.parametrize(
    "key", ["", "short", "fifteen-letters", f"{KEY}\n", f" {KEY}", "a key with blanks", "schlüssel-schlüssel"]
)
def test_a_key_is_long_and_can_be_sent(key: str) -> None:
    """A key that is too short, or that no header can carry, is refused and not repeated."""
    assert faults({"admin_key": key}) == [
        "--admin-key must be at least 16 printable ASCII characters without white space"
    ]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_no_fault_repeats_a_key(text: str) -> None:
    """Whatever else is wrong, no error repeats the given key."""
    key = f"<{text}>"
    told = faults({}, BELLROPE_ADMIN_KEY=key, BELLROPE_MAX_CALLS="0", BELLROPE_GRPC="0.0.0.0:1")
    assert not any(key in line for line in told)


def test_a_configuration_that_is_printed_has_no_key() -> None:
    """A configuration in a traceback or a log does not show the key."""
    assert KEY not in repr(read({"admin_key": KEY}, {}))


@pytest.mark.parametrize(
    "origin",
    [
        *("app.example.com", "https://app.example.com/", "https://App.example.com", "ftp://example.com"),
        *("https://", "https://*.example.com/x", "null", "https://u@example.com", "https://[", "http://a:x"),
        *(
            "https://*.example.com",
            "https://a.example.com:443",
            "http://a:80",
            "https://a:",
            "https://\u00fc.com",
        ),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(origin: str) -> None:
    """What no browser sends as an origin is refused when the server starts, with an example."""
    (line,) = faults({"cors_origin": (origin,)})
    shown = "this" if "@" in origin else repr(origin)
    assert line.startswith(f"--cors-origin {shown} is not an origin")


def test_an_origin_with_a_password_is_not_repeated() -> None:
    """A URL with a password in the list of origins is refused without it."""
    (line,) = faults({"cors_origin": ("https://me:hunter2@example.com",)})
    assert line.startswith("--cors-origin this is not an origin")
    assert "hunter2" not in line


def test_only_a_server_with_a_key_may_be_called_by_every_page() -> None:
    """`*` needs a key, because without one every page in a browser on this machine could call."""
    (line,) = faults({"cors_origin": ("*",)})
    assert line.startswith("--cors-origin * needs --admin-key")
    assert read({"cors_origin": ("*",), "admin_key": KEY}, {}).origins.allowed("https://x") == "*"


def test_metadata_addresses_can_not_be_allowed() -> None:
    """F219: An allow-list with a metadata address in it is refused when the server starts."""
    (line,) = faults({"egress_allow": ("169.254.0.0/16",)})
    assert line.startswith("--egress-allow '169.254.0.0/16' contains 169.254.0.0/16")


def test_loopback_is_open_to_webhooks_of_an_open_server_only() -> None:
    """Without a key webhooks may call this machine; with a key they may only if the policy allows it."""
    assert read({}, {}).policy.permits("127.0.0.1") is True
    assert read({"admin_key": KEY}, {}).policy.permits("127.0.0.1") is False
    assert read({"admin_key": KEY, "egress_allow": ("loopback",)}, {}).policy.permits("127.0.0.1") is True
    assert read({}, {"BELLROPE_EGRESS_ALLOW": ""}).policy.permits("127.0.0.1") is False
    assert read({}, {"BELLROPE_EGRESS_ALLOW": " 10.0.0.0/8 , private"}).policy.permits("10.1.1.1") is True


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://proxy:3128", "http://proxy:3128"),
        ("HTTP://Proxy.Corp.:3128/", "http://proxy.corp:3128"),
        ("https://me:pass@proxy.corp", "https://proxy.corp:443"),
        ("http://me@10.0.0.5", "http://10.0.0.5:80"),
        ("http://[FD00::5]:3128", "http://[fd00::5]:3128"),
        ("http://me:p@ss:word@127.0.0.1:1", "http://127.0.0.1:1"),
    ],
)
def test_a_proxy_is_a_url_with_or_without_credentials(url: str, shown: str) -> None:
    """The proxy may be a name or an address, private too; what is shown of it has no credentials."""
    proxy = read({"egress_proxy": url}, {}).proxy
    assert proxy
    assert proxy.url == shown
    assert "pass" not in repr(proxy)


@pytest.mark.parametrize(
    "url",
    [
        *("", "proxy:3128", "proxy", "socks5://proxy:1080", "ftp://proxy", "http://", "http://:3128"),
        *("http://proxy:0", "http://proxy:65536", "http://proxy:x", "http://proxy:3128/path"),
        *("http://proxy:3128?x", "http://proxy:3128#x", "http://a b:3128", "http://127.1:3128"),
        *("http://[127.0.0.1]:3128", "http://::1:3128", "http://[fe80::1%eth0]:3128", "http://prox\u00ff:1"),
        *("http://me:sec/ret@proxy:3128", "http://me:sec ret@proxy:3128", "http://me:sec%00ret@proxy:3128"),
        *("http://me:sec?ret@proxy:3128", "http://me%3Asec:ret@proxy:3128", "http://me:sec%0Aret@proxy:3128"),
        "http://me:sec%0D%0Aret@proxy:3128\n",
        "http://" + "x" * 2048,
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    """What is no URL of an HTTP proxy stops the start; the message does not repeat it."""
    (line,) = faults({}, BELLROPE_EGRESS_PROXY=url)
    assert line.startswith("BELLROPE_EGRESS_PROXY ")
    assert re.search(r" must | should ", line)
    assert not re.search("sec|ret|prox[y:\u00ff]:|x{9}", line.replace("BELLROPE_EGRESS_PROXY", ""))


@pytest.mark.parametrize("name", ["egress_allow", "egress_no_proxy"])
def test_a_proxy_in_the_wrong_setting_is_refused_without_its_password(name: str) -> None:
    """A URL with a password where an address belongs is refused, and not repeated."""
    for url in ("http://me:secret@proxy:3128", "me:secret@proxy:3128", "secret@10.0.0.0/8"):
        (line,) = faults({name: (url,)})
        assert line.startswith(f"--{name.replace('_', '-')} an entry with @ is not a CIDR")
        assert "secret" not in line


def test_what_is_called_without_the_proxy_is_written_as_what_is_allowed() -> None:
    """`--egress-no-proxy` takes the words of `--egress-allow`, refuses the same ones, and needs no proxy."""
    both = {"egress_proxy": "http://proxy:3128", "egress_no_proxy": ("private", "*.svc.cluster.local", "web")}
    proxy = read(both, {}).proxy
    assert proxy
    found = [
        proxy.serves(address, host=host)
        for address, host in (
            ("10.0.0.5", "a.example.com"),
            ("93.184.216.34", "x.svc.cluster.local"),
            ("93.184.216.34", "web"),
            ("93.184.216.34", "web.example.com"),
            ("2606:2800:220:1::1", ""),
        )
    ]
    assert found == [False, False, False, True, True]
    (line,) = faults({"egress_no_proxy": (".svc.cluster.local", "private")})
    assert line.startswith("--egress-no-proxy '.svc.cluster.local' is not a CIDR")
    assert read({"egress_no_proxy": ("private",)}, {}).proxy is None


@pytest.mark.parametrize("flag", ["database", "database_direct"])
@pytest.mark.parametrize("password", ["p@marked", "a/marked", "a/b@marked"])
def test_a_password_that_would_be_taken_for_the_host_is_refused(flag: str, password: str) -> None:
    """A password with @ or / is refused before it is looked up as a host, which every error would show."""
    with pytest.raises(ConfigError) as refused:
        read({flag: f"postgresql://me:{password}@db.example.com/x"}, {})
    where = flag.replace("_", "-")
    assert str(refused.value) == f"--{where} has a password with @ or /; write them as %40 and %2F"
    escaped = "postgresql://me:p%40a%2F@db.example.com/x?options=a@b"
    assert getattr(read({flag: escaped}, {}), flag) == escaped
