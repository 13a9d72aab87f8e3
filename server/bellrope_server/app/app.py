"""One server in this process: its start, and its stop."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, nullcontext, suppress

from bellrope_server.admission.limits import Limits
from bellrope_server.api import startup
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.app.deliverer import Deliverer
from bellrope_server.app.doors import Doors
from bellrope_server.app.storage import Storage
from bellrope_server.clock import Clock
from bellrope_server.config import Config, ConfigError
from bellrope_server.errors import ProjectExists
from bellrope_server.outbound.names import Names, Resolver
from bellrope_server.process import tuning
from bellrope_server.process.judge import Judge
from bellrope_server.process.service import Service, all_of
from bellrope_server.process.workers import Worker
from bellrope_server.rules.database_urls import is_postgres
from bellrope_server.telemetry import otel
from bellrope_server.telemetry.traces import Tracer
from bellrope_server.upkeep.readiness import Readiness

DRAIN_NOTICE = 1.1  # seconds from NOT_SERVING to closed ports: load balancers see one of the two
OPEN_PROJECT = "default"


class App:
    """One server: its store, what delivers from it, and the doors to it."""

    def __init__(
        self,
        config: Config,
        *,
        worker: Worker | None = None,
        clock: Clock | None = None,
        names: Callable[[], Resolver] = Names,
    ) -> None:
        """A `worker` shares its ports. Tests replace clock and DNS with `clock` and `names`."""
        self._config = config
        self._worker = worker
        self._given_clock = clock
        self._names = names
        self._own_ports: set[int] = set()
        self._leaving = False
        self._started = AsyncExitStack()  # what to stop, in the reverse order of the starts
        self.http_port = 0
        self.grpc_port = 0

    @property
    def http_address(self) -> str:
        """HOST:PORT where the server answers HTTP."""
        return f"{self._config.http.rpartition(':')[0]}:{self.http_port}"

    @property
    def grpc_address(self) -> str:
        """HOST:PORT where the server answers gRPC."""
        return f"{self._config.grpc.rpartition(':')[0]}:{self.grpc_port}"

    async def start(self) -> None:
        """Open the store and begin to serve. If that fails, stop everything again and raise the reason."""
        try:
            await self._start()
        except BaseException:
            await self._started.aclose()
            raise

    async def _start(self) -> None:
        config = self._config
        tracer = self._open_tracer()
        storage = Storage(config, self._given_clock)
        self.store = storage.store
        source = await self.store.open()
        self._started.push_async_callback(self.store.close)
        with nullcontext() if is_postgres(config.database) else tuning.loop_first():
            self._wire(storage, source, tracer)
            if config.config:
                caller = self.admission.own_call()
                await startup.start_with(config.config, self._doors.api, caller, config.policy)
            await self._open_doors()
        await self._begin()
        if not config.admin_key:
            await self._open_project()

    def _open_tracer(self) -> Tracer | None:
        """Return what makes spans, if traces are on; raise ConfigError."""
        if not self._config.otel:
            return None
        try:
            tracer = otel.opened()
        except ValueError as error:
            raise ConfigError(f"--otel: a variable OTEL_* is wrong: {error}") from None
        if tracer:
            self._started.push_async_callback(tracer.close)
        return tracer

    def _wire(self, storage: Storage, source: str, tracer: Tracer | None) -> None:
        """Make the parts on both sides of the store, and what says whether all are well."""
        config, limits = self._config, Limits.of(self._config)
        judge = Judge()
        self._started.push_async_callback(judge.stop)
        checks = SchemaChecks(storage.store.settings.schemas, judge)
        deliverer = self._deliverer = Deliverer(
            config,
            storage,
            limits,
            checks,
            source=source,
            names=self._names,
            own_ports=self._own_ports,
            tracer=tracer,
        )
        self._started.push_async_callback(deliverer.webhook.close)
        doors = self._doors = Doors(
            config,
            storage,
            deliverer,
            limits,
            judge,
            checks,
            worker=self._worker,
            tracer=tracer,
            unready=self._unready,
            longest_pause=self._longest_pause,
        )
        self._started.push_async_callback(doors.status.stop)
        self.admission = doors.admission
        self._readiness = Readiness(self.store, self._services, report=doors.rpc.health.set_serving)

    @property
    def _services(self) -> tuple[Service, ...]:
        """Everything that runs in the background, except what watches it."""
        return (*self.store.services, *self._doors.gateway.services, *self._deliverer.services)

    async def _open_doors(self) -> None:
        """Join the other nodes, then let callers in."""
        started, doors, deliverer = self._started, self._doors, self._deliverer
        scheduler = deliverer.scheduler
        started.push_async_callback(deliverer.nodes.stop)
        await deliverer.nodes.start(changed=scheduler.shares_changed, look=scheduler.look_again)
        started.push_async_callback(doors.backlogs.stop)
        started.push_async_callback(doors.shared_metrics.stop)
        await doors.shared_metrics.start()
        started.push_async_callback(self._stop_serving)
        bound, shared = self._own_ports.add, self._worker is not None
        self.http_port = await doors.gateway.start(self._config.http, bound=bound, shared=shared)
        self.grpc_port = await doors.rpc.start(self._config.grpc, bound=bound)

    async def _begin(self) -> None:
        """Begin to deliver, once the doors are open: if the start fails, no webhook was called."""
        self._deliverer.upkeep.start()
        await self._deliverer.scheduler.start()
        self._readiness.start()
        self._started.push_async_callback(self._announce_drain)

    async def _open_project(self) -> None:
        with suppress(ProjectExists):
            await self.store.settings.create_project(OPEN_PROJECT)

    def _unready(self) -> list[str]:
        return ["draining"] if self._leaving else self._readiness.unready()

    def _longest_pause(self) -> float:
        return self._readiness.longest_pause()

    async def stop(self) -> None:
        """Drain: announce it, close the ports, finish work within the grace period, give back the rest.

        Everything is closed, the store last, even if one part raises. The error is raised at the end. You can
        call it twice, and before `start`.
        """
        await self._started.aclose()

    async def _announce_drain(self) -> None:
        self._leaving = True
        await self._readiness.stop()
        await self._doors.rpc.health.begin_drain()
        await asyncio.sleep(DRAIN_NOTICE)

    async def _stop_serving(self) -> None:
        """Refuse new calls, and stop all services at the same time."""
        grace = self._config.drain_grace
        self.admission.drain()
        await all_of(
            self._readiness.stop(),
            self._doors.rpc.stop(grace=grace),
            self._doors.gateway.stop(grace=grace),
            self._deliverer.scheduler.stop(grace=grace),
            self._deliverer.upkeep.stop(),
        )
