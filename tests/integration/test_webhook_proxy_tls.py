"""TLS to a proxy, and through it to the webhook."""

import asyncio
import ssl
from pathlib import Path

import pytest
from attempts import leased, sender
from bellrope_server.attempt import AttemptError, ProxyReason, TlsReason
from bellrope_server.rules.proxies import Proxy
from connect_proxy import ConnectProxy
from integration.test_webhook_tls import certificate_required, context
from integration.through_proxy import NAME, SECRET, ended, finding, sent
from kit import until
from receiver import Receiver, response, send_then_close


async def test_an_https_webhook_proves_its_name_within_the_tunnel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS goes through the tunnel to the webhook, by its name, and its certificate is checked as ever."""
    tls = context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))
    asked = []
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    async with ConnectProxy() as proxy, Receiver(tls=tls) as receiver:
        right = await sent(proxy.url, f"https://{NAME}:{receiver.port}/")
        wrong = await sent(proxy.url, f"https://other.example.com:{receiver.port}/")
        literal = await sent(proxy.url, f"https://127.0.0.1:{receiver.port}/")
    assert right.succeeded
    assert right.request
    assert right.request.url == f"https://{NAME}:{receiver.port}/"
    for attempt in (wrong, literal):
        assert (attempt.error, attempt.tls_reason) == (AttemptError.TLS_ERROR, TlsReason.WRONG_NAME)
        assert attempt.proxy_reason is ProxyReason.NONE
    assert asked[:2] == [NAME, "other.example.com"]
    assert proxy.targets == [f"127.0.0.1:{receiver.port}"] * 3
    assert len(receiver.requests) == 1


async def test_a_webhook_that_wants_a_certificate_says_so_through_the_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why TLS with the webhook failed is said, too, if the proxy is in between."""
    tls = certificate_required(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))
    async with ConnectProxy() as proxy, Receiver(tls=tls) as receiver:
        attempt = await sent(proxy.url, f"https://{NAME}:{receiver.port}/")
    assert (attempt.error, attempt.tls_reason) == (AttemptError.TLS_ERROR, TlsReason.CERTIFICATE_REQUIRED)


def trusting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the TLS of a proxy on localhost and of a webhook, both trusted."""
    folders = [folder / name for name in ("proxy", "webhook")]
    for each in folders:
        each.mkdir()
    made = context(folders[0], name="localhost"), context(folders[1])
    trusted = folder / "trusted.pem"
    trusted.write_bytes(b"".join((each / "signed.pem").read_bytes() for each in folders))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return made


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_is_spoken_to_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """With an https proxy the CONNECT and its password are encrypted, and TLS to the webhook is within."""
    ours, theirs = trusting(tmp_path, monkeypatch)
    async with (
        ConnectProxy(tls=ours, credentials=f"me:{SECRET}", host="localhost") as proxy,
        Receiver(tls=theirs if scheme == "https" else None) as receiver,
        sender(resolve=finding("127.0.0.1"), proxy=Proxy.parse(proxy.url)) as webhook,
    ):
        for _ in range(3):
            attempt = await webhook.send(leased(f"{scheme}://{NAME}:{receiver.port}/"))
            assert attempt.succeeded
    assert (len(receiver.requests), receiver.connections, len(proxy.asked)) == (3, 1, 1)


@pytest.mark.parametrize("wrong", ["the issuer", "the name"])
async def test_a_proxy_that_cannot_prove_its_name_gets_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """The certificate of an https proxy is checked before anything is said to it."""
    tls = context(tmp_path, name="localhost" if wrong == "the issuer" else "proxy.example.com")
    if wrong == "the name":
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "signed.pem"))
    async with (
        ConnectProxy(tls=tls, credentials=f"me:{SECRET}", host="localhost") as proxy,
        Receiver() as receiver,
    ):
        attempt = await sent(proxy.url, f"http://{NAME}:{receiver.port}/")
    assert ended(attempt) == (AttemptError.PROXY_ERROR, ProxyReason.TLS)
    assert attempt.tls_reason is TlsReason.NONE
    assert (proxy.asked, receiver.requests) == ([], [])


async def test_a_proxy_that_asks_for_a_certificate_is_not_taken_for_the_webhook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the proxy asks for a client certificate, a webhook that hangs up did not ask for one."""
    ours, _ = trusting(tmp_path, monkeypatch)
    ours.verify_mode = ssl.CERT_OPTIONAL
    ours.load_verify_locations(tmp_path / "trusted.pem")
    hanging_up = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = hanging_up.sockets[0].getsockname()[1]
    async with hanging_up, ConnectProxy(tls=ours, host="localhost") as proxy:
        attempt = await sent(proxy.url, f"https://{NAME}:{port}/")
    assert (attempt.error, attempt.tls_reason) == (AttemptError.TLS_ERROR, TlsReason.OTHER)
    assert len(proxy.asked) == 1


async def test_a_tunnel_over_tls_that_ended_meanwhile_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept tunnel through an https proxy that is over is noticed before it is used."""
    ours, _ = trusting(tmp_path, monkeypatch)
    async with (
        ConnectProxy(tls=ours, host="localhost") as proxy,
        Receiver(send_then_close(response(200))) as receiver,
        sender(resolve=finding("127.0.0.1"), proxy=Proxy.parse(proxy.url)) as webhook,
    ):
        for _ in range(3):
            attempt = await webhook.send(leased(f"http://{NAME}:{receiver.port}/"))
            assert attempt.succeeded
            await until(lambda: not proxy.open)
    assert (receiver.connections, len(proxy.asked)) == (3, 3)
