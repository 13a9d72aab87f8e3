"""Event types in the store: what a new process knows of them, and how many there can be."""

import pytest
from bellrope_server.errors import OverQuota
from bellrope_server.model import EventType
from bellrope_server.store.settings.event_types import SaveType
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, Database, Desk, HandClock, opened


def numbers(type: str = "sale", project: str = PROJECT) -> SaveType:
    """Return a type whose data must be a number."""
    schema = '{"type":"number"}'
    return SaveType(project=project, type=type, schema=schema, json_schema=schema, create=True)


async def test_a_restart_knows_the_schemas(database: Database, clock: HandClock, desk: Desk) -> None:
    """A schema still applies after a restart."""
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.save_event_type(numbers())
    async with opened(database, clock, desk) as store:
        known = store.settings.schemas.of(PROJECT, "sale")
        assert store.settings.schemas.of(PROJECT, "other") is None
        assert known
        assert (known.fits(b"5"), known.fits(b'"text"')) == (True, False)


async def test_a_project_has_so_many_types(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project has at most 1,000 types; existing ones can still be changed."""
    monkeypatch.setattr("bellrope_server.store.settings.event_types.MOST_TYPES", 2)
    await store.settings.save_event_type(numbers("a"))
    await store.settings.save_event_type(numbers("b"))
    with pytest.raises(OverQuota):
        await store.settings.save_event_type(numbers("c"))
    assert (await store.settings.save_event_type(numbers("b"))).type == "b"


async def test_what_was_read_before_a_schema_was_saved_does_not_undo_it(store: Store) -> None:
    """Another node's changes are read, but do not overwrite a schema that was saved here meanwhile."""
    changes = store.settings.schemas.changes
    read: list[EventType] = []
    await store.settings.save_event_type(numbers())
    assert store.settings.schemas.fill(read, changes=changes) is False
    assert store.settings.schemas.of(PROJECT, "sale") is not None
    assert store.settings.schemas.fill(read, changes=store.settings.schemas.changes) is True
    assert store.settings.schemas.of(PROJECT, "sale") is None
