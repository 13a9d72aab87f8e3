"""What listens at an address that gRPC cannot use, and what to write in its place."""

import socket
import ssl
from collections.abc import Iterator

from bellrope.settings import Address

PROBE = 2.0  # seconds
HTTP_2 = "h2"


def explained(address: Address) -> Iterator[str]:
    """Yield why a call did not reach a server there, and what to do."""
    shown = f"https://{address}" if address.tls else str(address)
    protocol = _protocol_over_tls(address)
    if address.tls and protocol == HTTP_2:
        yield f"bellrope: the certificate of {shown} is not trusted, or is for another name"
        yield "  GRPC_DEFAULT_SSL_ROOTS_FILE_PATH can name a file with the certificates to trust, in PEM"
    elif protocol == HTTP_2:
        yield f"bellrope: {address} speaks TLS; write --server https://{address}"
    elif protocol is not None or _answers_http(address):
        yield f"bellrope: {shown} is an HTTP address; give the gRPC address of the server in --server"
        yield "  `bellrope serve` prints it after `grpc=`; it is 127.0.0.1:4123 by default"
    elif address.tls and _listens(address):
        yield f"bellrope: {address} does not speak TLS; write --server http://{address}"
    else:
        yield f"bellrope: no server answers at {shown}; start it with `bellrope serve`, or set --server"


def _protocol_over_tls(address: Address) -> str | None:
    """Return the protocol that is spoken over TLS, empty if it has no name; None without TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is sent: which certificate it has is gRPC's to judge
    context.set_alpn_protocols([HTTP_2])
    try:
        with _connected(address) as plain, context.wrap_socket(plain, server_hostname=address.host) as found:
            return found.selected_alpn_protocol() or ""
    except OSError:
        return None


def _answers_http(address: Address) -> bool:
    """Return whether what listens there speaks HTTP/1."""
    try:
        with _connected(address) as connection:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
            return connection.recv(5, socket.MSG_WAITALL) == b"HTTP/"
    except OSError:
        return False


def _listens(address: Address) -> bool:
    try:
        with _connected(address):
            return True
    except OSError:
        return False


def _connected(address: Address) -> socket.socket:
    return socket.create_connection((address.host, address.port), timeout=PROBE)
