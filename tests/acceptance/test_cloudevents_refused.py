"""CloudEvents over HTTP that are refused, and the name of the attribute at fault."""

import base64
import json
from typing import Any

import pytest
from acceptance.cloudevents_sent import (
    BIG,
    CORE,
    STRUCTURED,
    attributes,
    binary,
    path,
    refused,
    send,
    stored,
    structured,
)
from acceptance.tenant import Tenant, http_fault


async def test_bytes_that_are_not_the_json_they_say_are_refused(tenant: Tenant) -> None:
    """Bytes whose type is JSON must be strict JSON, as in binary mode; the error names `data_base64`."""
    for raw in (b"{", b"\xff", b'{"a":1,"a":2}', b"NaN", b"[" * 65 + b"]" * 65):
        encoded = base64.b64encode(raw).decode()
        answer = await structured(tenant, datacontenttype="application/json", data_base64=encoded)
        fault = await refused(tenant, answer)
        assert (fault.reason, fault.fields[0].partition(".")[0]) == ("MALFORMED_JSON", "data_base64")


LONG = "x" * 8192


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type"])
async def test_a_missing_attribute_is_named(tenant: Tenant, name: str) -> None:
    """An event without one of the four required attributes is refused with the attribute's name (B24)."""
    for answer in (await binary(tenant, **{name: None}), await structured(tenant, **{name: ...})):
        assert (await refused(tenant, answer)).fields == (name,)
    assert (await refused(tenant, await structured(tenant, **{name: None}))).fields == (name,)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time", "myext"])
async def test_an_empty_attribute_is_named(tenant: Tenant, name: str) -> None:
    """An empty attribute is refused (B24)."""
    for answer in (await binary(tenant, **{name: ""}), await structured(tenant, **{name: ""})):
        assert (await refused(tenant, answer)).fields == (name,)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "myext"])
async def test_a_header_that_comes_twice_is_named(tenant: Tenant, name: str) -> None:
    """A header that comes twice is refused, because two readers could see two events (B24)."""
    headers = [(f"ce-{each}", value) for each, value in {**CORE, "subject": "s", "myext": "e"}.items()]
    assert (await refused(tenant, await send(tenant, [*headers, (f"CE-{name.upper()}", "x")]))).fields == (
        name,
    )


@pytest.mark.parametrize("version", ["0.3", "1.1", "1", "1.0-rc1", "1.0 "])
async def test_another_version_is_refused(tenant: Tenant, version: str) -> None:
    """Only version 1.0 is accepted (B26)."""
    assert (await refused(tenant, await structured(tenant, specversion=version))).fields == ("specversion",)
    if version != "1.0 ":  # white space around a header is not its value
        assert (await refused(tenant, await binary(tenant, specversion=version))).fields == ("specversion",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("count", BIG), ("count", -BIG - 1), ("count", 1.5), ("count", {}), ("count", [1])),
        *(("my_ext", "x"), ("MyExt", "x"), ("my-ext", "x"), ("é", "x")),
        *(("id", 5), ("source", True), ("type", 1), ("specversion", 1.0), ("subject", 1), ("id", "a\u0001")),
        *(("subject", "a\u0085"), ("myext", "a\ufdd0"), ("myext", "\U0010ffff")),
        *(("source", "a b"), ("source", "/%zz"), ("dataschema", "/relative"), ("dataschema", 1)),
        *(("time", "2018-04-05"), ("time", "2018-04-05T03:56:24"), ("time", "2018-02-30T00:00:00Z")),
        *(("time", 1), ("datacontenttype", "json"), ("datacontenttype", "a/b c"), ("traceparent", "x")),
        *(("type", "two words"), ("type", "bellrope.x"), ("data_base64", "####"), ("data_base64", "e30")),
        *(("data_base64", 1), ("data_base64", "AP 8=")),
        *(("data_base64", "YWJj="), ("data_base64", "YWJj===="), ("data_base64", "YR==")),
    ],
)
async def test_a_bad_value_is_named(tenant: Tenant, name: str, value: Any) -> None:
    """An attribute that the specification does not allow is refused by name (B28, B29)."""
    assert (await refused(tenant, await structured(tenant, **{name: value}))).fields == (name,)


AS_THEY_STAND = {
    "100%": "100%",
    "%zz and %4": "%zz and %4",
    '"open': '"open',
    'a"b': 'a"b',
    "Zo\u00eb \U0001f600": "Zo\u00eb \U0001f600",
    '{"othervalue": 5}': '{"othervalue": 5}',
    "a\tb": "a\tb",
    "50% %41 Zo\u00eb": "50% A Zo\u00eb",
    '"a" and "b"': '"a" and "b"',
}


@pytest.mark.parametrize(("value", "expected"), AS_THEY_STAND.items())
async def test_what_begins_no_escape_stands_for_itself(tenant: Tenant, value: str, expected: str) -> None:
    """The headers of SDKs that do not percent-encode are taken as they stand; what is encoded is decoded."""
    sent = {"subject": value, "comexampleextension2": value, "id": value}
    event = await stored(tenant, await binary(tenant, **sent))
    assert [attributes(event)[name] for name in sent] == [expected] * 3


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("subject", "%C0%A0", "has escapes that are not UTF-8: in a header, write a `%`"),
        ("myext", "100%FF", "has escapes that are not UTF-8: in a header, write a `%`"),
        ("source", "/a%20b", "is not a URI-reference when percent-decoded: in a header, write a `%`"),
        ("dataschema", "http://x/%C3%AB", "is not a URI-reference when percent-decoded: in a header"),
        ("source", "/a b", "must be a URI-reference (RFC 3986), in ASCII and without spaces"),
        (
            "source",
            "/a%zz",
            "must be a URI-reference (RFC 3986), in ASCII and without spaces: percent-encode",
        ),
        (
            "dataschema",
            "http://x/a b",
            "must be a URI (RFC 3986), in ASCII and without spaces: percent-encode",
        ),
    ],
)
async def test_a_header_that_cannot_be_read_says_how_to_write_it(
    tenant: Tenant, name: str, value: str, said: str
) -> None:
    """Where a value that is not encoded cannot be told from one that is, the error says what to do."""
    answer = await binary(tenant, **{name: value})
    assert (await refused(tenant, answer)).fields == (name,)
    assert answer[1]["error"].startswith(f"{name} {said}")


async def test_a_header_in_latin_1_is_refused_with_the_reason(tenant: Tenant) -> None:
    """Bytes that are not UTF-8 have no one reading, so the error says to percent-encode."""
    answer = await binary(tenant, subject="caf\udce9")
    assert (await refused(tenant, answer)).fields == ("subject",)
    assert "percent-encode" in answer[1]["error"]


async def test_what_belongs_elsewhere_is_no_header(tenant: Tenant) -> None:
    """The Content-Type is the data's type and the body the data; they are refused as `ce-` headers."""
    for name in ("datacontenttype", "data"):
        assert (await refused(tenant, await binary(tenant, **{name: "x"}))).fields == (name,)


async def test_data_comes_once(tenant: Tenant) -> None:
    """`data` and `data_base64` together are refused (B29)."""
    fault = await refused(tenant, await structured(tenant, data=None, data_base64="e30="))
    assert fault.fields == ("data_base64",)


async def test_data_and_its_type_agree(tenant: Tenant) -> None:
    """Data whose type is not JSON must be a string of UTF-8."""
    for kind, data in (("text/plain", {}), ("text/plain; charset=utf-16", "x")):
        fault = await refused(tenant, await structured(tenant, datacontenttype=kind, data=data))
        assert fault.fields == ("datacontenttype",)
    assert (await refused(tenant, await binary(tenant, b"{"))).reason == "MALFORMED_JSON"


async def test_too_many_attributes_are_refused(tenant: Tenant) -> None:
    """The attributes together may have 8 KiB."""
    status, told = await structured(tenant, subject=LONG)
    assert (status, told["reason"]) == (413, "TOO_LARGE")


async def test_a_body_must_be_strict_json(tenant: Tenant) -> None:
    """Duplicate keys are refused in the attributes as in the data."""
    for body in (b'{"specversion":"1.0","specversion":"1.0"}', b"[]", b"\xff", b'{"data":{"a":1,"a":2}}'):
        fault = await refused(tenant, await send(tenant, [("Content-Type", STRUCTURED)], body))
        assert fault.reason == "MALFORMED_JSON"


async def test_other_formats_are_refused(tenant: Tenant) -> None:
    """An unknown format is refused by name."""
    for form in ("+avro", "", "-x+json", "-batch", "-batch+avro"):
        kind = f"application/cloudevents{form}"
        status, told = await send(tenant, [("Content-Type", kind)], b"{}")
        assert (status, told["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("WebHook-Request-Origin", "a b"),
        ("WebHook-Request-Origin", "http://x"),
        ("WebHook-Request-Origin", "x" * 254),
        ("WebHook-Request-Rate", "0"),
        ("WebHook-Request-Rate", "fast"),
    ],
)
async def test_a_handshake_that_makes_no_sense_is_refused(tenant: Tenant, header: str, value: str) -> None:
    """An origin that is not a name, or a rate that is not a number, is refused."""
    asked = {"WebHook-Request-Origin": "emitter.example.com", header: value}
    async with tenant.http.options(path(tenant), headers=asked) as response:
        fault = http_fault(json.loads(await response.read()))
    assert (response.status, fault.fields) == (400, (header,))


async def test_other_methods_are_refused(tenant: Tenant) -> None:
    """GET is refused at this path."""
    async with tenant.http.get(path(tenant)) as response:
        assert response.status == 405
