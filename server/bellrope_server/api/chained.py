"""The events that a webhook's answer in the documented form queues (`event`, `events`)."""

import asyncio
from collections.abc import Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from bellrope_server.admission.limits import Limits
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.attempt import Attempt
from bellrope_server.clock import Clock
from bellrope_server.convert import events, values
from bellrope_server.convert.batches import BATCH
from bellrope_server.convert.documented import Asked
from bellrope_server.errors import (
    ChainLimit,
    InvalidField,
    Loop,
    MalformedJson,
    Overloaded,
    ResponseTooLarge,
    ServiceError,
    TooLarge,
)
from bellrope_server.model import Leased, Micros, NewEvent
from bellrope_server.rules.answers import utf8
from bellrope_server.rules.chains import divided, looped, of_answer
from bellrope_server.rules.traces import Trace
from bellrope_server.text import strict_json

MOST = 100  # events in one answer
ANSWER = "answer"  # the name, in errors, of the answer itself
CHECKS_MOST = 10.0  # seconds for the schemas of one answer's events: less than its lease has left
AGAIN_AFTER = 0.1  # seconds
UNCHECKED = "The data could not be checked against its schema in time. Nothing was stored."
_LIST = msgspec.json.Decoder(list[msgspec.Raw])

Chained = Sequence[NewEvent | ServiceError]
Read = Sequence[tuple[Asked, NewEvent] | ServiceError]


class Replies:
    """Reads the answers of webhooks."""

    def __init__(self, checks: SchemaChecks, *, clock: Clock, limits: Limits) -> None:
        self._checks = checks
        self._clock = clock
        self._limits = limits

    async def chained(self, leased: Leased, attempt: Attempt) -> Chained:
        """Return the events of an answer; in the place of an event that cannot be queued, its error."""
        until = asyncio.get_running_loop().time() + CHECKS_MOST
        found = await self._read(leased, attempt)
        return [
            each if isinstance(each, ServiceError) else await self._checked(*each, until) for each in found
        ]

    async def _read(self, leased: Leased, attempt: Attempt) -> Read:
        now = self._clock.wall()
        if len(attempt.response_body) <= strict_json.LARGE:
            return read(leased, attempt, now=now, limits=self._limits)
        return await asyncio.to_thread(read, leased, attempt, now=now, limits=self._limits)

    async def _checked(self, asked: Asked, event: NewEvent, until: float) -> NewEvent | ServiceError:
        """Return the event, or why its data does not match the schema of its type."""
        await asyncio.sleep(0)  # up to 100 checks, each of them quick, are long together
        try:
            async with asyncio.timeout_at(until):
                await self._check(event)
        except TimeoutError:
            return Overloaded(UNCHECKED)
        except ServiceError as error:
            return asked.named(error)
        return event

    async def _check(self, event: NewEvent) -> None:
        """Check the data, again if others ended the check: nobody sends this event a second time."""
        while True:
            try:
                return await self._checks.check(event)
            except Overloaded:
                await asyncio.sleep(AGAIN_AFTER)


def read(leased: Leased, attempt: Attempt, *, now: Micros, limits: Limits) -> Read:
    """Return the events of an answer, in order; in the place of all, why it has none unless it is empty."""
    if attempt.truncated:
        return (ResponseTooLarge(),)
    if not attempt.response_body.strip():
        return ()
    try:
        asked = _events(_text(attempt))
    except ServiceError as error:
        return (error,)
    if looped(leased.hop):
        return (Loop(),)
    left = limits.chained_events if leased.chain_left is None else leased.chain_left
    most, left = divided(of_answer(left, leased.chain_parts), len(asked))
    event = partial(_event, leased, attempt.span, now=now, limits=limits, chain_left=left)
    found = [event(raw) for raw in asked[:most]]
    return [*found, *(ChainLimit() for _ in asked[most:])]


def _text(attempt: Attempt) -> bytes:
    """Return an answer as UTF-8."""
    headers = attempt.response_headers
    text = utf8(attempt.response_body, headers.get("content-type", ""))
    if text is not None:
        return text
    if headers.get("content-encoding"):
        raise MalformedJson("the answer cannot be decompressed as its Content-Encoding says; send `identity`")
    raise MalformedJson("the answer is not text in UTF-8, nor in the charset of its Content-Type")


def _events(body: bytes) -> list[bytes]:
    """Return the JSON of each event: first `event`, then `events`; null means absent."""
    strict_json.check(body, around=BATCH)
    if not body.lstrip().startswith(b"{"):
        raise InvalidField("is not a JSON object with `event` or `events`", field=ANSWER)
    members = strict_json.members(body)
    found = [members[key] for key in ("event",) if members.get(key, values.NULL) != values.NULL]
    if members.get("events", values.NULL) != values.NULL:
        found += _list(members["events"])
    if not found:
        raise InvalidField("has neither `event` nor `events`", field=ANSWER)
    if len(found) > MOST:
        raise TooLarge(f"has more than {MOST} events", field="events")
    return found


def _list(raw: bytes) -> list[bytes]:
    try:
        return [bytes(each) for each in _LIST.decode(raw)]
    except msgspec.DecodeError:
        raise InvalidField("must be a list", field="events") from None


def _event(
    leased: Leased, span: str, raw: bytes, *, now: Micros, limits: Limits, chain_left: int
) -> tuple[Asked, NewEvent] | ServiceError:
    """Return one event with its cause, in the project and the trace of the answered event."""
    try:
        if not raw.startswith(b"{"):
            raise InvalidField("must be a JSON object", field="event")
        asked = Asked(leased.trigger.project, raw)
        if asked.sync:
            raise InvalidField("must be false, because no caller waits for this event", field="isSynchronous")
    except ServiceError as error:
        return error
    trace = Trace(leased.traceparent, leased.tracestate)
    try:
        event = events.new_event(
            asked.request, now=now, limits=limits, json_checked=True, trace=trace, span=span
        )
    except ServiceError as error:
        return asked.named(error)
    return asked, replace(event, cause=leased.delivery_id, hop=leased.hop + 1, chain_left=chain_left)
