"""Runs the cases of clients/conformance with the Python client; with `--asyncio` in its asynchronous form."""

import asyncio
import contextlib
import inspect
import json
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bellrope
import values
from bellrope import aio, webhooks
from bellrope.v1.deliveries_pb2 import (
    Delivery,
    ListDeliveriesRequest,
    ListEventsRequest,
    ReplayEventRequest,
    TailRequest,
    TailResponse,
)
from bellrope.v1.projects_pb2 import EventType, UpdateEventTypeRequest
from bellrope.v1.triggers_pb2 import DeleteTriggerRequest, ListTriggersRequest, Trigger, UpdateTriggerRequest

Line = dict[str, Any]
ASYNCIO = "--asyncio" in sys.argv
SECONDS = 1000


class Missing(Exception):
    """The client cannot do this."""


class WrongSetting(Exception):
    """No client can be made of the settings."""


KINDS: dict[type[Exception], str] = {
    webhooks.SignatureInvalid: "SIGNATURE_INVALID",
    webhooks.NotAnEvent: "NOT_AN_EVENT",
    WrongSetting: "WRONG_SETTING",
    TypeError: "REFUSED",
    ValueError: "REFUSED",
    OverflowError: "REFUSED",
}


class Runner:
    """Has a client for each of the settings that it has met."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._clients: dict[str, Any] = {}

    def answer(self, line: Line) -> Line:
        """Do what a line says, and return the rest of the answer."""
        try:
            return {"ok": getattr(self, line["op"])(line)}
        except (AttributeError, Missing) as missing:
            return {"missing": str(missing)}
        except Broken as broken:
            return {"error": values.error(broken.error), "before": broken.before}
        except bellrope.BellropeError as error:
            return {"error": values.error(error)}
        except tuple(KINDS) as error:
            kind = next(kind for each, kind in KINDS.items() if isinstance(error, each))
            return {"error": {"kind": kind, "message": str(error)}}

    def queue(self, line: Line) -> Line:
        """Queue an event."""
        event = line["event"]
        call = self._client(line).queue(
            event["type"], *values.data_of(event), **values.fields_of(event), **timeout(line)
        )
        return values.queued(self._now(call))

    def trigger(self, line: Line) -> Line:
        """Trigger an event."""
        event = line["event"]
        call = self._client(line).trigger(
            event["type"], *values.data_of(event), **values.fields_of(event), **timeout(line)
        )
        return values.answer(self._now(call))

    def queue_batch(self, line: Line) -> list[Line]:
        """Queue events in one commit."""
        events = [values.event_of(event) for event in line["events"]]
        return [
            values.queued(each) for each in self._now(self._client(line).queue_batch(events, **timeout(line)))
        ]

    def queue_stream(self, line: Line) -> list[Line]:
        """Queue events in a stream."""
        outcomes: list[Line] = []
        try:
            for outcome in self._each(self._client(line).queue_stream(events_of(line), **timeout(line))):
                outcomes.append(values.outcome_of(outcome))
        except bellrope.BellropeError as error:
            raise Broken(error, outcomes) from error
        return outcomes

    def cancel(self, line: Line) -> Line:
        """Cancel a trigger: its task, or without asyncio its client, which is closed."""
        client, event = self._new_client(line), line["event"]
        begun, after = time.monotonic(), line["after_ms"] / SECONDS
        arguments = (event["type"], *values.data_of(event))
        try:
            if ASYNCIO:
                self._now(cancelled(client.trigger(*arguments, **values.fields_of(event)), after))
            else:
                threading.Timer(after, client.close).start()
                client.trigger(*arguments, **values.fields_of(event))
        except (asyncio.CancelledError, bellrope.BellropeError):
            return {"cancelled": True, "after_ms": round((time.monotonic() - begun) * SECONDS)}
        return {"cancelled": False}

    def update_trigger(self, line: Line) -> Line:
        """Create or change a trigger."""
        given = line["trigger"]
        fields = {name: value for name, value in given.items() if name != "encoding"}
        trigger = Trigger(**fields)
        if "encoding" in given:
            trigger.encoding = Trigger.Encoding.Value(given["encoding"])
        request = UpdateTriggerRequest(project=project_of(line), trigger=trigger, allow_missing=True)
        saved = self._now(self._client(line).triggers.UpdateTrigger(request))
        return {"name": saved.name, "type": saved.type, "url": saved.url}

    def list_triggers(self, line: Line) -> list[str]:
        """Return the names of the triggers."""
        method, request = (
            self._client(line).triggers.ListTriggers,
            ListTriggersRequest(project=project_of(line)),
        )
        return [trigger.name for page in self._pages(method, request) for trigger in page.triggers]

    def delete_trigger(self, line: Line) -> Line:
        """Delete a trigger."""
        request = DeleteTriggerRequest(project=project_of(line), trigger=line["name"])
        self._now(self._client(line).triggers.DeleteTrigger(request))
        return {}

    def update_event_type(self, line: Line) -> Line:
        """Save the schema of a type."""
        kind = EventType(type=line["type"], schema=line["schema"])
        request = UpdateEventTypeRequest(project=project_of(line), event_type=kind, allow_missing=True)
        return {"type": self._now(self._client(line).projects.UpdateEventType(request)).type}

    def list_events(self, line: Line) -> list[Line]:
        """Return the events of a type, read in pages of two."""
        request = ListEventsRequest(project=project_of(line), type=line["type"], page_size=2)
        pages = self._pages(self._client(line).deliveries.ListEvents, request)
        events = (event for page in pages for event in page.events)
        return [
            {"id": each.event_id, "type": each.type, "data": values.text_of(each.data)} for each in events
        ]

    def list_deliveries(self, line: Line) -> list[Line]:
        """Return the deliveries of an event."""
        request = ListDeliveriesRequest(project=project_of(line), event_id=line["event_id"])
        pages = self._pages(self._client(line).deliveries.ListDeliveries, request)
        return [
            {
                "delivery_id": delivery.delivery_id,
                "trigger": delivery.trigger,
                "state": Delivery.State.Name(delivery.state),
                "status_codes": [attempt.status_code for attempt in delivery.attempts],
            }
            for page in pages
            for delivery in page.deliveries
        ]

    def replay_event(self, line: Line) -> Line:
        """Send an event again."""
        request = ReplayEventRequest(project=project_of(line), event_id=line["event_id"])
        return {"deliveries": self._now(self._client(line).deliveries.ReplayEvent(request)).replayed_count}

    def tail(self, line: Line) -> list[Line]:
        """Return what happens."""
        facts: list[Line] = []
        stream = self._client(line).deliveries.Tail(TailRequest(project=project_of(line)))
        with contextlib.closing(self._each(stream)) as each:
            for fact in each:
                if fact.kind == TailResponse.KIND_UNSPECIFIED:
                    say({"case": line["case"], "begun": True})
                else:
                    kind = TailResponse.Kind.Name(fact.kind)
                    facts.append({"kind": kind, "type": fact.type, "event_id": fact.event_id})
                if len(facts) == line["count"]:
                    return facts
        return facts

    def verify(self, line: Line) -> Line:
        """Check a signature."""
        webhooks.verify(b64decode(line["body"]), headers=line["headers"], secret=line["secrets"])
        return {}

    def parse(self, line: Line) -> Line:
        """Read an event."""
        return values.received(webhooks.parse(b64decode(line["body"]), headers=line["headers"]))

    def receive(self, line: Line) -> Line:
        """Check a signature, and read the event."""
        body, headers = b64decode(line["body"]), line["headers"]
        return values.received(webhooks.receive(body, headers=headers, secret=line["secrets"]))

    def stacks(self, line: Line) -> list[str]:
        """Return the HTTP stacks that there is a handler for."""
        raise Missing("the handlers for HTTP stacks")

    def settings(self, line: Line) -> Line:
        """Return what the client makes of its settings."""
        raise Missing("the settings")

    def load(self, line: Line) -> Line:
        """Queue events from many callers at once."""
        client, callers, count = self._client(line), line["callers"], line["count"]
        if ASYNCIO:
            return {"ids": self._now(load(client, line["type"], callers=callers, count=count))}
        with ThreadPoolExecutor(callers) as pool:
            return {"ids": [each.event_id for each in pool.map(client.queue, [line["type"]] * count)]}

    def _client(self, line: Line) -> Any:
        key = json.dumps(line["settings"])
        if key not in self._clients:
            self._clients[key] = self._new_client(line)
        return self._clients[key]

    def _new_client(self, line: Line) -> Any:
        settings = line["settings"]
        server = [settings["server"]] if "server" in settings else []
        arguments = {
            name: settings[name] for name in ("project", "key", "key_without_tls") if name in settings
        }
        if "timeout_ms" in settings:
            arguments["timeout"] = settings["timeout_ms"] / SECONDS
        if "ca_file" in settings:
            arguments["ca"] = settings["ca_file"]
        try:
            return self._now(made(server, arguments)) if ASYNCIO else bellrope.Client(*server, **arguments)
        except (TypeError, ValueError) as error:
            raise WrongSetting(str(error)) from error

    def _now(self, call: Any) -> Any:
        """Return what a call returns, in either form."""
        return self._loop.run_until_complete(call) if inspect.isawaitable(call) else call

    def _each(self, stream: Any) -> Iterator[Any]:
        """Yield what a stream yields, in either form."""
        if not ASYNCIO:
            yield from stream
            return
        try:
            while (item := self._now(anext(stream, None))) is not None:
                yield item
        finally:
            self._now(stream.aclose())

    def _pages(self, method: Callable[[Any], Any], request: Any) -> Iterator[Any]:
        while True:
            page = self._now(method(request))
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token


class Broken(bellrope.BellropeError):
    """A stream failed after some outcomes."""

    def __init__(self, error: bellrope.BellropeError, before: list[Line]) -> None:
        super().__init__(error.message)
        self.error = error
        self.before = before


async def made(server: list[str], arguments: Line) -> aio.Client:
    """Return a client of the running loop."""
    return aio.Client(*server, **arguments)


async def cancelled(call: Any, after: float) -> Any:
    """Cancel a call after some seconds, and return what it returns nevertheless."""
    task = asyncio.ensure_future(call)
    asyncio.get_running_loop().call_later(after, task.cancel)
    return await task


async def load(client: aio.Client, type: str, *, callers: int, count: int) -> list[str]:
    """Queue events from many tasks at once; return the ids."""
    left, ids = iter(range(count)), []

    async def caller() -> None:
        for _ in left:
            ids.append((await client.queue(type)).event_id)

    await asyncio.gather(*(caller() for _ in range(callers)))
    return ids


def events_of(line: Line) -> Iterator[bellrope.Event]:
    """Yield the events of a stream."""
    if "events" in line:
        yield from (values.event_of(event) for event in line["events"])
        return
    event = line["event"]
    for number in range(line["count"]):
        yield values.event_of(event | {"id": f"{event['id']}-{number}"})


def timeout(line: Line) -> Line:
    """Return the call's own timeout as an argument."""
    return {"timeout": line["timeout_ms"] / SECONDS} if "timeout_ms" in line else {}


def project_of(line: Line) -> str:
    """Return the project of requests that are messages of the proto."""
    return str(line["settings"].get("project", "default"))


def say(line: Line) -> None:
    """Write a line."""
    print(json.dumps(line), flush=True)


def main() -> None:
    """Answer each line."""
    loop = asyncio.new_event_loop()
    runner = Runner(loop)
    for text in sys.stdin:
        line = json.loads(text)
        found = runner.answer(line)
        say({"case": line["case"]} | found)


if __name__ == "__main__":
    main()
