"""Which URLs webhooks may call, and that every other spelling of a forbidden place is refused."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pycurl
import pytest
from bellrope_server.errors import ServiceError, UrlBlocked, UrlInvalid
from bellrope_server.rules.urls import Target, check_url
from guarded import CLOSED, DENIED_V4, DENIED_V6, REFUSED, denied_v4, denied_v6, outcome
from hypothesis import given, settings
from hypothesis import strategies as st

OWN_TABLE = Path(__file__).with_name("urls.tsv")
SHARED_TABLE = Path(__file__).parents[2].parent / "shared" / "data" / "ssrf-urls.tsv"


def table(path: Path) -> list[list[str]]:
    """Return the rows of a table with tabs between its columns; lines that begin with # are comments."""
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def unescaped(text: str) -> str:
    r"""Replace Python's escapes such as \u3002 in a text; `x{...x320}` stands for 320 times the x."""
    head, _, count = text.partition("{...x")
    repeated = head + head[-1] * (int(count.rstrip("}")) - 1) if count else head
    return repeated.encode("ascii").decode("unicode_escape")


def refusal(url: str) -> ServiceError:
    """Return the error for a refused URL."""
    with pytest.raises((UrlInvalid, UrlBlocked)) as caught:
        check_url(url, CLOSED)
    return caught.value


@pytest.mark.parametrize(
    ("host", "opens"),
    [
        ("localhost", "--egress-allow localhost to call it, or with `loopback`."),
        ("web", "--egress-allow web to call it, or with its network or `private`."),
    ],
)
def test_a_private_name_is_refused_with_what_opens_it(host: str, opens: str) -> None:
    """The error names what would allow this name, and nothing that would not."""
    assert refusal(f"http://{host}:8080/").message == f"{host} is a private name; start with {opens}"


@pytest.mark.parametrize(("expected", "url"), [(row[0], unescaped(row[1])) for row in table(OWN_TABLE)])
def test_each_url_ends_as_the_table_says(expected: str, url: str) -> None:
    """A URL is refused as no URL, refused because of where it leads, or dialled in one spelling."""
    assert outcome(url) == expected


SHARED = {kind: [row for row in table(SHARED_TABLE) if row[2] == kind] for kind in ("url", "dns", "redirect")}
needs_shared_table = pytest.mark.skipif(not SHARED_TABLE.exists(), reason=f"there is no {SHARED_TABLE}")


def row_id(row: list[str]) -> str:
    """Return the number that a row of the shared table begins with."""
    return row[0]


@needs_shared_table
@pytest.mark.parametrize("row", SHARED["url"], ids=row_id)
def test_a_dangerous_url_is_refused_at_save_and_a_harmless_one_passes(row: list[str]) -> None:
    """A trigger cannot be saved with a dangerous URL."""
    assert (outcome(unescaped(row[3])) in REFUSED) == (row[1] == "BLOCK_CREATE")


@needs_shared_table
@pytest.mark.parametrize("row", SHARED["dns"], ids=row_id)
def test_a_name_may_be_saved_but_only_its_public_addresses_are_dialled(row: list[str]) -> None:
    """A name passes whatever it resolves to; each address it resolves to is checked when it is dialled."""
    host = check_url(row[3], CLOSED).host
    answers = {word for word in row[4].replace(",", " ").replace("|", " ").split() if is_address(word)}
    assert {answer for answer in answers if CLOSED.permits(answer, host=host)} == answers & {"93.184.216.34"}


@needs_shared_table
@pytest.mark.parametrize("row", SHARED["redirect"], ids=row_id)
def test_the_target_of_a_dangerous_redirect_is_refused(row: list[str]) -> None:
    """Redirects are not followed, and no trigger may call their targets directly."""
    assert outcome(row[3].partition("Location: ")[2]) in REFUSED


def is_address(text: str) -> bool:
    """Return whether a text is an IP literal."""
    with suppress(ValueError):
        return bool(ip_address(text))
    return False


@st.composite
def part_spellings(draw: st.DrawFn, value: int) -> str:
    """Generate one part of an address as inet_aton reads it: decimal, octal or hex, with leading zeros."""
    digits = draw(st.sampled_from([f"{value}", f"0@{value:o}", f"0x@{value:x}", f"0X@{value:X}"]))
    return digits.replace("@", "0" * draw(st.integers(0, 3)))


@st.composite
def inet_aton_spellings(draw: st.DrawFn, address: IPv4Address) -> str:
    """Generate one to four parts, the last of which fills the remaining bytes; a trailing dot is optional."""
    count = draw(st.integers(1, 4))
    parts = [*address.packed[: count - 1], int.from_bytes(address.packed[count - 1 :])]
    return ".".join(draw(part_spellings(part)) for part in parts) + draw(st.sampled_from(["", "."]))


def disguises(address: IPv4Address) -> st.SearchStrategy[str]:
    """Generate IPv6 addresses that contain the address, and spellings that only some parsers read as it."""
    high, low = int(address) >> 16, int(address) & 0xFFFF
    return st.sampled_from(
        [
            *(f"[{prefix}{address}]" for prefix in ("::ffff:", "::", "::ffff:0:", "64:ff9b::")),
            *(f"[{prefix}{high:x}:{low:x}]" for prefix in ("::ffff:", "0:0:0:0:0:FFFF:", "64:ff9b:1::")),
            f"[2002:{high:x}:{low:x}::1]",
            f"[2001:0:4136:e378:8000:63bf:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}]",
            f"[2a00:1450::5efe:{high:x}:{low:x}]",
            f"[{address}]",
            str(address).replace(".", "%2e"),
            str(address).replace(".", "\u3002"),
            str(address).translate({digit: digit + 0xFEE0 for digit in range(0x30, 0x3A)}),
            f"example.com@{address}",
            f"{address}%2f@example.com",
            f"{address}\\@example.com",
        ]
    )


public_v4 = st.ip_addresses(v=4).filter(lambda address: not any(address in denied for denied in DENIED_V4))
public_v6 = st.ip_addresses(network="2000::/3").filter(
    lambda address: "5efe:" not in str(address) and not any(address in denied for denied in DENIED_V6)
)


@given(st.data(), denied_v4)
def test_no_spelling_of_a_denied_ipv4_address_can_be_saved(data: st.DataObject, address: IPv4Address) -> None:
    """However a forbidden IPv4 address is written, a trigger with it cannot be saved."""
    host = data.draw(inet_aton_spellings(address) | disguises(address))
    assert outcome(f"http://{host}/") in REFUSED


@given(denied_v6)
def test_no_denied_ipv6_address_can_be_saved(address: IPv6Address) -> None:
    """An IPv6 address outside global unicast, or in a special range, cannot be saved in any spelling."""
    assert {outcome(f"http://[{text}]/") for text in (str(address), address.exploded.upper())} == {"BLOCKED"}


@given(public_v4)
def test_a_public_ipv4_address_passes(address: IPv4Address) -> None:
    """A public IPv4 address can be saved and dialled."""
    url = f"https://{address}/hook"
    expected = Target(url=url, scheme="https", host=str(address), port=443, address=str(address))
    assert (check_url(url, CLOSED), CLOSED.permits(str(address))) == (expected, True)


@given(public_v6)
def test_a_public_ipv6_address_passes(address: IPv6Address) -> None:
    """A public IPv6 address can be saved, in any of its spellings, and dialled."""
    expected = Target(
        url=f"http://[{address}]:8080/", scheme="http", host=str(address), port=8080, address=str(address)
    )
    actual = check_url(f"http://[{address.exploded.upper()}]:8080", CLOSED)
    assert (actual, CLOSED.permits(str(address))) == (expected, True)


@given(public_v4, st.data())
def test_a_public_ipv4_address_is_taken_in_one_spelling_only(
    address: IPv4Address, data: st.DataObject
) -> None:
    """An IPv4 address is four decimal numbers; anything else that could be read as one is refused."""
    host = data.draw(inet_aton_spellings(address))
    assert (outcome(f"http://{host}/") == "INVALID") == (host.rstrip(".") != str(address))


hosts = st.from_regex(r"([A-Ca-c0-9_-]{1,3}\.){1,3}([a-c0-9x]{1,3}\.?|[a-c0-9]{1,3}[:\]])", fullmatch=True)
ports = st.sampled_from(["", ":8080", ":0443", ":443", ":80", ":", ":x", "@b.test", ":80@b.test:81"])
paths = st.text(alphabet="/?#@:.%[]=ab", max_size=8).map(lambda text: text and f"/{text}") | st.just(
    "?@c.test"
)


@given(st.sampled_from(["http", "HTTPS"]), hosts, ports, paths)
def test_what_passes_means_the_same_to_every_reader(scheme: str, host: str, port: str, path: str) -> None:
    """A URL that passes means the same to Python, and its normalised form stays the same."""
    url = f"{scheme}://{host}{port}{path}"
    with suppress(UrlInvalid, UrlBlocked):
        target = check_url(url, CLOSED)
        parts, default = urlsplit(url), {"http": 80, "https": 443}[target.scheme]
        read = (parts.scheme, (parts.hostname or "").removesuffix("."), parts.port or default)
        assert read == target.endpoint
        assert check_url(target.url, CLOSED) == target


def dialled(target: Target) -> list[tuple[str, int]]:
    """Return the addresses and ports that libcurl would connect to, without sending a packet."""
    seen: list[tuple[str, int]] = []

    def refuse(_purpose: int, address: pycurl.CurlSockAddr) -> int:
        seen.append(address.addr[:2])
        return int(pycurl.SOCKET_BAD)

    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, target.url)
    curl.setopt(pycurl.PROXY, "")
    if target.address is None:
        curl.setopt(pycurl.RESOLVE, [f"{target.host}:{target.port}:192.0.2.1"])
    curl.setopt(pycurl.OPENSOCKETFUNCTION, refuse)
    with suppress(pycurl.error):
        curl.perform()
    return seen


PASSING = [row[0] for row in table(OWN_TABLE) if row[0] not in REFUSED]


@pytest.mark.parametrize("url", PASSING)
def test_libcurl_dials_what_was_checked(url: str) -> None:
    """The connection goes to the host and the port that the guard checked."""
    target = check_url(url, CLOSED)
    assert dialled(target) == [(target.address or "192.0.2.1", target.port)]


@settings(max_examples=25)
@given(public_v4 | public_v6, st.integers(32768, 65535))
def test_libcurl_dials_the_literal_that_was_checked(address: IPv4Address | IPv6Address, port: int) -> None:
    """The connection goes to the exact address in the URL, of either family."""
    host = f"[{address}]" if address.version == 6 else str(address)
    target = check_url(f"http://{host}:{port}", CLOSED)
    assert dialled(target) == [(str(address), port)]


@pytest.mark.parametrize(
    "url",
    [
        *(f"http://{'a' * 64}.example/", "http://" + "a." * 125 + "test/", "http://a.example/" + "x" * 2032),
        *("http://secret-word@example.com/", "http://secret-word/", "ftp://secret-word.example/"),
    ],
)
def test_the_refusal_names_the_field_and_is_one_sentence(url: str) -> None:
    """The error says which field is wrong, and what to write instead."""
    error = refusal(url)
    assert (error.field, error.message[-1], "\n" in error.message) == ("url", ".", False)


def test_the_refusal_does_not_repeat_credentials() -> None:
    """An error never repeats the password of a URL, because logs would keep it."""
    sentence = refusal("https://me:hunter2@example.com/").message
    assert ("user info" in sentence, "hunter2" in sentence) == (True, False)


def test_labels_names_and_urls_have_their_greatest_length() -> None:
    """A label has up to 63 characters, a host name up to 253, a URL up to 2,048."""
    label, name = "a" * 63, ("a" * 49 + ".") * 5 + "abc"
    fits = [f"http://{label}.{label}.example/", f"http://{name}/", f"http://a.example/{'x' * 2031}"]
    over = [f"http://a.{label}a.example/", f"http://{name}d/", f"http://a.example/{'x' * 2032}"]
    assert (len(name), [outcome(url) for url in fits + over]) == (
        253,
        [*fits, "INVALID", "INVALID", "INVALID"],
    )


def test_the_endpoint_is_scheme_host_and_port() -> None:
    """However a URL is written, the same receiver counts as one endpoint."""
    urls = ["https://Example.com/a", "HTTPS://example.com:443/b?c", "https://example.com./#d"]
    assert {check_url(url, CLOSED).endpoint for url in urls} == {("https", "example.com", 443)}


def test_an_ipv6_host_has_brackets_in_the_url_only() -> None:
    """The address for the guard and for the resolver's cache has no brackets."""
    assert check_url("https://[2606:4700::0:1]:8443/hook", CLOSED) == Target(
        url="https://[2606:4700::1]:8443/hook",
        scheme="https",
        host="2606:4700::1",
        port=8443,
        address="2606:4700::1",
    )


def test_a_name_has_no_address_yet() -> None:
    """A host name has no address until the caller resolves it; then each address is checked."""
    assert check_url("https://example.com/", CLOSED).address is None
