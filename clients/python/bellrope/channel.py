"""The options and the metadata of every channel, with and without asyncio."""

OPTIONS = (
    # An answer can have 1 MiB of each webhook, and a page of deliveries has many of them.
    ("grpc.max_receive_message_length", -1),
    # The details of an error are in the trailers, which gRPC limits to 8 KiB by default.
    ("grpc.max_metadata_size", 4 * 1024 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024 * 1024),
    # By default gRPC waits a second before it connects again; all tries of a call would fail in it.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5000),
)


def authorization(key: str | None) -> tuple[tuple[str, str], ...]:
    """Return the metadata that carries a key."""
    return (("authorization", f"Bearer {key}"),) if key else ()
