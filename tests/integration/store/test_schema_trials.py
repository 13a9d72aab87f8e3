"""A dry run of a schema has an end, whatever the schema and however many events there are."""

import json

import pytest
from bellrope.v1.projects_pb2 import EventType, TestEventTypeRequest
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.api.schema_trials import SchemaTrials
from bellrope_server.process.judge import Judge
from bellrope_server.store.store import Store
from bellrope_server.store.walks import events as walks
from integration.store.rig import PROJECT, event
from slow_schemas import SLOW
from usual import usual_limits


async def test_a_trial_ends_in_time(store: Store) -> None:
    """When the time of a call is over it ends, and says how many it checked."""
    judge = Judge()
    trials = SchemaTrials(store, SchemaChecks(store.settings.schemas, judge), usual_limits(), seconds=0.01)
    schema, data = SLOW["alternatives"]
    draft = EventType(schema=json.dumps(schema))
    request = TestEventTypeRequest(project=PROJECT, event_type="order", draft=draft, recent_count=100)
    request.data.extend([json.dumps(data).encode()] * 100)  # the process that checks starts for longer
    answer = await trials.test(request)
    await judge.stop()
    assert answer.checked_count == 1


async def test_the_events_of_a_rare_type_are_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events of the type are found behind more others than one read looks at."""
    monkeypatch.setattr(walks, "MOST_ENTRIES", 3)
    for type in ("rare", *["often"] * 5, "rare", *["often"] * 5):
        await store.intake.queue(event(type=type, data=b"7"))
    judge = Judge()
    trials = SchemaTrials(store, SchemaChecks(store.settings.schemas, judge), usual_limits())
    request = TestEventTypeRequest(
        project=PROJECT, event_type="rare", draft=EventType(schema="false"), recent_count=100
    )
    answer = await trials.test(request)
    assert (answer.checked_count, [each.index for each in answer.results]) == (2, [0, 1])
