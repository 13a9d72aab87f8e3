"""What callers meet: admission, the API, and the two doors to it."""

from collections.abc import Callable

from bellrope_server.admission.access import Access
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.answers import Answers
from bellrope_server.admission.bodies import Bodies
from bellrope_server.admission.limits import Limits
from bellrope_server.api.api import Api
from bellrope_server.api.deliveries import Deliveries
from bellrope_server.api.eventing import Eventing
from bellrope_server.api.projects import Projects
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.api.server import Server
from bellrope_server.api.traced import TracedEventing, TracedIntake
from bellrope_server.api.triggers import Triggers
from bellrope_server.app.deliverer import Deliverer
from bellrope_server.app.storage import Storage
from bellrope_server.config import Config
from bellrope_server.convert.triggers import TriggerReader
from bellrope_server.gateway.server import Gateway
from bellrope_server.process.judge import Judge
from bellrope_server.process.shared_metrics import SharedMetrics
from bellrope_server.process.workers import Worker
from bellrope_server.rpc.edge import Edge
from bellrope_server.rpc.server import RpcServer
from bellrope_server.telemetry.traces import Tracer
from bellrope_server.upkeep.backlogs import Backlogs
from bellrope_server.upkeep.metrics_page import MetricsPage
from bellrope_server.upkeep.own_metrics import OwnMetrics
from bellrope_server.upkeep.status import StatusReader


class Doors:
    """gRPC and HTTP, the API behind both, who may come in, and how the server is."""

    def __init__(
        self,
        config: Config,
        storage: Storage,
        deliverer: Deliverer,
        limits: Limits,
        judge: Judge,
        checks: SchemaChecks,
        *,
        worker: Worker | None,
        tracer: Tracer | None,
        unready: Callable[[], list[str]],
        longest_pause: Callable[[], float],
    ) -> None:
        """`unready` says why the server is not ready, and `longest_pause` how many seconds it stood still."""
        self._config, self._storage, self._limits = config, storage, limits
        store, clock = storage.store, storage.clock
        access = Access(config.admin_key, origins=config.origins)
        self.admission = self._admission(access)
        self.status = StatusReader(
            config,
            store,
            storage.disk,
            self.admission,
            storage.slots,
            node=storage.node,
            unready=unready,
            longest_pause=longest_pause,
            clock=clock,
        )
        self.api = self._api(deliverer, judge, checks, tracer)
        reflect = access.open if config.reflection is None else config.reflection
        shared = worker is not None
        self.rpc = RpcServer(Edge(self.admission), self.api, limits=limits, reflect=reflect, shared=shared)
        own = OwnMetrics(config, store, storage.disk, self.admission, storage.counts, unready=unready)
        self.shared_metrics = SharedMetrics(own.read, worker)
        self.backlogs = Backlogs(store.log, clock=clock)
        page = MetricsPage(self.shared_metrics, storage.counts, self.backlogs)
        self.gateway = Gateway(self.api, self.admission, limits=limits, unready=unready, metrics=page.text)

    def _admission(self, access: Access) -> Admission:
        """Return what decides for both doors whether a call comes in."""
        config = self._config
        return Admission(
            access,
            limits=self._limits,
            bodies=Bodies(config.max_body_memory, of_one_address=config.max_body_memory_per_address),
            answers=Answers(config.max_answer_memory),
            check=self._storage.store.room.check,
            clock=self._storage.clock,
        )

    def _api(self, deliverer: Deliverer, judge: Judge, checks: SchemaChecks, tracer: Tracer | None) -> Api:
        """Return the services behind both doors."""
        storage, limits = self._storage, self._limits
        store, clock = storage.store, storage.clock
        return Api(
            eventing=self._eventing(checks, tracer),
            triggers=Triggers(
                store,
                TriggerReader(self._config.policy),
                checks,
                judge,
                preview=deliverer.webhook.preview,
                clock=clock,
                limits=limits,
            ),
            deliveries=Deliveries(
                store,
                judge,
                clock=clock,
                free_slots=storage.slots.free,
                bulk_started=deliverer.upkeep.bulk.wake,
            ),
            projects=Projects(store, checks, limits),
            server=Server(self.status),
        )

    def _eventing(self, checks: SchemaChecks, tracer: Tracer | None) -> Eventing | TracedEventing:
        """Return the service that accepts events; within spans if traces are on."""
        store = self._storage.store
        eventing = Eventing(
            TracedIntake(store.intake, tracer) if tracer else store.intake,
            store.log,
            self._storage.waiters,
            checks,
            clock=self._storage.clock,
            limits=self._limits,
            bodies=self.admission.bodies,
        )
        return TracedEventing(eventing, tracer) if tracer else eventing
