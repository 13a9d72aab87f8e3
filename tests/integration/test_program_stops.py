"""How the program stops."""

import asyncio
import signal
import socket
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from integration.program import queue, save
from kit import Server, serving, until
from receiver import Receiver, hang

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class NohupServer(Server):
    """A server that stays when its terminal closes."""

    program = ("env", "nohup", *Server.program)


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
def test_a_signal_stops_it(tmp_path: Path, number: signal.Signals) -> None:
    """SIGTERM, SIGINT and SIGHUP drain the server, and it exits 0; the log says so."""
    with serving(tmp_path, "--drain-grace=3") as server:
        server.process.send_signal(number)
        assert server.process.wait(30) == 0
    (draining,), (stopped,) = server.facts("server.draining"), server.facts("server.stopped")
    assert draining["grace"] == 3
    assert draining["time"] < stopped["time"]


def test_connections_that_nobody_uses_do_not_hold_it_up(tmp_path: Path) -> None:
    """An idle open connection, such as browsers and clients keep, does not delay a stop."""
    with serving(tmp_path) as server:
        host, _, port = server.http.removeprefix("http://").partition(":")
        address = (host, int(port))
        with socket.create_connection(address) as used, socket.create_connection(address):
            used.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert used.recv(1000).startswith(b"HTTP/1.1 200")
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(18) == 0  # the grace is 20 s


async def test_the_grace_is_what_was_said(tmp_path: Path) -> None:
    """An endless attempt delays the stop for --drain-grace; a second signal ends it at once."""
    async with Receiver(hang) as receiver:
        for grace, signals, code in (("60", 2, 130), ("0.3", 1, 0)):
            folder = tmp_path / grace
            folder.mkdir()
            with serving(folder, f"--drain-grace={grace}") as server:
                save(server, "hangs", receiver.url)
                queue(server, "hangs")
                await receiver.received(len(receiver.requests) + 1)
                for _ in range(signals):
                    server.process.send_signal(signal.SIGTERM)
                    await until(lambda server=server: server.facts("server.draining"))
                assert await asyncio.to_thread(server.process.wait, 30) == code
    draining, stopped = (
        datetime.fromisoformat(server.facts(f"server.{fact}")[0]["time"]) for fact in ("draining", "stopped")
    )
    assert stopped - draining >= timedelta(seconds=1.3)  # a second for balancers, and the grace


def test_a_server_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    """SIGHUP does not stop a server that `nohup` started."""
    server = NohupServer(tmp_path).wait_ready()
    server.process.send_signal(signal.SIGHUP)
    save(server, "a", "http://127.0.0.1:9999/")
    assert server.facts("server.draining") == []
    assert server.stop() == 0
