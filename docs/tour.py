"""The tour of `make run`: a server, a webhook, and the documented API, called with curl."""

import asyncio
import json
import shlex
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc
from aiohttp import web
from bellrope.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from rich.console import Console
from rich.markup import escape
from rich.table import Table

HTTP_PORT, GRPC_PORT, WEBHOOK_PORT = 4122, 4123, 4124
DOCUMENT_EVENT = {
    "type": "sent-email",
    "data": {"to": "user1@email.com", "from": "user2@email.com", "subject": "Some Subject"},
}

console = Console(highlight=False, soft_wrap=True)


@dataclass
class Received:
    """One request that the webhook got."""

    path: str
    headers: dict[str, str]
    body: str
    time: float = field(default_factory=time.time)


class Receiver:
    """A webhook: /email and /reminder say thanks, /price answers, /flaky fails the first two times."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[Received] = asyncio.Queue()
        self._failures = 2

    async def answer(self, request: web.Request) -> web.Response:
        """Take one request, print nothing, and answer."""
        received = Received(request.path, dict(request.headers), await request.text())
        await self._arrived.put(received)
        if request.path == "/flaky" and self._failures:
            self._failures -= 1
            return web.Response(status=500, text="not yet")
        if request.path == "/price":
            return web.json_response({"price": 42, "currency": "EUR"})
        return web.json_response({"thanks": True})

    async def next(self) -> Received:
        """Wait for the next request."""
        async with asyncio.timeout(30):
            return await self._arrived.get()


@dataclass
class Tour:
    """The addresses of the parts, and curl calls to them."""

    http: str
    grpc: str
    webhook: str
    receiver: Receiver

    async def save_trigger(self, name: str, **trigger: Any) -> None:
        """Save a trigger with curl."""
        await self.curl(f"/v1/config/projects/default/eventing/triggers/{name}", trigger)

    async def queue(self, event: dict[str, Any]) -> Any:
        """Queue an event with curl and return the answer."""
        return await self.curl("/v1/api/default/eventing/queue", event)

    async def curl(self, path: str, body: Any) -> Any:
        """Print a curl line, run exactly that, and print and return its output."""
        command = ["curl", "-s", f"{self.http}{path}", "-H", "Content-Type: application/json"]
        command += ["-d", json.dumps(body)]
        console.print(f"[green]$ {escape(shlex.join(command))}[/]")
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        printed, _ = await process.communicate()
        console.print(escape(printed.decode()), style="cyan")
        answer = json.loads(printed)
        if "error" in answer:
            raise SystemExit("the server refused the request; see above")
        return answer


async def document_event(tour: Tour) -> None:
    """Queue the event of the user's document."""
    headline("An event, queued: the webhook is called at once")
    await tour.save_trigger("on-email", type="sent-email", url=f"{tour.webhook}/email")
    await tour.queue(DOCUMENT_EVENT)
    show_received(await tour.receiver.next())


async def scheduled_event(tour: Tour) -> None:
    """Schedule an event and show that it arrives on time."""
    headline("An event, scheduled: 3 seconds from now")
    await tour.save_trigger("on-reminder", type="reminder", url=f"{tour.webhook}/reminder")
    answer = await tour.queue({"type": "reminder", "delay": 3, "data": {"text": "stand up"}})
    with console.status("waiting"):
        received = await tour.receiver.next()
    late = received.time - datetime.fromisoformat(answer["dueTime"]).timestamp()
    console.print(f"the webhook was called [bold]{late * 1000:.1f} ms[/] after the due time")


async def synchronous_event(tour: Tour) -> None:
    """Trigger an event and get the webhook's answer back."""
    headline("An event, synchronous: the webhook's own answer comes back")
    await tour.save_trigger("on-price", type="price-asked", url=f"{tour.webhook}/price")
    await tour.queue({"type": "price-asked", "data": {"article": "bell"}, "isSynchronous": True})
    await tour.receiver.next()


async def failing_webhook(tour: Tour) -> None:
    """Show that a webhook that fails twice is called again until it succeeds."""
    headline("A webhook that answers 500 twice: called again until it answers 2xx")
    await tour.save_trigger(
        "on-order", type="order-placed", url=f"{tour.webhook}/flaky", retryPolicy={"minBackoff": "1s"}
    )
    answer = await tour.queue({"type": "order-placed", "data": {"order": 7}})
    with console.status("waiting for the retries"):
        for _ in range(3):
            await tour.receiver.next()
        delivery = await finished(tour, answer["eventId"])
    table = Table("attempt", "started", "answer", "took", "next attempt", box=None)
    for attempt in delivery.attempts:
        later = attempt.next_attempt_time.ToDatetime() if attempt.HasField("next_attempt_time") else None
        table.add_row(
            str(attempt.number),
            clock(attempt.start_time.ToDatetime()),
            str(attempt.status_code),
            f"{attempt.duration.ToMicroseconds() / 1000:.1f} ms",
            clock(later) if later else "",
        )
    console.print(table)
    console.print(f"the delivery is [bold]{Delivery.State.Name(delivery.state)}[/]")


async def finished(tour: Tour, event_id: str) -> Delivery:
    """Return the event's only delivery from the log, once it is final."""
    async with grpc.aio.insecure_channel(tour.grpc) as channel:
        while True:
            request = ListDeliveriesRequest(project="default", event_id=event_id)
            delivery = (await DeliveriesStub(channel).ListDeliveries(request)).deliveries[0]
            if delivery.state > Delivery.State.DELIVERING:
                return delivery
            await asyncio.sleep(0.05)


def headline(text: str) -> None:
    """Print the title of a step."""
    console.print(f"\n[bold yellow]{text}[/]")


def show_received(received: Received) -> None:
    """Print a request as the webhook got it."""
    console.print("the webhook received:")
    console.print(f"POST {received.path}", style="magenta")
    for name, value in received.headers.items():
        console.print(f"{name}: {escape(value)}", style="magenta")
    console.print()
    console.print(escape(received.body), style="magenta")


def clock(moment: datetime) -> str:
    """Return a time of day to the millisecond."""
    return moment.strftime("%H:%M:%S.%f")[:-3]


def port(wanted: int) -> int:
    """Return the port if it is free. Otherwise print and return another one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        found = int(probe.getsockname()[1])
    if found != wanted:
        console.print(f"port {wanted} is in use; the tour uses {found} instead", style="yellow")
    return found


@asynccontextmanager
async def webhook(receiver: Receiver) -> AsyncIterator[str]:
    """Serve the webhook and yield its address."""
    runner = web.ServerRunner(web.Server(receiver.answer))  # type: ignore[arg-type]
    await runner.setup()
    where = port(WEBHOOK_PORT)
    await web.TCPSite(runner, "127.0.0.1", where).start()
    yield f"http://127.0.0.1:{where}"
    await runner.cleanup()


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[tuple[str, str]]:
    """Run `bellrope serve` on a fresh database and yield its HTTP and gRPC addresses."""
    http, rpc = f"127.0.0.1:{port(HTTP_PORT)}", f"127.0.0.1:{port(GRPC_PORT)}"
    command = [
        "bellrope",
        "serve",
        "--database",
        f"sqlite:///{folder / 'tour.db'}",
        "--http",
        http,
        "--grpc",
        rpc,
    ]
    console.print(f"[green]$ {shlex.join(command)}[/]")
    with (folder / "server.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bellrope_server", *command[1:], stdout=asyncio.subprocess.PIPE, stderr=log
        )
    assert process.stdout
    line = (await process.stdout.readline()).decode().strip()
    if not line.startswith("bellrope ready"):
        raise SystemExit((folder / "server.log").read_text() or "the server did not start")
    console.print(line, style="cyan")
    try:
        yield f"http://{http}", rpc
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def main() -> None:
    """Give the tour, then stay until Ctrl-C."""
    task = asyncio.current_task()
    assert task
    for number in (signal.SIGINT, signal.SIGTERM):  # jobs of a shell without a terminal ignore the first
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    receiver = Receiver()
    with tempfile.TemporaryDirectory(prefix="bellrope-") as name:
        folder = Path(name)
        async with webhook(receiver) as hook, server(folder) as (http, rpc):
            tour = Tour(http, rpc, hook, receiver)
            for step in (document_event, scheduled_event, synchronous_event, failing_webhook):
                await step(tour)
            headline("The server keeps running: try your own calls")
            console.print(f"the console: [bold]{http}/console/[/]")
            console.print(f"HTTP {http}   gRPC {rpc}   the webhook {hook}   the log {folder / 'server.log'}")
            console.print("Stop it with Ctrl-C. This deletes the tour's database.")
            await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("stopped")
