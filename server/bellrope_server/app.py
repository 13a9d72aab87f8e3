"""The composition root: opens the store, wires the parts, starts and stops them."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from bellrope_server.admission.access import Access
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import Bodies
from bellrope_server.admission.limits import Limits
from bellrope_server.api import startup
from bellrope_server.api.api import Api
from bellrope_server.api.chained import Replies
from bellrope_server.api.deliveries import Deliveries
from bellrope_server.api.eventing import Eventing
from bellrope_server.api.projects import Projects
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.api.server import Server
from bellrope_server.api.traced import TracedEventing, TracedIntake
from bellrope_server.api.triggers import Triggers
from bellrope_server.api.waiters import Waiters
from bellrope_server.clock import Clock
from bellrope_server.config import Config, ConfigError
from bellrope_server.convert.triggers import TriggerReader
from bellrope_server.errors import ProjectExists
from bellrope_server.gateway.server import Gateway
from bellrope_server.outbound.names import Names, Resolver
from bellrope_server.outbound.traced import TracedWebhook
from bellrope_server.outbound.webhook import Webhook
from bellrope_server.process import tuning
from bellrope_server.process.judge import Judge
from bellrope_server.process.service import Service, all_of
from bellrope_server.process.shared_metrics import SharedMetrics
from bellrope_server.process.workers import Worker
from bellrope_server.rpc.edge import Edge
from bellrope_server.rpc.server import RpcServer
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.pacing import Pacing
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.scheduler import Scheduler
from bellrope_server.scheduler.shares import Shares
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.room import Room, Space
from bellrope_server.store.handover import HandOver
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.store import Store, located
from bellrope_server.telemetry import otel
from bellrope_server.telemetry.traces import Tracer
from bellrope_server.telemetry.trigger_counts import TriggerCounts
from bellrope_server.upkeep.backlogs import Backlogs
from bellrope_server.upkeep.disk import DiskSpace
from bellrope_server.upkeep.metrics_page import MetricsPage
from bellrope_server.upkeep.nodes import Nodes, this_node
from bellrope_server.upkeep.own_metrics import OwnMetrics
from bellrope_server.upkeep.readiness import Readiness
from bellrope_server.upkeep.status import StatusReader
from bellrope_server.upkeep.upkeep import Upkeep

DRAIN_NOTICE = 1.1  # seconds from NOT_SERVING to closed ports: load balancers see one of the two
OPEN_PROJECT = "default"


class App:
    """One server: its store, its scheduler, and its two APIs."""

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
        self._limits = Limits.of(config)
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
        self._tracer = self._open_tracer()
        source = await self._open_store()
        with tuning.loop_first():
            self._wire_deliveries(config.source or source)
            self._wire_doors()
            if config.config:
                await startup.start_with(config.config, self._api, self.admission.own_call(), config.policy)
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

    async def _open_store(self) -> str:
        """Open the store, with what it shares with others made before; return the installation's id."""
        config = self._config
        database = located(config.place, direct=config.database_direct, prepared=config.prepared_statements)
        clock = self._clock = self._given_clock or database.clock
        space = Space()
        self._disk = DiskSpace(config.path, space, least=config.min_free_disk)
        self._waiters = Waiters()
        self._node = this_node()
        self._shares = Shares(self._node.id, now=clock.wall) if database.shared else None
        self._slots = Slots(Caps.of(config), self._shares)
        self._quota = Quota(chained_events=config.max_chained_events)
        self._queues = Queues(self._slots)
        self._handover = HandOver(
            self._slots,
            watch=self._waiters,
            queues=self._queues,
            pacing=Pacing(self._slots, self._queues),
        )
        room = Room(config.max_waiting_events, space)
        self._counts = TriggerCounts()
        self.store = Store(
            database,
            clock=clock,
            handover=self._handover,
            room=room,
            quota=self._quota,
            ended=self._counts.ended,
        )
        source = await self.store.open()
        self._started.push_async_callback(self.store.close)
        return source

    def _wire_deliveries(self, source: str) -> None:
        """Make what calls webhooks, and what runs beside it."""
        config, clock, store = self._config, self._clock, self.store
        self._webhook = Webhook(
            config.policy,
            source=source,
            now=clock.wall,
            names=self._names(),
            own_ports=self._own_ports,
            proxy=config.proxy,
        )
        self._started.push_async_callback(self._webhook.close)
        self._nodes = Nodes(store.nodes, self._node, self._shares)
        self._scheduler = Scheduler(
            store.leases,
            TracedWebhook(self._webhook, self._tracer) if self._tracer else self._webhook,
            handover=self._handover,
            slots=self._slots,
            queues=self._queues,
            reader=Replies(clock=clock, limits=self._limits),
            shared=self._shares is not None,
            hint=self._nodes.hint,
            clock=clock,
            counts=self._counts,
        )
        self._upkeep = Upkeep(config, store, self._disk, self._quota, clock=clock)

    def _wire_doors(self) -> None:
        """Make both doors, what decides who comes in, and what says how the server is."""
        config, limits, shared = self._config, self._limits, self._worker is not None
        access = Access(config.admin_key, origins=config.origins)
        self.admission = Admission(
            access,
            limits=limits,
            bodies=Bodies(config.max_body_memory, of_one_address=config.max_body_memory_per_address),
            answers=Answers(config.max_answer_memory),
            check=self.store.room.check,
            clock=self._clock,
        )
        judge = Judge()
        self._started.push_async_callback(judge.stop)
        api = self._api = self._make_api(config.policy, judge)
        reflect = access.open if config.reflection is None else config.reflection
        self._rpc = RpcServer(Edge(self.admission), api, limits=limits, reflect=reflect, shared=shared)
        own = OwnMetrics(config, self.store, self._disk, self.admission, self._counts, unready=self._unready)
        self._shared_metrics = SharedMetrics(own.told, self._worker)
        self._backlogs = Backlogs(self.store.log, clock=self._clock)
        page = MetricsPage(self._shared_metrics, self._counts, self._backlogs)
        self._gateway = Gateway(api, self.admission, limits=limits, unready=self._unready, metrics=page.text)
        self._readiness = Readiness(self.store, self._services, tell=self._rpc.health.set_serving)

    @property
    def _services(self) -> tuple[Service, ...]:
        """Everything that runs by itself, but for what looks after it."""
        return (
            *self.store.services,
            *self._nodes.services,
            *self._gateway.services,
            *self._upkeep.services,
            *self._scheduler.services,
        )

    async def _open_doors(self) -> None:
        """Join the other nodes, then let callers in."""
        started, shared = self._started, self._worker is not None
        started.push_async_callback(self._nodes.stop)
        await self._nodes.start(changed=self._scheduler.shares_changed, look=self._scheduler.look_again)
        started.push_async_callback(self._backlogs.stop)
        started.push_async_callback(self._shared_metrics.stop)
        await self._shared_metrics.start()
        started.push_async_callback(self._stop_serving)
        bound = self._own_ports.add
        self.http_port = await self._gateway.start(self._config.http, bound=bound, shared=shared)
        self.grpc_port = await self._rpc.start(self._config.grpc, bound=bound)

    async def _begin(self) -> None:
        """Begin to deliver, after the doors are open: a start that fails has called nobody."""
        self._upkeep.start()
        await self._scheduler.start()
        self._readiness.start()
        self._started.push_async_callback(self._announce_drain)

    def _make_api(self, policy: EgressPolicy, judge: Judge) -> Api:
        """Return the services behind both APIs."""
        clock, limits = self._clock, self._limits
        checks = SchemaChecks(self.store.settings.schemas, judge)
        return Api(
            eventing=self._make_eventing(checks),
            triggers=Triggers(
                self.store,
                TriggerReader(policy),
                checks,
                judge,
                preview=self._webhook.preview,
                clock=clock,
                limits=limits,
            ),
            deliveries=Deliveries(
                self.store,
                judge,
                clock=clock,
                free_slots=self._slots.free,
                bulk_started=self._upkeep.bulk.wake,
            ),
            projects=Projects(self.store, checks, limits),
            server=Server(self._make_status()),
        )

    def _make_eventing(self, checks: SchemaChecks) -> Eventing | TracedEventing:
        """Return the service that accepts events; within spans if traces are on."""
        store, tracer = self.store, self._tracer
        eventing = Eventing(
            TracedIntake(store.intake, tracer) if tracer else store.intake,
            store.log,
            self._waiters,
            checks,
            clock=self._clock,
            limits=self._limits,
            bodies=self.admission.bodies,
        )
        return TracedEventing(eventing, tracer) if tracer else eventing

    def _make_status(self) -> StatusReader:
        """Return what looks at all parts of this server."""
        status = StatusReader(
            self._config,
            self.store,
            self._disk,
            self.admission,
            self._slots,
            node=self._node,
            unready=self._unready,
            longest_pause=self._longest_pause,
            clock=self._clock,
        )
        self._started.push_async_callback(status.stop)
        return status

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
        await self._rpc.health.begin_drain()
        await asyncio.sleep(DRAIN_NOTICE)

    async def _stop_serving(self) -> None:
        """Refuse new calls, and stop all services at the same time."""
        grace = self._config.drain_grace
        self.admission.drain()
        await all_of(
            self._readiness.stop(),
            self._rpc.stop(grace=grace),
            self._gateway.stop(grace=grace),
            self._scheduler.stop(grace=grace),
            self._upkeep.stop(),
        )
