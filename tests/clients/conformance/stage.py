"""What stands around a runner: the live server, the proxies before it, the webhook, and a look at the log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc.aio
from bellrope.v1.deliveries_pb2 import ListEventsRequest
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2 import QueueRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.projects_pb2 import CreateProjectRequest, Project
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from google.protobuf import json_format

from tests.clients.conformance.certificates import made_for_localhost
from tests.clients.conformance.proxy import LARGE, Proxy
from tests.clients.conformance.webhook import Webhook, receiving
from tests.kit import Server, lent

PAGE = 1000


class Stage:
    """The parts that the cases of one language share."""

    def __init__(self, server: Server, proxy: Proxy, webhook: Webhook, ca: Path, channel: Any) -> None:
        self.server = server
        self.proxy = proxy
        self.webhook = webhook
        self.ca = ca
        """The authority that signed the proxy's certificate."""
        self._deliveries = DeliveriesStub(channel)
        self._eventing = EventingStub(channel)
        self._projects = ProjectsStub(channel)
        self._triggers = TriggersStub(channel)

    async def create_project(self, name: str) -> None:
        """Create a project."""
        await self._projects.CreateProject(CreateProjectRequest(project=Project(name=name)))

    async def create_trigger(self, project: str, fields: dict[str, Any]) -> None:
        """Create a trigger; `fields` are proto JSON."""
        request = CreateTriggerRequest(project=project)
        json_format.ParseDict(fields, request.trigger)
        assert isinstance(request.trigger, Trigger)
        await self._triggers.CreateTrigger(request)

    async def queue(self, project: str, type: str) -> None:
        """Queue an event, as another program would."""
        await self._eventing.Queue(QueueRequest(project=project, type=type))

    async def stored(self, project: str, type: str) -> list[dict[str, Any]]:
        """Return the stored events of a type: `id`, and `data` as text."""
        found: list[dict[str, Any]] = []
        request = ListEventsRequest(project=project, type=type, page_size=PAGE)
        while True:
            page = await self._deliveries.ListEvents(request)
            found += [
                {"id": event.event_id, "data": event.data.decode(errors="backslashreplace")}
                for event in page.events
            ]
            if not page.next_page_token:
                return found
            request.page_token = page.next_page_token


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """Give a stage; its files are in `folder`."""
    ca, certificate = await asyncio.to_thread(made_for_localhost, folder)
    with lent(folder, "--drain-grace=1") as server:
        async with (
            receiving() as webhook,
            Proxy(server.grpc, certificate=certificate) as proxy,
            grpc.aio.insecure_channel(server.grpc, options=LARGE) as channel,
        ):
            yield Stage(server, proxy, webhook, ca, channel)
