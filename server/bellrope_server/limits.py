"""How much is too much: every limit of a request, with its default."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, unless they say otherwise."""

    data_bytes: int = 1024 * 1024
    request_bytes: int = 1024 * 1024 + 64 * 1024
    header_bytes: int = 8 * 1024
    connections_per_address: int = 1024
    grpc_connections: int = 4096
    """From all addresses together: gRPC cannot count them apart."""
    calls: int = 4096
    """Calls under way at once; health checks and admin calls are not counted."""
    streams: int = 256
    """Calls under way at once that are answered by a stream."""
