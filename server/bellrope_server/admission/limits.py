"""The limits of requests, as the settings say."""

from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor

from bellrope_server.config import Config

BATCH = "bellrope.v1.Eventing.QueueBatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits; sizes are in bytes."""

    data_bytes: int
    request_bytes: int
    batch_events: int
    batch_bytes: int
    """Of a whole request to QueueBatch."""
    header_bytes: int
    chained_events: int
    """The most events that one event may lead to, through the answers of webhooks."""
    connections_per_address: int
    grpc_connections: int
    """From all addresses together: gRPC cannot count them by address."""
    streams_per_connection: int
    """gRPC calls at once on one connection, including those that have not sent their request yet."""
    ping_interval: float
    """The least seconds between two keepalive pings of a gRPC client."""
    idle_pings: bool
    """Whether gRPC clients may ping while no call is under way."""
    calls: int
    """Calls under way at once; health checks and admin calls are not counted."""
    streams: int = 256
    """Calls under way at once that are answered by a stream, except those of Eventing."""

    @classmethod
    def of(cls, config: Config) -> "Limits":
        """Return the limits that the settings say."""
        return cls(
            data_bytes=config.max_data_bytes,
            request_bytes=config.max_request_bytes,
            batch_events=config.max_batch_events,
            batch_bytes=config.max_batch_bytes,
            header_bytes=config.max_header_bytes,
            connections_per_address=config.max_connections_per_address,
            grpc_connections=config.max_grpc_connections,
            streams_per_connection=config.max_streams_per_connection,
            ping_interval=config.min_ping_interval,
            idle_pings=config.idle_pings,
            calls=config.max_calls,
            chained_events=config.max_chained_events,
        )

    def of_request(self, rpc: MethodDescriptor) -> int:
        """Return the largest request that an RPC accepts, in bytes."""
        return self.batch_bytes if rpc.full_name == BATCH else self.request_bytes
