"""The channel of a client, with and without asyncio, and the metadata of its calls."""

import ssl
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc

from bellrope.settings import Address, address

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

Certificates = str | PathLike[str] | bytes
"""The path of a file with certificates in PEM, or its bytes."""


def connect(
    kind: ModuleType,
    server: str | None,
    *,
    key: str | None,
    ca: Certificates | None,
    key_without_tls: bool,
) -> Any:
    """Return a channel to the server, of `grpc` or of `grpc.aio`; it connects when it is first used.

    Raises ValueError if the server is none, if the key would cross the network unencrypted, and if `ca` is
    of no use; and OSError if it cannot be read.
    """
    place = address(server)
    if key and not (place.tls or place.is_here or key_without_tls):
        raise ValueError(
            f"The key would cross the network unencrypted. Use https://{place}, or key_without_tls=True"
        )
    target = f"dns:///{place}"  # a bare host may have the name of another scheme, such as `unix`
    if not place.tls:
        _refuse_certificates(ca, place)
        return kind.insecure_channel(target, options=OPTIONS)
    credentials = grpc.ssl_channel_credentials(root_certificates=_pem(ca))
    return kind.secure_channel(target, credentials, options=OPTIONS)


def _refuse_certificates(ca: Certificates | None, place: Address) -> None:
    if ca is not None:
        raise ValueError(f"`ca` is for a server with TLS. Use https://{place}, or leave it out")


def _pem(ca: Certificates | None) -> bytes | None:
    if ca is None:
        return None
    pem = ca if isinstance(ca, bytes) else Path(ca).read_bytes()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem.decode())
    except (ValueError, ssl.SSLError):
        raise ValueError("`ca` has no certificates in PEM") from None
    return pem


def authorization(key: str | None) -> tuple[tuple[str, str], ...]:
    """Return the metadata that carries a key."""
    return (("authorization", f"Bearer {key}"),) if key else ()
