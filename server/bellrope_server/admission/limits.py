"""How much is too much: every limit of a request, with its default."""

from dataclasses import dataclass

from google.protobuf.descriptor import MethodDescriptor

BATCH = "bellrope.v1.Eventing.QueueBatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, unless they say otherwise."""

    data_bytes: int = 1024 * 1024
    request_bytes: int = 1024 * 1024 + 64 * 1024
    batch_events: int = 1000
    batch_bytes: int = 16 * 1024 * 1024
    """Of a request to QueueBatch, events and all."""
    header_bytes: int = 8 * 1024
    connections_per_address: int = 1024
    grpc_connections: int = 4096
    """From all addresses together: gRPC cannot count them apart."""
    calls: int = 4096
    """Calls under way at once; health checks and admin calls are not counted."""
    streams: int = 256
    """Calls under way at once that are answered by a stream, those of Eventing aside."""

    def of_request(self, rpc: MethodDescriptor) -> int:
        """Return the largest request that an RPC takes."""
        return self.batch_bytes if rpc.full_name == BATCH else self.request_bytes
