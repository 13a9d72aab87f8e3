"""--server and BELLROPE_SERVER name a server as the clients do, with TLS or without."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from forked import on_path
from kit import Server, environment
from shell import run

from tests.clients.lossy import lossy

ROOTS = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
COMMANDS = ("triggers list", "queue x", "status", "bulk list")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own for 127.0.0.1, with its key in the same file."""
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", "/CN=here", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    file.write_bytes(subprocess.run([*command, "-keyout", "-"], check=True, capture_output=True).stdout)
    return file


@pytest.fixture
async def tls(server: Server, certificate: Path) -> AsyncIterator[str]:
    """The address of the server behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    async with lossy(server.grpc, tls=context) as (address, _):
        yield address


async def started(*arguments: str, **variables: str) -> asyncio.subprocess.Process:
    """Start a command in a process of its own, because gRPC reads once which certificates to trust."""
    return await asyncio.create_subprocess_exec(
        *("bellrope", *arguments),
        env=environment(**on_path(), **variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def said(command: str, **variables: str) -> tuple[int | None, str, str]:
    """Run a command; return its exit code and what it said."""
    process = await started(*command.split(), **variables)
    out, error = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode(), error.decode()


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_calls_a_server_with_tls(tls: str, certificate: Path, command: str) -> None:
    """`https://HOST:PORT` in the variable or the option is a server with TLS."""
    trusted = {ROOTS: str(certificate)}
    code, _, error = await said(command, BELLROPE_SERVER=f"https://{tls}", **trusted)
    assert (code, error) == (0, "")
    code, _, error = await said(f"{command} --server=https://{tls}", **trusted)
    assert (code, error) == (0, "")


async def test_a_tail_follows_a_server_with_tls(tls: str, server: Server, certificate: Path) -> None:
    """`bellrope tail` shows what happens on a server with TLS."""
    queued = ("queue", "tailed", f"--server=http://{server.grpc}")
    follow = ("tail", "--type=tailed", f"--server=https://{tls}")
    process = await started(*follow, **{ROOTS: str(certificate)})
    assert process.stdout
    assert process.stderr
    async with asyncio.timeout(30):
        await process.stderr.readline()  # it says that it follows
        assert (await asyncio.to_thread(run, *queued)).exit_code == 0
        assert "tailed" in (await process.stdout.readline()).decode()
    process.terminate()
    await process.communicate()


def test_a_url_without_tls_is_a_server(server: Server) -> None:
    """`http://HOST:PORT` is a server without TLS, like HOST:PORT."""
    for command in COMMANDS:
        assert run(*command.split(), f"--server=http://{server.grpc}").exit_code == 0
    assert run("triggers", "list", BELLROPE_SERVER=f"http://{server.grpc}/").exit_code == 0


async def test_a_certificate_that_is_not_trusted_is_named(tls: str) -> None:
    """If the certificate is not trusted, the error says so, and how to trust another."""
    code, out, error = await said(f"triggers list --server=https://{tls}")
    assert (code, out) == (3, "")
    assert error == (
        f"bellrope: the certificate of https://{tls} is not trusted, or is for another name\n"
        "  GRPC_DEFAULT_SSL_ROOTS_FILE_PATH can name a file with the certificates to trust, in PEM\n"
    )


async def test_the_other_form_is_proposed(tls: str, server: Server) -> None:
    """If only the other of http:// and https:// can be right, the error says what to write."""
    code, _, error = await said(f"triggers list --server={tls}")
    assert (code, error) == (3, f"bellrope: {tls} speaks TLS; write --server https://{tls}\n")
    plain = await asyncio.to_thread(run, "triggers", "list", f"--server=https://{server.grpc}")
    wanted = f"bellrope: {server.grpc} does not speak TLS; write --server http://{server.grpc}\n"
    assert (plain.exit_code, plain.stderr) == (3, wanted)


def test_no_server_with_tls_is_a_sentence() -> None:
    """If no server answers at an address with TLS, the error names the address as it was written."""
    alone = run("triggers", "list", "--server=https://127.0.0.1:1")
    wanted = "no server answers at https://127.0.0.1:1; start it with `bellrope serve`, or set --server"
    assert (alone.exit_code, alone.stderr) == (3, f"bellrope: {wanted}\n")
