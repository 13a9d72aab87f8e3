"""A dry run of a schema: which samples and which kept events it would refuse."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from bellrope.v1 import projects_pb2 as pb

from bellrope_server.admission.limits import Limits
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.convert import counts, names
from bellrope_server.convert.values import NULL
from bellrope_server.errors import InvalidField, ServiceError, TooLarge
from bellrope_server.rules.event_schemas import EventSchema
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import EventFilter, Page
from bellrope_server.text import strict_json

SECONDS = 5.0  # for all checks of one call
MOST_RECENT = 100

Result = pb.TestEventTypeResponse.Result


class SchemaTrials:
    """Tries schemas on data, without storing anything."""

    def __init__(
        self, store: Store, checks: SchemaChecks, limits: Limits, *, seconds: float = SECONDS
    ) -> None:
        """A call begins no check after `seconds`."""
        self._store = store
        self._seconds = seconds
        self._checks = checks
        self._limits = limits

    async def test(self, request: pb.TestEventTypeRequest) -> pb.TestEventTypeResponse:
        """Return which samples and events the schema would refuse; raise the errors of TestEventType."""
        project = names.project(request.project)
        if not 0 <= request.recent_count <= MOST_RECENT:
            raise InvalidField(f"must be 0 to {MOST_RECENT}", field="recent_count")
        samples = await asyncio.to_thread(_samples, request.data, self._limits)
        schema = await self._schema(request, project)
        answer = pb.TestEventTypeResponse()
        async for event_id, index, data in self._data(request, project, samples):
            answer.checked_count += 1
            if error := await self._checks.misfit(schema, data, project=project):
                answer.refused_count += 1
                answer.results.append(Result(event_id=event_id, index=index, error=error.sentence))
            await asyncio.sleep(0)  # a quick check takes milliseconds, and there may be two hundred
        return answer

    async def _schema(self, request: pb.TestEventTypeRequest, project: str) -> EventSchema:
        """Return the schema to try: the draft's, or the saved one."""
        settings = self._store.settings
        if not request.HasField("draft"):
            return EventSchema((await settings.get_event_type(project, request.event_type)).json_schema)
        await settings.get_project(project)
        type = _type(request)
        try:
            return await self._checks.enforced(request.draft.schema, project=project, event_type=type)
        except InvalidField as error:
            raise error.within("draft") from None

    async def _data(
        self, request: pb.TestEventTypeRequest, project: str, samples: Sequence[bytes]
    ) -> AsyncIterator[tuple[str, int, bytes]]:
        """Yield each sample, and then each event that is wanted, until the time is over.

        For each there is its id, its index, and its data.
        """
        now = asyncio.get_running_loop().time
        end = now() + self._seconds
        for index, data in enumerate(samples):
            if now() > end:
                return
            yield "", index, data
        wanted, left, before = EventFilter(type=request.event_type), request.recent_count, None
        while left and now() < end:
            found = await self._store.log.list_data(project, wanted, Page(size=left, before=before))
            for index, (event_id, data) in enumerate(found, request.recent_count - left):
                if now() > end:
                    return
                yield event_id, index, data
            left, before = left - len(found), found.next
            if before is None:
                return


def _samples(data: Sequence[bytes], limits: Limits) -> list[bytes]:
    """Return the samples as they would be stored; raise the errors that Queue would raise."""
    counts.check(len(data), counts.SAMPLES, field="data")
    return [_sample(each, limits, field=f"data[{index}]") for index, each in enumerate(data)]


def _sample(data: bytes, limits: Limits, *, field: str) -> bytes:
    if len(data) > limits.data_bytes:
        raise TooLarge(f"is over {limits.data_bytes} bytes", field=field)
    if data:
        strict_json.check(data, field=field)
    return data or NULL


def _type(request: pb.TestEventTypeRequest) -> str:
    """Return the type of event that a draft is for, or raise InvalidField."""
    try:
        type = names.schema_type(request.event_type)
    except ServiceError as error:
        error.field = "event_type"
        raise
    if request.draft.type not in ("", type):
        raise InvalidField("must be empty, or the event type of the request", field="draft.type")
    return type
