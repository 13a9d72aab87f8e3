"""Data of events in Python: what is sent, what is refused, and what an answer is read into."""

import copy
import json
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from bellrope import Event, RawJSON
from bellrope.encode import encode
from hypothesis import given
from hypothesis import strategies as st

from tests.clients.either import EitherClient, trigger_at
from tests.clients.webhook import Webhook

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)
RAW = [b'{"a": 1.0,\n "b":-0, "c":0.10}', b"[18446744073709551616]", rb'"\u0000\ud83d\ude00"', b" 1e2 "]


@given(VALUES)
def test_a_value_is_written_as_short_json(value: object) -> None:
    """Data is what `json.dumps` writes, in UTF-8, with neither spaces nor needless escapes."""
    expected = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert encode(value) == expected.encode()
    assert encode([RawJSON(expected), value]) == f"[{expected},{expected}]".encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('{"a": 1}', r'"{\"a\": 1}"'),
        (2**64, "18446744073709551616"),
        (-(10**400), f"-1{'0' * 400}"),
        (0.1, "0.1"),
        ("\u2028 😀 </script>", '"\u2028 😀 </script>"'),
        ((1, [2, ()]), "[1,[2,[]]]"),
        (OrderedDict(b=1, a=None), '{"b":1,"a":null}'),
        ({1: True}, '{"1":true}'),
        ({"price": RawJSON("1.10"), "n": [RawJSON(b' "\xc3\xa9"')]}, '{"price":1.10,"n":[ "é"]}'),
    ],
)
def test_a_str_is_a_string_and_rawjson_is_text(value: object, text: str) -> None:
    """A str is a JSON string, an int keeps its digits, and RawJSON stays as it is wherever it stands."""
    assert encode(value).decode() == text


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize("inside", [False, True], ids=["whole", "inside"])
async def test_rawjson_reaches_the_webhook_byte_for_byte(
    client: EitherClient, webhook: Webhook, raw: bytes, inside: bool
) -> None:
    """RawJSON reaches the webhook byte for byte, alone or inside other data, however it is sent."""
    kind = await trigger_at(webhook.url, client)
    data: Any = {"is": [RawJSON(raw)]} if inside else RawJSON(raw.decode())
    expected = b'{"is":[%b]}' % raw if inside else raw
    await client.queue(kind, data)
    await client.trigger(kind, data)
    await client.queue_batch([Event(kind, data)])
    [_] = [each async for each in client.queue_stream([Event(kind, data)])]
    bodies = [(await webhook.posts.get())[0] for _ in range(4)]
    assert [body.partition(b'"data":')[2] for body in bodies] == [expected + b"}"] * 4


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "1,2", '1}, "admin": true, "x": {', "NaN", "-Infinity", "\ufeff1", "'a'", "[1,]", "01"),
        *(b'"\xff"', '"\ud800"', '"\n"', "[" * 100_000, '{"a"}', b"\xff\xfe1\x00"),
    ],
)
def test_rawjson_is_one_json_value(text: str | bytes) -> None:
    """Text that is not one JSON value is refused, so nothing can be smuggled into other data."""
    with pytest.raises(ValueError, match="not JSON text"):
        RawJSON(text)


def test_rawjson_is_a_value() -> None:
    """It has the same text for ever, can be compared, hashed, copied and pickled, and takes long numbers."""
    raw = RawJSON('{"n": 1}')
    assert (raw, hash(raw), str(raw), raw.raw) == (
        RawJSON(b'{"n": 1}'),
        hash(copy.copy(raw)),
        '{"n": 1}',
        b'{"n": 1}',
    )
    assert pickle.loads(pickle.dumps(raw)) == raw
    assert RawJSON("9" * 5000).raw == b"9" * 5000
    with pytest.raises(FrozenInstanceError):
        raw.raw = b"{"  # type: ignore[misc]
    with pytest.raises(TypeError):
        RawJSON(5)  # type: ignore[arg-type]


LOOP: dict[str, Any] = {"list": []}
LOOP["list"].append({"loop": LOOP})
NAN = float("nan")
REFUSED: list[tuple[Any, type[Exception], str]] = [
    (b"{}", TypeError, "data is bytes. Use RawJSON"),
    (bytearray(b"{}"), TypeError, "data is bytes. Use RawJSON"),
    ([1, memoryview(b"{}")], TypeError, "data[1] is bytes. Use RawJSON"),
    (NAN, ValueError, "data is nan, which JSON cannot hold."),
    ({"items": [{}, {"a b": float("-inf")}]}, ValueError, "data.items[1]['a b'] is -inf"),
    ({"when": date(2026, 1, 1)}, TypeError, "data.when is a date, which JSON cannot hold."),
    ({"price": Decimal(1)}, TypeError, "data.price is a Decimal"),
    ({"tags": {"a"}}, TypeError, "data.tags is a set"),
    (object(), TypeError, "data is a object"),
    ({"a": {(1, 2): 3}}, TypeError, "data.a has the key (1, 2), which is not a str"),
    ({b"a": 3}, TypeError, "data has the key b'a', which is not a str"),
    ({RawJSON("1"): 3}, TypeError, "data has the key RawJSON"),
    ({"a": {NAN: 3}}, ValueError, "data.a has the key nan, which JSON cannot hold"),
    ({"a\ud800": 1}, ValueError, r"data has the key 'a\ud800', which JSON cannot hold"),
    (["\ud800"], ValueError, "data[0] has a lone surrogate"),
    ([RawJSON("1"), {"a": "\udcff"}], ValueError, "data[1].a has a lone surrogate"),
    (LOOP, ValueError, "data.list[0].loop contains itself"),
    (10**5000, ValueError, "data cannot be written as JSON: "),
]


@pytest.mark.parametrize(("data", "kind", "said"), REFUSED, ids=[said for _, _, said in REFUSED])
async def test_what_json_cannot_hold_is_refused_with_its_place(
    client: EitherClient, data: Any, kind: type[Exception], said: str
) -> None:
    """Data that JSON cannot hold is a TypeError or a ValueError with its place, before anything is sent."""
    calls: list[Callable[[], Any]] = [
        lambda: Event("anything", data),
        lambda: client.queue("anything", data),
        lambda: client.trigger("anything", data),
    ]
    for call in calls:
        with pytest.raises(kind) as caught:
            await call()
        assert str(caught.value).startswith(said)
        assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)


def test_data_that_nests_too_deep_is_refused() -> None:
    """Data that is too deep for Python's JSON is a ValueError, not a crash."""
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    with pytest.raises(ValueError, match="data nests too deep"):
        encode(deep)


@dataclass
class Price:
    """What a webhook answers."""

    item: str
    price: float


@pytest.mark.parametrize(
    ("body", "raw", "result"),
    [
        (b'{"item": "tea",  "price": 3.50}', None, {"item": "tea", "price": 3.5}),
        (b"[18446744073709551616, 1.0]", None, [2**64, 1.0]),
        (b"fine", b'"fine"', "fine"),
        (b"\xff\x00", None, b"\xff\x00"),
    ],
)
async def test_an_answer_has_its_exact_bytes(
    client: EitherClient, webhook: Webhook, body: bytes, raw: bytes | None, result: object
) -> None:
    """`raw` has the webhook's JSON byte for byte, text as a JSON string, or bytes that are no text."""
    webhook.body = body
    answer = await client.trigger(await trigger_at(webhook.url, client))
    assert (answer.raw, answer.result) == (raw or body, result)
    assert answer.result is answer.result
    assert pickle.loads(pickle.dumps(answer)).result == result


async def test_an_answer_is_read_into_a_type(client: EitherClient, webhook: Webhook) -> None:
    """`into` makes a value of a class or a function: of an object's members, or of any other answer."""
    kind = await trigger_at(webhook.url, client)
    webhook.body = b'{"item": "tea", "price": 3.50}'
    answer = await client.trigger(kind)
    price: Price = answer.into(Price)
    assert (price, answer.into(dict)) == (Price("tea", 3.5), {"item": "tea", "price": 3.5})
    webhook.body = b'{"item": "tea"}'
    with pytest.raises(TypeError, match="price"):
        (await client.trigger(kind)).into(Price)
    webhook.body = b'"3.50"'
    assert (await client.trigger(kind)).into(Decimal) == Decimal("3.50")
