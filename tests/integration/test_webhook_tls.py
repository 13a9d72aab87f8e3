"""TLS: an endpoint must prove its name, although its address is dialled."""

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pycurl
import pytest
from attempts import leased, sender
from bellrope_server.attempt import Attempt, AttemptError, TlsReason
from bellrope_server.outbound.handle import Reply
from bellrope_server.outbound.outcome import tls_reason_of
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


Make: TypeAlias = Callable[[Path], ssl.SSLContext]


def context(folder: Path, *, name: str = NAME, days: int = 2) -> ssl.SSLContext:
    """Return the TLS context of a receiver with a certificate of its own, which this system then trusts."""
    key, request, signed = (folder / file for file in ("key.pem", "request.pem", "signed.pem"))
    extension = folder / "extension"
    extension.write_text(f"subjectAltName=DNS:{name}")
    new = ["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run([*new, "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request)])
    sign = ["openssl", "x509", "-req", "-in", str(request), "-signkey", str(key), "-days", str(days)]
    run([*sign, "-extfile", str(extension), "-out", str(signed)])
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(signed, key)
    return made


def run(command: list[str]) -> None:
    """Run a command that must succeed."""
    subprocess.run(command, check=True, capture_output=True)


def unknown_issuer(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for: the system trusts another one."""
    made = context(folder)
    (folder / "other").mkdir()
    context(folder / "other")
    (folder / "other" / "signed.pem").rename(folder / "signed.pem")
    return made


def wrong_name(folder: Path) -> ssl.SSLContext:
    """A certificate of another host."""
    return context(folder, name="other.example.com")


def expired(folder: Path) -> ssl.SSLContext:
    """A certificate whose time is over."""
    return context(folder, days=-1)


def certificate_required(folder: Path) -> ssl.SSLContext:
    """A receiver that lets in only clients with a certificate."""
    made = context(folder)
    made.verify_mode = ssl.CERT_REQUIRED
    made.load_verify_locations(folder / "signed.pem")
    return made


def certificate_required_by_tls_1_2(folder: Path) -> ssl.SSLContext:
    """The same, with TLS 1.2."""
    made = certificate_required(folder)
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    return made


def other(folder: Path) -> ssl.SSLContext:
    """A receiver that speaks only a cipher that no client takes any more."""
    made = context(folder)
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("AES128-SHA")
    return made


REASONS: dict[Make, TlsReason] = {
    unknown_issuer: TlsReason.UNKNOWN_ISSUER,
    wrong_name: TlsReason.WRONG_NAME,
    expired: TlsReason.EXPIRED,
    certificate_required: TlsReason.CERTIFICATE_REQUIRED,
    certificate_required_by_tls_1_2: TlsReason.CERTIFICATE_REQUIRED,
    other: TlsReason.OTHER,
}


@pytest.mark.parametrize("make", REASONS)
@pytest.mark.parametrize("size", [2, 500_000])
async def test_a_tls_error_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make, size: int
) -> None:
    """Whatever is wrong with an endpoint's TLS, the attempt names it, and each further one does too."""
    tls = make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))
    async with Receiver(tls=tls) as receiver, sender(resolve=here) as webhook:
        for _ in range(2):
            attempt = await webhook.send(
                leased(f"https://{NAME}:{receiver.port}/", data=b'"%b"' % (b"x" * size))
            )
            assert (attempt.error, attempt.tls_reason) == (AttemptError.TLS_ERROR, REASONS[make])
    assert receiver.requests == []


def test_an_alert_about_the_client_certificate_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver on OpenSSL's own sockets sends an alert before it hangs up; the reason is the same."""
    tls = certificate_required(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))

    def refuse(listener: socket.socket) -> None:
        with listener.accept()[0] as connection, suppress(OSError):
            tls.wrap_socket(connection, server_side=True).recv(1)

    async def attempted(port: int) -> Attempt:
        async with sender(resolve=here) as webhook:
            return await webhook.send(leased(f"https://{NAME}:{port}/"))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=refuse, args=(listener,))
        thread.start()
        attempt = asyncio.run(attempted(listener.getsockname()[1]))
        thread.join()
    assert (attempt.error, attempt.tls_reason) == (AttemptError.TLS_ERROR, TlsReason.CERTIFICATE_REQUIRED)


async def test_a_certificate_that_is_asked_for_but_not_required_is_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver that takes clients without a certificate gets its events."""
    tls = certificate_required(tmp_path)
    tls.verify_mode = ssl.CERT_OPTIONAL
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))
    async with Receiver(tls=tls) as receiver, sender(resolve=here) as webhook:
        for _ in range(3):
            attempt = await webhook.send(leased(f"https://{NAME}:{receiver.port}/"))
            assert (attempt.status_code, attempt.tls_reason) == (200, TlsReason.NONE)


@pytest.mark.parametrize("also", ["", "file"])
async def test_a_folder_of_certificates_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, also: str
) -> None:
    """What SSL_CERT_DIR names is trusted, instead of the system's, or besides what SSL_CERT_FILE names."""
    tls, folder = context(tmp_path), tmp_path / "trusted"
    folder.mkdir()
    (tmp_path / "signed.pem").rename(folder / "signed.pem")
    run(["openssl", "rehash", str(folder)])
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    if also:
        (tmp_path / also).mkdir()
        context(tmp_path / also, name="other.example.com")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / also / "signed.pem"))
    async with Receiver(tls=tls) as receiver, sender(resolve=here) as webhook:
        attempt = await webhook.send(leased(f"https://{NAME}:{receiver.port}/"))
    assert (attempt.status_code, attempt.tls_reason) == (200, TlsReason.NONE)


@pytest.mark.parametrize(("result", "reason"), [(9, TlsReason.EXPIRED), (26, TlsReason.OTHER)])
def test_a_certificate_that_is_not_valid_yet_has_expired(result: int, reason: TlsReason) -> None:
    """A certificate outside of its time is `expired`; one for another purpose is `other` (x509_vfy.h)."""
    assert tls_reason_of(Reply(code=pycurl.E_PEER_FAILED_VERIFICATION, verified=result)) is reason
