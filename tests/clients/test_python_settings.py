"""Which server a Python client calls, and with which key: each test of a call runs with both forms."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import bellrope
import grpc
import pytest
from bellrope import settings
from bellrope.channel import connect as channel_to
from bellrope.v1.projects_pb2 import CreateProjectRequest, ListProjectsRequest, Project

from tests.clients.either import Connect, failing, new_name
from tests.clients.lossy import lossy
from tests.kit import Server, lent

KEY = "a-key-of-more-than-sixteen"
VARIABLES = ("BELLROPE_SERVER", "BELLROPE_PROJECT", "BELLROPE_KEY", "BELLROPE_ADMIN_KEY")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the variables that the tests' caller may have set."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key."""
    with lent(tmp_path_factory.mktemp("locked"), f"--admin-key={KEY}") as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own for 127.0.0.1, with its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    made = subprocess.run([*command, "-keyout", "-"], check=True, capture_output=True)
    file.write_bytes(made.stdout)
    return file


@pytest.fixture(scope="module")
def tls(certificate: Path) -> ssl.SSLContext:
    """What a server of gRPC with that certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    return context


async def test_a_client_without_arguments_takes_the_environment(
    connect: Connect, locked: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BELLROPE_SERVER, BELLROPE_PROJECT and BELLROPE_KEY count as for commands; an argument comes first."""
    monkeypatch.setenv("BELLROPE_SERVER", locked.grpc)
    monkeypatch.setenv("BELLROPE_PROJECT", name := new_name())
    monkeypatch.setenv("BELLROPE_ADMIN_KEY", KEY)
    client = await connect()
    await client.stub("projects", "CreateProject", CreateProjectRequest(project=Project(name=name)))
    assert (await client.queue("a")).delivery_count == 0
    await failing((await connect(project="nowhere")).queue("a"), bellrope.NotFound)
    monkeypatch.setenv("BELLROPE_KEY", "another-key-of-sixteen")
    await failing((await connect()).queue("a"), bellrope.KeyRequired)
    monkeypatch.setenv("BELLROPE_SERVER", "127.0.0.1:1")
    assert (await (await connect(f"http://{locked.grpc}", key=KEY)).queue("a")).delivery_count == 0


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing gives the default."""
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
    found = (str(settings.address(None)), settings.project(None), settings.key(None))
    assert found == ("127.0.0.1:4123", "default", None)


@pytest.mark.parametrize(
    ("server", "target", "tls"),
    [
        ("127.0.0.1:4123", "127.0.0.1:4123", False),
        ("http://localhost:4123/", "localhost:4123", False),
        ("http://bellrope.example.com", "bellrope.example.com:80", False),
        ("HTTPS://Bellrope.Example.com", "bellrope.example.com:443", True),
        ("https://10.0.0.1:4123", "10.0.0.1:4123", True),
        ("[::1]:4123", "[::1]:4123", False),
        ("https://[fe80::1]", "[fe80::1]:443", True),
        ("bell_rope-1:4123", "bell_rope-1:4123", False),
    ],
)
def test_an_address_is_host_and_port_or_a_url(server: str, target: str, tls: bool) -> None:
    """`HOST:PORT` and http:// are without TLS, https:// is with TLS; each has its own default port."""
    address = settings.address(server)
    assert (str(address), address.tls) == (target, tls)


@pytest.mark.parametrize(
    "server",
    [
        *(
            "",
            "grpc://x",
            "unix:/run/bellrope",
            "http://",
            "host:port",
            "a b",
            "a b:1",
            "::1:4123",
            "[::1:4123",
        ),
        *(
            "h:65536",
            "https://host/path",
            "host:1?x",
            "http://host#x",
            "größe:1",
            "[nonsense]:1",
            "dns:///a:1",
        ),
    ],
)
def test_what_is_no_address_is_refused(server: str) -> None:
    """It is a ValueError that says what to write."""
    with pytest.raises(ValueError, match=r"is no server\. Write HOST:PORT, http://HOST:PORT or https://HOST"):
        bellrope.Client(server)


def test_a_password_in_an_address_is_not_shown() -> None:
    """An address with a user is refused, and the message does not have it."""
    with pytest.raises(ValueError, match="The server is no server") as caught:
        bellrope.Client("https://user:pass@host")
    assert "pass" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "two words", "line\n", "größe", "\x00"])
def test_a_key_that_cannot_be_sent_is_refused(key: str) -> None:
    """A key that no header can have is a ValueError, which does not show it, also with an own channel."""
    with grpc.insecure_channel("127.0.0.1:1") as own:
        for channel in (None, own):
            with pytest.raises(ValueError, match="printable ASCII") as caught:
                bellrope.Client(key=key, channel=channel)
            assert not key or key not in str(caught.value)


async def test_a_key_does_not_cross_the_network_unencrypted(connect: Connect) -> None:
    """A key without TLS to another machine is refused, unless that is wanted, or there is no key."""
    for server in ("10.0.0.1:4123", "http://bellrope.example.com", "127.0.0.1.example.com:1", "[fe80::1]:1"):
        with pytest.raises(ValueError, match=r"unencrypted\. Use https://.*, or key_without_tls=True"):
            await connect(server, key=KEY)
        await connect(server, key=KEY, key_without_tls=True)
        await connect(server)
    for server in (
        "127.0.0.2:4123",
        "localhost:1",
        "a.localhost:1",
        "[::1]:1",
        "https://bellrope.example.com",
    ):
        await connect(server, key=KEY)


@pytest.mark.parametrize("form", [str, Path, Path.read_bytes], ids=["text", "path", "bytes"])
async def test_a_client_speaks_tls_and_trusts_a_certificate_of_ones_own(
    connect: Connect, locked: Server, certificate: Path, tls: ssl.SSLContext, form: type
) -> None:
    """With https:// the calls and the key are encrypted; `ca` are the certificates to trust."""
    async with lossy(locked.grpc, tls=tls) as (address, _):
        client = await connect(f"https://{address}", key=KEY, ca=form(certificate))
        await client.stub("projects", "ListProjects", ListProjectsRequest())
        stranger = await connect(f"https://{address}", key=KEY)
        call = stranger.stub("projects", "ListProjects", ListProjectsRequest())
        assert "CERTIFICATE_VERIFY_FAILED" in (await failing(call, bellrope.Unavailable)).message


def test_certificates_that_are_of_no_use_are_refused(tmp_path: Path, certificate: Path) -> None:
    """What is no certificate, and certificates for a server without TLS, are a ValueError at once."""
    for wrong in (b"", b"nonsense", b"\xff", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"):
        with pytest.raises(ValueError, match="no certificates in PEM"):
            bellrope.Client("https://localhost", ca=wrong)
    with pytest.raises(OSError, match="No such file"):
        bellrope.Client("https://localhost", ca=tmp_path / "none")
    with pytest.raises(ValueError, match="`ca` is for a server with TLS"):
        bellrope.Client("localhost:4123", ca=certificate)


def test_a_host_may_have_the_name_of_a_scheme_of_grpc(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on a machine named `unix` is not taken for a socket file."""
    targets: list[str] = []
    monkeypatch.setattr(grpc, "insecure_channel", lambda target, options: targets.append(target))
    channel_to(grpc, "unix:4123", key=None, ca=None, key_without_tls=False)
    assert targets == ["dns:///unix:4123"]
