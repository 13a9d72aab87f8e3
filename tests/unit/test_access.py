"""Who may call: every caller that has the key or, on a server without a key, every caller on this machine."""

from typing import Any

import pytest
from bellrope_server.admission.access import Access
from bellrope_server.admission.principal import ADMIN, OPEN, Principal
from bellrope_server.errors import ForeignOrigin, KeyRequired
from bellrope_server.rules.hosts import is_loopback
from hypothesis import given
from hypothesis import strategies as st

KEY = "a-key-for-these-tests-only"


def whose(access: Access, *authorization: str | None) -> Principal | None:
    """Return the caller that has these credentials, or None if the call is refused; None means no header."""
    try:
        return access.who(value for value in authorization if value is not None)
    except KeyRequired:
        return None


def allowed(check: Any, *arguments: str | None) -> bool:
    """Return whether a check lets a call pass."""
    try:
        check(*arguments)
    except ForeignOrigin:
        return False
    return True


def test_without_a_key_everyone_may() -> None:
    """An open server requires no key, and ignores a key that is sent."""
    access = Access(None)
    assert access.open is True
    assert [whose(access, value) for value in (None, "", "Bearer x", "nonsense")] == [OPEN] * 4


@pytest.mark.parametrize("value", [f"Bearer {KEY}", f"bearer {KEY}", f"BEARER {KEY}"])
def test_the_right_key_opens(value: str) -> None:
    """The key comes as a bearer token; the scheme's case does not matter (RFC 9110, 11.1)."""
    access = Access(KEY)
    assert access.open is False
    assert whose(access, value) == ADMIN


@pytest.mark.parametrize(
    "value",
    [
        *(
            None,
            "",
            "Bearer",
            "Bearer ",
            KEY,
            f"Basic {KEY}",
            f"Bearer{KEY}",
            f"Bearer  {KEY}",
            f" Bearer {KEY}",
        ),
        *(
            f"Bearer {KEY} ",
            f"Bearer {KEY}x",
            f"Bearer {KEY[:-1]}",
            f"Bearer {KEY.upper()}",
            "Bearer é",
            "Bearer \udcff",
        ),
    ],
)
def test_anything_else_does_not(value: str | None) -> None:
    """No key, another scheme, another key, or the right one with a character more or less is refused (G2)."""
    assert whose(Access(KEY), value) is None


def test_of_two_keys_neither_opens() -> None:
    """A call has one credential: with two of them it is refused, even if both are right."""
    good, bad = f"Bearer {KEY}", "Bearer x"
    assert [whose(Access(KEY), *two) for two in ((good, bad), (bad, good), (good, good))] == [None] * 3


@given(st.text())
def test_no_guess_opens(guess: str) -> None:
    """Whatever is sent, only the key opens the server."""
    assert whose(Access(KEY), f"Bearer {guess}") == (ADMIN if guess == KEY else None)


LOCAL_HOSTS = [
    "localhost",
    "LOCALHOST",
    "localhost:4122",
    "localhost.",
    "app.localhost:80",
    "127.0.0.1",
    "127.9.9.9:80",
]
LOCAL_HOSTS += ["[::1]", "[::1]:4122"]
FOREIGN_HOSTS = [
    None,
    "",
    "example.com",
    "127.0.0.1.example.com",
    "localhost.example.com",
    "notlocalhost",
    "0.0.0.0",
]
FOREIGN_HOSTS += [
    "192.168.0.1",
    "10.0.0.1:80",
    "[::]",
    "[fe80::1]",
    "2130706433",
    "0x7f000001",
    "localhost@example.com",
]
FOREIGN_HOSTS += ["[", "[::1", ":80", "localhost:x@example.com"]


@pytest.mark.parametrize("host", LOCAL_HOSTS)
def test_an_open_server_answers_under_this_machines_names(host: str) -> None:
    """A request that is meant for this machine is answered."""
    assert allowed(Access(None).check_origin, host, None) is True


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_an_open_server_does_not_answer_under_other_names(host: str | None) -> None:
    """A name that somebody else made to resolve to this machine is refused (DNS rebinding)."""
    assert allowed(Access(None).check_origin, host, None) is False


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://localhost:3000", True),
        ("https://127.0.0.1", True),
        ("http://[::1]:80", True),
        ("https://example.com", False),
        ("https://localhost.example.com", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("localhost", False),
    ],
)
def test_an_open_server_answers_this_machines_pages(origin: str, expected: bool) -> None:
    """A page may call if this machine serves it; a page of another origin, or of none, may not."""
    assert allowed(Access(None).check_origin, "localhost", origin) is expected


def test_with_a_key_names_do_not_matter() -> None:
    """A server with a key answers under every name it has."""
    assert allowed(Access(KEY).check_origin, "bellrope.example.com", "https://console.example.com") is True


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(
            ("localhost", True),
            ("127.0.0.1", True),
            ("127.255.255.254", True),
            ("::1", True),
            ("[::1]", True),
        ),
        *(("128.0.0.1", False), ("0.0.0.0", False), ("::", False), ("", False), ("example.com", False)),
    ],
)
def test_loopback_is_this_machine(host: str, expected: bool) -> None:
    """Only a loopback address counts as this machine."""
    assert is_loopback(host) is expected
