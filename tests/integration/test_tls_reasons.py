"""Why TLS failed, as a user sees it: in the error, the attempt, the command line and the log."""

import asyncio
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from faults.caller import save_trigger
from integration.program import bellrope, lines
from integration.test_webhook_tls import context
from kit import Server, get, lent
from receiver import Receiver

WHY = "TLS_ERROR: unknown_issuer"


async def run(server: Server, *words: str) -> Any:
    """Run a command against a server."""
    return await asyncio.to_thread(bellrope, *words, BELLROPE_SERVER=server.grpc)


async def test_a_failed_handshake_is_explained_wherever_the_attempt_is_shown(tmp_path: Path) -> None:
    """A webhook with a self-signed certificate is `unknown_issuer` in every place that shows the attempt."""
    tls: ssl.SSLContext = context(tmp_path, name="localhost")
    with lent(tmp_path) as server:
        async with Receiver(tls=tls) as receiver:
            url = f"https://localhost:{receiver.port}/"
            await save_trigger(server.http, "secure", url=url)
            refused = await run(server, "queue", "secure", "--sync")
            assert lines(refused.stderr.partition("\n")[0]) == [
                f"No webhook succeeded: secure did not answer ({WHY}) (WEBHOOK_FAILED)"
            ]
            assert f"secure: {WHY}, attempt 1" in refused.stderr
        _, found = await asyncio.to_thread(get, f"{server.http}/v1/projects/default/deliveries")
        (delivery,) = found["deliveries"]
        path = f"{server.http}/v1/projects/default/deliveries/{delivery['deliveryId']}"
        _, whole = await asyncio.to_thread(get, path)
        for attempts in (delivery["attempts"], whole["attempts"]):
            assert [(each["error"], each["tlsReason"]) for each in attempts] == [
                ("TLS_ERROR", "unknown_issuer")
            ]
        shown = await run(server, "deliveries", "get", delivery["deliveryId"])
        assert WHY in shown.stdout
        backlog = await run(server, "deliveries", "backlog", "secure")
        assert WHY in backlog.stdout
        (said,) = server.facts("delivery.attempted")
        assert (said["error"], said["tls_reason"]) == ("TLS_ERROR", "unknown_issuer")


@pytest.mark.parametrize("problem", ["", "does not exist", "is not a file of certificates (PEM)"])
def test_doctor_looks_for_the_certificates(tmp_path: Path, problem: str) -> None:
    """The doctor says which certificates count, and whether SSL_CERT_FILE names none."""
    file = tmp_path / "ca.pem"
    if not problem:
        new = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-subj",
            "/CN=a",
            "-out",
            str(file),
        ]
        subprocess.run([*new, "-keyout", str(tmp_path / "key.pem")], check=True, capture_output=True)
    elif "PEM" in problem:
        file.write_text("no certificate")
    flags = (f"--database=sqlite:///{tmp_path}/b.db", "--http=127.0.0.1:0", "--grpc=127.0.0.1:0")
    told = bellrope("doctor", *flags, SSL_CERT_FILE=str(file), SSL_CERT_DIR="")
    line = next(line for line in told.stdout.splitlines() if " certificates " in line)
    assert " ".join(line.split()) == (
        f"problem certificates {file} {problem}: correct SSL_CERT_FILE or SSL_CERT_DIR, or https webhooks "
        "fail"
        if problem
        else f"ok certificates https webhooks are checked with {file}"
    )
