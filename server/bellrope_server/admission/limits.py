"""The limits of requests, with their defaults."""

from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor

from bellrope_server.config import Config

BATCH = "bellrope.v1.Eventing.QueueBatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits; sizes are in bytes."""

    data_bytes: int = 1024 * 1024
    request_bytes: int = 1024 * 1024 + 64 * 1024
    batch_events: int = 1000
    batch_bytes: int = 16 * 1024 * 1024
    """Of a whole request to QueueBatch."""
    header_bytes: int = 8 * 1024
    chained_events: int = 10_000
    """The most events that one event may lead to, through the answers of webhooks."""
    connections_per_address: int = 1024
    grpc_connections: int = 4096
    """From all addresses together: gRPC cannot count them by address."""
    streams_per_connection: int = 256
    """gRPC calls at once on one connection, including those that have not sent their request yet."""
    ping_interval: float = 5.0
    """The least seconds between two keepalive pings of a gRPC client."""
    idle_pings: bool = True
    """Whether gRPC clients may ping while no call is under way."""
    calls: int = 4096
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
