"""Whether the data of events matches the schemas of their types: checked at once, or by the judge."""

import asyncio
from collections.abc import Iterable, Sequence

from bellrope_server.errors import InvalidField
from bellrope_server.model import NewEvent
from bellrope_server.process.judge import Judge
from bellrope_server.rules.event_schemas import QUICK, EventSchema, enforced_schema
from bellrope_server.store.settings.event_types import Schemas

MOST_TOGETHER = 1024 * 1024  # bytes of data in one question to the judge, unless one event has more

Slow = tuple[int, NewEvent]
"""An event whose check would hold up the event loop, and its index."""


class SchemaChecks:
    """Checks events before they are stored."""

    def __init__(self, schemas: Schemas, judge: Judge) -> None:
        self._schemas = schemas
        self._judge = judge

    async def enforced(self, schema: str, *, project: str, event_type: str) -> EventSchema:
        """Return the JSON Schema that this text stands for, or raise InvalidField about `schema`."""
        found = await asyncio.to_thread(enforced_schema, schema, event_type=event_type)
        if not found.quick_to_compile:
            await self._judge.compile(found, project=project)
        return found

    async def check(self, event: NewEvent) -> None:
        """Raise InvalidField, with the path in the data, unless the event's data matches its schema."""
        schema = self._schemas.of(event.project, event.type)
        if schema and (error := await self.misfit(schema, event.data, project=event.project)):
            raise error

    async def misfit(self, schema: EventSchema, data: bytes, *, project: str) -> InvalidField | None:
        """Return what is wrong with the data, or None if it matches the schema."""
        try:
            if _checked(schema, data, most=QUICK):
                return None
            found = await self._judge.misfit(schema, (data,), project=project)
        except InvalidField as error:
            return error
        return found.error if found else None

    async def check_all(self, events: Sequence[NewEvent]) -> None:
        """Raise InvalidField about the first event that does not match, among the quick ones first."""
        slow: dict[EventSchema, list[Slow]] = {}
        left = QUICK
        for index, event in enumerate(events):
            schema = self._schemas.of(event.project, event.type)
            if schema is None:
                continue
            try:
                steps = _checked(schema, event.data, most=left)
            except InvalidField as error:
                raise error.at(index) from None
            left -= steps
            if not steps:
                slow.setdefault(schema, []).append((index, event))
        for schema, those in slow.items():
            for group in _groups(those):
                await self._judge_together(schema, group)

    async def _judge_together(self, schema: EventSchema, group: Sequence[Slow]) -> None:
        (first, event), *others = group
        try:
            data = [event.data for _, event in group]
            found = await self._judge.misfit(schema, data, project=event.project)
        except InvalidField as error:  # it took too long: find out which of them does
            if not others:
                raise error.at(first) from None
            for each in group:
                await self._judge_together(schema, [each])
            return
        if found:
            raise found.error.at(group[found.at][0])


def _checked(schema: EventSchema, data: bytes, *, most: int) -> int:
    """Return how many steps the check took; 0 if it would take more than `most`, so that it is not done.

    Raises InvalidField. If it would take long to find out what is wrong, the check counts as not done.
    """
    steps = schema.steps(data)
    if steps > most:
        return 0
    if schema.fits(data):
        return steps
    if steps * schema.naming <= QUICK:
        raise schema.misfit(data)
    return 0


def _groups(slow: Iterable[Slow]) -> list[list[Slow]]:
    """Return the events in groups that the judge gets in one question."""
    groups: list[list[Slow]] = [[]]
    size = 0
    for each in slow:
        size += len(each[1].data)
        if size > MOST_TOGETHER and groups[-1]:
            groups.append([])
            size = len(each[1].data)
        groups[-1].append(each)
    return groups
