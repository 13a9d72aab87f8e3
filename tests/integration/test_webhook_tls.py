"""TLS: an endpoint must prove its name, although its address is dialled."""

import asyncio
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from attempts import leased, sender
from bellrope_server.model import AttemptError
from receiver import Receiver, response, send_then_close

NAME = "hooks.example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create a self-signed certificate for NAME, with its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-days", "2"]
    made = subprocess.run([*command, "-keyout", "-"], check=True, capture_output=True)
    file.write_bytes(made.stdout)
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """Return the TLS context of a receiver with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the system trust this certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


async def here(host: str, port: int) -> Sequence[str]:
    """A resolver that finds every name at 127.0.0.1."""
    return ["127.0.0.1"]


async def test_a_self_signed_certificate_is_refused(tls: ssl.SSLContext) -> None:
    """An endpoint with an untrusted certificate gets no request."""
    async with Receiver(tls=tls) as receiver, sender(resolve=here) as webhook:
        attempt = await webhook.send(leased(f"https://{NAME}:{receiver.port}/"))
    assert (attempt.status_code, attempt.error) == (0, AttemptError.TLS_ERROR)
    assert receiver.requests == []


@pytest.mark.usefixtures("trusted")
async def test_a_trusted_certificate_is_taken_and_asked_for_by_name(tls: ssl.SSLContext) -> None:
    """With a trusted certificate attempts share a connection that was opened by name (SNI)."""
    asked = []
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with Receiver(tls=tls) as receiver, sender(resolve=here) as webhook:
        for _ in range(3):
            attempt = await webhook.send(leased(f"https://{NAME}:{receiver.port}/"))
            assert attempt.succeeded
    assert asked == [NAME]
    assert (len(receiver.requests), receiver.connections) == (3, 1)


@pytest.mark.usefixtures("trusted")
async def test_another_name_is_refused_at_the_same_address(tls: ssl.SSLContext) -> None:
    """A certificate is valid for its own name only, even if a connection to that address is open."""
    async with Receiver(tls=tls) as receiver, sender(resolve=here) as webhook:
        right = await webhook.send(leased(f"https://{NAME}:{receiver.port}/", version=1))
        wrong = await webhook.send(leased(f"https://other.example.com:{receiver.port}/", version=2))
        literal = await webhook.send(leased(f"https://127.0.0.1:{receiver.port}/", version=3))
    assert [attempt.error for attempt in (right, wrong, literal)] == [
        AttemptError.NONE,
        AttemptError.TLS_ERROR,
        AttemptError.TLS_ERROR,
    ]
    assert len(receiver.requests) == 1


@pytest.mark.usefixtures("trusted")
async def test_a_connection_that_the_endpoint_closed_meanwhile_fails_nothing(tls: ssl.SSLContext) -> None:
    """Over TLS too, an idle connection that the endpoint closed is noticed before it is used."""
    async with Receiver(send_then_close(response(200)), tls=tls) as receiver, sender(resolve=here) as webhook:
        for _ in range(5):
            attempt = await webhook.send(leased(f"https://{NAME}:{receiver.port}/"))
            assert attempt.succeeded
            await receiver.deserted()
    assert receiver.connections == 5


async def test_an_endpoint_without_tls_is_a_tls_error() -> None:
    """An https URL of an endpoint that speaks plain HTTP fails, and nothing is sent in the clear."""
    received: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(64 * 1024))
        writer.write(response(400))
        writer.close()

    plain = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with plain, sender(resolve=here) as webhook:
        attempt = await webhook.send(leased(f"https://{NAME}:{plain.sockets[0].getsockname()[1]}/"))
    assert (attempt.status_code, attempt.error) == (0, AttemptError.TLS_ERROR)
    assert [first[:1] for first in received] == [b"\x16"]  # a TLS handshake, RFC 8446, 5.1
