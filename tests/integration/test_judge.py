"""The process that checks data against schemas when that may take long, and tries filters."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.errors import InvalidField, Overloaded
from bellrope_server.model import CloudEvent, EventType, NewEvent
from bellrope_server.process.judge import Judge
from bellrope_server.rules.event_schemas import EventSchema
from bellrope_server.rules.filter_subjects import Subject
from bellrope_server.store.settings.event_types import Schemas
from kit import until
from pauses import stands_still
from slow_schemas import SLOW, nested

NUMBERS = EventSchema('{"items": {"type": "integer"}}')
ENDLESS = EventSchema(json.dumps(nested(40, unevaluatedProperties=False)))
FOR_EVER = b'{"a": 1}'


@pytest.fixture
async def judge() -> AsyncIterator[Judge]:
    """A judge that takes a quarter of a second at most."""
    judge = Judge(seconds=0.25)
    yield judge
    await judge.stop()


async def judged(judge: Judge, schema: EventSchema, *data: Any, project: str = "shop") -> Any:
    """Return where the first data that does not match is, with the field and the complaint; or None."""
    found = await judge.misfit(schema, [json.dumps(each).encode() for each in data], project=project)
    return found and (found.at, found.error.field, found.error.message)


async def test_the_first_data_that_does_not_match_is_named(judge: Judge) -> None:
    """Of several events, the error is about the first one that does not match, and names the place."""
    assert await judged(judge, NUMBERS, [1], [], 7) is None
    complaint = "does not match the event type's schema: it must be an integer"
    assert await judged(judge, NUMBERS, [1], [1, "x"], ["y"]) == (1, "data[1]", complaint)


async def test_a_check_without_end_is_ended(judge: Judge) -> None:
    """An event whose check takes too long is refused by name, and the next event is checked as before."""
    with pytest.raises(InvalidField, match="takes too much time to check against the event type's schema"):
        await judge.misfit(ENDLESS, [FOR_EVER], project="shop")
    assert await judged(judge, NUMBERS, [1]) is None


async def test_data_is_refused_even_if_the_reason_takes_too_long(judge: Judge) -> None:
    """If only the search for the reason takes too long, the event is refused without one."""
    schema = EventSchema(json.dumps({"anyOf": [{"items": {"const": n}} for n in range(1, 1_000)]}))
    assert await judged(judge, schema, [0] * 20_000) == (0, "data", "does not match the event type's schema")
    assert await judged(judge, NUMBERS, [1]) is None


@pytest.mark.parametrize("case", SLOW)
async def test_every_slow_check_has_an_end(case: str, judge: Judge) -> None:
    """Whatever makes a check slow, it ends with an answer or is refused."""
    schema, data = SLOW[case]
    try:
        await judge.misfit(EventSchema(json.dumps(schema)), [json.dumps(data).encode()], project="shop")
    except InvalidField as error:
        refused = error.message
        assert refused.startswith("takes too much time")
    assert await judged(judge, NUMBERS, ["x"]) is not None


async def test_a_schema_is_compiled_there(judge: Judge) -> None:
    """A schema that may take long to compile is compiled there, and refused if it is none."""
    await judge.compile(NUMBERS, project="shop")
    with pytest.raises(InvalidField, match="is not JSON Schema") as refusal:
        await judge.compile(EventSchema('{"type": 5}'), project="shop")
    assert refusal.value.field == "schema.type"


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [
        (signal.SIGKILL, Overloaded, "Retry the call"),
        (signal.SIGABRT, InvalidField, "takes too much memory to check"),
    ],
)
async def test_a_process_that_dies_costs_one_event_at_most(
    number: int, error: type[Exception], said: str, judge: Judge
) -> None:
    """If the process is killed, the error says to retry; if it ran out of memory, the error says that."""
    asked = asyncio.create_task(judge.misfit(ENDLESS, [FOR_EVER], project="shop"))
    await until(_children)
    os.kill(_children()[0], number)
    with pytest.raises(error, match=said):
        await asked
    assert await judged(judge, NUMBERS, [1]) is None


async def test_a_caller_that_goes_away_leaves_no_answer_behind(judge: Judge) -> None:
    """After a caller went away, the next one gets the answer to its own question."""
    assert await judged(judge, NUMBERS, [1]) is None
    asked = asyncio.create_task(judge.misfit(ENDLESS, [FOR_EVER], project="shop"))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert await judged(judge, NUMBERS, ["x"]) is not None


MAP = "it has an error at line 1, column 5: the expression ends here, but something must follow"
LOOPS = "its loops take more than 20 ms of processor time"


def about(data: Any) -> Subject:
    """Return an event with this data."""
    text = json.dumps(data).encode()
    return Subject(project="shop", type="sale", id="7", options={"db": "main"}, data=text, time=0)


async def test_filters_are_tried_there(judge: Judge) -> None:
    """Each filter says yes, no, or why it has no result; without filters, no process is started."""
    filters = [
        "data.n == 1",
        "options.db == 'other'",
        "data.m == 1",
        "map(",
        "source == '' && type == 'sale'",
    ]
    found = await judge.tried(filters, about({"n": 1}), project="shop")
    assert found == [True, False, 'Key not found in map : "m"', MAP, True]
    assert await judged(judge, NUMBERS, ["x"]) is not None
    sent = CloudEvent(id="1", source="/a", extensions={"tenant": "acme"})
    event = msgspec.structs.replace(about(1), cloud_event=sent)
    assert await judge.tried(["source == '/a' && extensions.tenant == 'acme'"], event, project="shop") == [
        True
    ]
    await judge.stop()
    assert await judge.tried([], about(1), project="shop") == []
    assert _children() == []


async def test_slow_filters_are_ended(judge: Judge) -> None:
    """A filter that takes too long has no result. If many do, the last ones are left out, but never all."""
    scan = "data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))"
    event = about({"l": list(range(98)), "s": "a" * 15_000})
    found = await judge.tried(["true", scan, "true"], event, project="shop")
    assert found == [True, LOOPS, True]
    many = await judge.tried([scan] * 40, event, project="shop")
    assert (many[0], 1 <= len(many) < 40) == (LOOPS, True)


async def test_the_loop_goes_on_while_filters_are_tried(judge: Judge) -> None:
    """However slow filters are, the event loop does not wait for them."""
    scan = "data.l.exists(x, data.s.contains('" + "a" * 200 + "b'))"
    event = about({"l": list(range(1500)), "s": "a" * 8000})
    await judge.tried(["true"], event, project="shop")

    async def ask() -> None:
        assert LOOPS in await judge.tried([scan] * 10, event, project="shop")

    assert not await stands_still(ask, longer_than=lambda took: took / 6)


async def test_projects_take_turns(judge: Judge) -> None:
    """A project with many slow checks delays another project's by one of them, not by all."""
    ended: list[str] = []

    async def check(schema: EventSchema, data: bytes, project: str) -> None:
        with contextlib.suppress(InvalidField):
            await judge.misfit(schema, [data], project=project)
        ended.append(project)

    many = [asyncio.create_task(check(ENDLESS, FOR_EVER, "greedy")) for _ in range(4)]
    await asyncio.sleep(0)
    await check(NUMBERS, b"[1]", "modest")
    assert ended.count("greedy") <= 2
    for each in many:
        each.cancel()
    await asyncio.wait(many)


@pytest.mark.parametrize("bad", [0, 7])
async def test_the_event_of_a_batch_that_takes_too_long_is_named(bad: int, judge: Judge) -> None:
    """A batch in which one event takes too long to check is refused with the index of that event."""
    endless = {"if": {"required": ["a"]}, "then": nested(40, unevaluatedProperties=False)}
    schemas = Schemas()
    schemas.saved(event_type(json.dumps(endless)))
    data = [b'{"b": 1}'] * 9
    data[bad] = FOR_EVER
    events = [NewEvent(project="shop", type="order", data=each) for each in data]
    with pytest.raises(InvalidField) as refusal:
        await SchemaChecks(schemas, judge).check_all(events)
    assert refusal.value.field == f"events[{bad}].data"


def event_type(schema: str) -> EventType:
    """Return the type `order` with a schema."""
    times = {"create_time": 0, "update_time": 0}
    return EventType(id=1, project="shop", type="order", schema=schema, json_schema=schema, **times)


async def test_nothing_is_left_behind(judge: Judge) -> None:
    """When the server stops, so does the process; stopping twice does nothing."""
    assert await judged(judge, NUMBERS, [1]) is None
    (child,) = _children()
    await judge.stop()
    await judge.stop()
    assert child not in _children()


def _children() -> list[int]:
    """Return the processes that this one has started and that have not ended."""
    own = os.getpid()
    found = []
    for task in os.listdir(f"/proc/{own}/task"):
        with open(f"/proc/{own}/task/{task}/children") as file:
            found += [int(child) for child in file.read().split()]
    return [child for child in found if b"judge_process" in _command(child)]


def _command(process: int) -> bytes:
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""
