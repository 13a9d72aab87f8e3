"""What every channel has in common, whether its calls are awaited or not."""

OPTIONS = (
    # An answer carries up to 1 MiB of each webhook, and a page of deliveries many of them.
    ("grpc.max_receive_message_length", -1),
    # The details of an error travel in the trailers, which gRPC limits to 8 KiB otherwise.
    ("grpc.max_metadata_size", 4 * 1024 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024 * 1024),
    # gRPC waits a second before it connects again, and within that the tries of one call would all fail.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5000),
)


def authorization(key: str | None) -> tuple[tuple[str, str], ...]:
    """Return the metadata that carries a key."""
    return (("authorization", f"Bearer {key}"),) if key else ()
