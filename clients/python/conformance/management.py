"""Triggers, event types, and the log."""

import contextlib

import values
from bellrope.v1.deliveries_pb2 import (
    Delivery,
    ListDeliveriesRequest,
    ListEventsRequest,
    ReplayEventRequest,
    TailResponse,
)
from bellrope.v1.projects_pb2 import EventType, UpdateEventTypeRequest
from bellrope.v1.triggers_pb2 import DeleteTriggerRequest, ListTriggersRequest, Trigger, UpdateTriggerRequest
from calls import Clients, Line, say


def update_trigger(clients: Clients, line: Line) -> Line:
    """Create or change a trigger."""
    given = line["trigger"]
    fields = {name: value for name, value in given.items() if name != "encoding"}
    trigger = Trigger(**fields)
    if "encoding" in given:
        trigger.encoding = Trigger.Encoding.Value(given["encoding"])
    request = UpdateTriggerRequest(trigger=trigger, allow_missing=True)
    saved = clients.now(clients.of(line).triggers.UpdateTrigger(request))
    return {"name": saved.name, "type": saved.type, "url": saved.url}


def list_triggers(clients: Clients, line: Line) -> list[str]:
    """Return the names of the triggers."""
    method, request = (
        clients.of(line).triggers.ListTriggers,
        ListTriggersRequest(),
    )
    return [trigger.name for page in clients.pages(method, request) for trigger in page.triggers]


def delete_trigger(clients: Clients, line: Line) -> Line:
    """Delete a trigger."""
    request = DeleteTriggerRequest(trigger=line["name"])
    clients.now(clients.of(line).triggers.DeleteTrigger(request))
    return {}


def update_event_type(clients: Clients, line: Line) -> Line:
    """Save the schema of a type."""
    kind = EventType(type=line["type"], schema=line["schema"])
    request = UpdateEventTypeRequest(event_type=kind, allow_missing=True)
    return {"type": clients.now(clients.of(line).projects.UpdateEventType(request)).type}


def list_events(clients: Clients, line: Line) -> list[Line]:
    """Return the events of a type, read in pages of two."""
    request = ListEventsRequest(type=line["type"], page_size=2)
    pages = clients.pages(clients.of(line).deliveries.ListEvents, request)
    events = (event for page in pages for event in page.events)
    return [{"id": each.event_id, "type": each.type, "data": values.text_of(each.data)} for each in events]


def list_deliveries(clients: Clients, line: Line) -> list[Line]:
    """Return the deliveries of an event."""
    request = ListDeliveriesRequest(event_id=line["event_id"])
    pages = clients.pages(clients.of(line).deliveries.ListDeliveries, request)
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


def replay_event(clients: Clients, line: Line) -> Line:
    """Send an event again."""
    request = ReplayEventRequest(event_id=line["event_id"])
    return {"deliveries": clients.now(clients.of(line).deliveries.ReplayEvent(request)).replayed_count}


def tail(clients: Clients, line: Line) -> list[Line]:
    """Return what happens."""
    facts: list[Line] = []
    stream = clients.of(line).tail()
    with contextlib.closing(clients.each(stream)) as each:
        for fact in each:
            if fact.kind == TailResponse.KIND_UNSPECIFIED:
                say({"case": line["case"], "begun": True})
            else:
                kind = TailResponse.Kind.Name(fact.kind)
                facts.append({"kind": kind, "type": fact.type, "event_id": fact.event_id})
            if len(facts) == line["count"]:
                return facts
    return facts
