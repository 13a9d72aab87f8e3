"""What calls webhooks, and the upkeep of what is stored."""

from collections.abc import Callable

from bellrope_server.admission.limits import Limits
from bellrope_server.api.chained import Replies
from bellrope_server.api.schema_checks import SchemaChecks
from bellrope_server.app.storage import Storage
from bellrope_server.config import Config
from bellrope_server.outbound.names import Resolver
from bellrope_server.outbound.traced import TracedWebhook
from bellrope_server.outbound.webhook import Webhook
from bellrope_server.process.service import Service
from bellrope_server.scheduler.scheduler import Scheduler
from bellrope_server.telemetry.traces import Tracer
from bellrope_server.upkeep.nodes import Nodes
from bellrope_server.upkeep.upkeep import Upkeep


class Deliverer:
    """The part of a server that needs no caller: the scheduler, its webhooks, the other nodes, and upkeep."""

    def __init__(
        self,
        config: Config,
        storage: Storage,
        limits: Limits,
        checks: SchemaChecks,
        *,
        source: str,
        names: Callable[[], Resolver],
        own_ports: set[int],
        tracer: Tracer | None,
    ) -> None:
        """`source` is the installation's id. Webhooks cannot reach the ports in `own_ports` on loopback."""
        clock, store = storage.clock, storage.store
        self.webhook = Webhook(
            config.policy,
            source=config.source or source,
            now=clock.wall,
            names=names(),
            own_ports=own_ports,
            proxy=config.proxy,
        )
        self.nodes = Nodes(store.nodes, storage.node, storage.shares)
        self.scheduler = Scheduler(
            store.leases,
            TracedWebhook(self.webhook, tracer) if tracer else self.webhook,
            handover=storage.handover,
            slots=storage.slots,
            queues=storage.queues,
            reader=Replies(checks, clock=clock, limits=limits),
            shared=storage.shares is not None,
            hint=self.nodes.hint,
            clock=clock,
            counts=storage.counts,
        )
        self.upkeep = Upkeep(config, store, storage.disk, storage.quota, clock=clock)

    @property
    def services(self) -> tuple[Service, ...]:
        """Everything of it that runs in the background."""
        return (*self.nodes.services, *self.upkeep.services, *self.scheduler.services)
