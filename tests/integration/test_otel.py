"""`bellrope serve --otel`: how traces are turned on, and what a collector that fails does not do."""

import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from acceptance.tenant import soon
from collector import Collector, attributes
from integration.program import KEY, lines, queue, save, serve
from kit import Server, environment, lent, post, serving
from ports import lasting_port
from postgres import cluster
from receiver import Receiver

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook that answers 200."""
    async with Receiver() as receiver:
        yield receiver


def sent(server: Server) -> None:
    """Queue an event of a traced sender."""
    url = f"{server.http}/v1/api/default/eventing/queue"
    assert post(url, {"type": "order"}, traceparent=PARENT)[0] == 200


def switch(server: Server, verb: str) -> None:
    """Pause or resume the trigger."""
    assert post(f"{server.http}/v1/projects/default/triggers/order:{verb}", {})[0] == 200


async def test_a_delivery_after_a_restart_is_in_the_trace(tmp_path: Path, receiver: Receiver) -> None:
    """What is delivered by another process is below the request that queued the event."""
    with Collector() as collector:
        with serving(tmp_path, "--otel", **collector.variables) as server:
            save(server, "order", receiver.url)
            switch(server, "pause")
            sent(server)
            [accept] = await collector.named("accept", TRACE)
        assert receiver.requests == []
        with lent(tmp_path, "--otel", **collector.variables) as server:
            switch(server, "resume")
            [request] = await soon(receiver.received(1))
            [attempt] = await collector.named("attempt", TRACE)
    assert accept.span_id == attempt.parent_span_id
    assert (request.header("traceparent") or "")[36:52] == attempt.span_id.hex()


async def test_without_otel_the_webhook_gets_the_senders_context(tmp_path: Path, receiver: Receiver) -> None:
    """A server without `--otel` passes the sender's context on, also of events that another one accepted."""
    with Collector() as collector:
        with serving(tmp_path, "--otel", **collector.variables) as server:
            save(server, "order", receiver.url)
            switch(server, "pause")
            sent(server)
            await collector.named("accept", TRACE)
        with lent(tmp_path, **collector.variables) as server:
            switch(server, "resume")
            sent(server)
            requests = await soon(receiver.received(2))
    assert [request.header("traceparent") for request in requests] == [PARENT] * 2


def test_an_end_of_the_server_sends_the_last_spans(tmp_path: Path) -> None:
    """Spans that wait for their batch are sent when the server stops."""
    with Collector() as collector:
        variables = collector.variables | {"OTEL_BSP_SCHEDULE_DELAY": "600000"}
        with serving(tmp_path, "--otel", **variables) as server:
            sent(server)
        assert [span.name for span in collector.spans] == ["commit", "accept order"]


@pytest.mark.parametrize("collector", ["hangs", "is not there"])
async def test_a_collector_that_fails_stops_no_delivery(
    tmp_path: Path, receiver: Receiver, collector: str
) -> None:
    """Events are accepted and delivered as ever, and the server stops as ever. Some spans are lost."""
    few = {"OTEL_BSP_MAX_QUEUE_SIZE": "4", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "2"}
    with Collector(hangs=True) as hanging:
        endpoint = hanging.endpoint if collector == "hangs" else f"http://127.0.0.1:{lasting_port()}"
        variables = hanging.variables | few | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        variables |= {"OTEL_EXPORTER_OTLP_TIMEOUT": "300"}
        with serving(tmp_path, "--otel", **variables) as server:
            save(server, "order", receiver.url)
            for _ in range(40):
                sent(server)
            await soon(receiver.received(40))
            stop = time.monotonic()
        assert time.monotonic() - stop < 25  # the SDK would wait for 30, and the collector for 300
        assert server.process.returncode == 0
        assert (collector == "hangs") == bool(hanging.requests)
    assert server.facts("service.failed") == []


@pytest.mark.parametrize("variables", [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}])
async def test_the_standard_variables_turn_traces_off(
    tmp_path: Path, receiver: Receiver, variables: dict[str, str]
) -> None:
    """With OTEL_SDK_DISABLED or without an exporter, `--otel` does nothing: the context is the sender's."""
    with Collector() as collector, lent(tmp_path, "--otel", **collector.variables, **variables) as server:
        save(server, "order", receiver.url)
        sent(server)
        [request] = await soon(receiver.received(1))
    assert (request.header("traceparent"), collector.requests) == (PARENT, [])


async def test_the_standard_variables_say_what_is_sampled_and_sent(
    tmp_path: Path, receiver: Receiver
) -> None:
    """The sampler, the headers of the collector and the service's name are OpenTelemetry's own variables."""
    with Collector() as collector:
        variables = collector.variables | {
            "OTEL_SERVICE_NAME": "events",
            "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=abc",
            "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        }
        with lent(tmp_path, "--otel", **variables) as server:
            save(server, "order", receiver.url)
            assert queue(server, "order")[0] == 200  # a new trace: not sampled
            sent(server)
            await collector.named("attempt", TRACE)
        assert {TRACE} == {span.trace_id.hex() for span in collector.spans}
    _, headers, _ = collector.requests[0]
    [name] = [
        each.value.string_value
        for each in collector.exports[0].resource_spans[0].resource.attributes
        if each.key == "service.name"
    ]
    assert (headers["x-api-key"], name) == ("abc", "events")


@pytest.mark.parametrize("header", ["Bearer {}", "x-key=a%0A{}"])
@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_g17_a_key_of_the_collector_is_not_logged(tmp_path: Path, header: str, there: bool) -> None:
    """A header that is written wrongly, or a path with a key, does not stand in the log."""
    marked = "marked" + secrets.token_hex(8)
    with Collector() as collector:
        endpoint = collector.endpoint if there else f"http://127.0.0.1:{lasting_port()}"
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"{endpoint}/{marked}",
            "OTEL_EXPORTER_OTLP_HEADERS": header.format(marked),
        }
        with serving(tmp_path, "--otel", "--log-level=DEBUG", **variables) as server:
            sent(server)
    log = server.log.read_text()
    assert "opentelemetry" in log
    assert marked not in log


WRONG = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318",
    "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/json",
    "OTEL_TRACES_EXPORTER": "console",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "0",
}


@pytest.mark.parametrize("variable", WRONG)
def test_a_wrong_variable_stops_the_start(tmp_path: Path, variable: str) -> None:
    """What bellrope cannot do as a variable says is one sentence, and the exit code is 1."""
    refused = serve(tmp_path, "--otel", **{variable: WRONG[variable]})
    [line] = lines(refused.stderr)
    assert (refused.returncode, line.split()[0].rstrip(":")) == (1, "--otel")


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a Python where the packages of the extra are not installed."""
    (tmp_path / "opentelemetry").mkdir()
    (tmp_path / "opentelemetry/__init__.py").touch()  # it hides the folders of the real packages
    return environment(PYTHONPATH=str(tmp_path))


def test_missing_packages_are_named(tmp_path: Path, bare: dict[str, str]) -> None:
    """Without the extra, `--otel` says how to install it."""
    command = [sys.executable, "-m", "bellrope_server", "serve", f"--database=sqlite:///{tmp_path}/b.db"]
    refused = subprocess.run([*command, "--otel"], env=bare, capture_output=True, text=True, timeout=60)
    sentence = "--otel needs packages that are not installed: pip install 'bellrope-server[otel]'"
    assert (1, [sentence]) == (refused.returncode, lines(refused.stderr))


def test_a_server_without_traces_needs_no_package(bare: dict[str, str]) -> None:
    """Without `--otel` nothing of OpenTelemetry is imported."""
    code = (
        "import bellrope_server.app.serve, sys; print([each for each in sys.modules if 'opentele' in each])"
    )
    said = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, timeout=60)
    assert (said.stdout, said.stderr) == ("[]\n", "")


async def test_workers_are_traced(tmp_path: Path) -> None:
    """Each of several workers sends its spans itself."""
    database = f"--database={cluster().url(cluster().create())}"
    with Collector() as collector:
        flags = ("--otel", "--workers=2", database, f"--admin-key={KEY}")
        with lent(tmp_path, *flags, **collector.variables) as server:
            post(f"{server.http}/v1/projects", {"project": {"name": "shop"}}, Authorization=f"Bearer {KEY}")
            url = f"{server.http}/v1/api/shop/eventing/queue"
            post(url, {"type": "order"}, traceparent=PARENT, Authorization=f"Bearer {KEY}")
            [accept] = await collector.named("accept", TRACE)
    assert attributes(accept)["messaging.destination.name"] == "order"
