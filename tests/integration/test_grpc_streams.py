"""How streams from the server end."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from admitting import admission
from bellrope.v1 import deliveries_pb2
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope_server.admission.admission import Admission
from bellrope_server.api.api import SERVICES
from bellrope_server.rpc.edge import Edge
from integration.grpc_calls import (
    PROJECT,
    reason,
)
from kit import until
from usual import usual_limits


class Streams:
    """A servicer of Deliveries with one streaming method; it notes which streams are open."""

    def __init__(self, error: Exception | None = None) -> None:
        """With an error the stream fails after the first answer."""
        self._error = error
        self.open: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return self._nothing

    async def _nothing(self, request: Any, call: Any) -> Any:
        raise AssertionError

    async def WatchBulkAction(
        self, request: deliveries_pb2.WatchBulkActionRequest, call: Any
    ) -> AsyncGenerator[Any, None]:
        """Answer once, then wait for ever, or fail."""
        self.open.add(request.bulk_action)
        try:
            yield deliveries_pb2.BulkAction(bulk_action=request.bulk_action)
            if self._error:
                raise self._error
            await asyncio.Event().wait()
        finally:
            self.open.discard(request.bulk_action)


@asynccontextmanager
async def streaming(servicer: object, admitting: Admission) -> AsyncIterator[DeliveriesStub]:
    """Serve Deliveries with this servicer, behind the real edge."""
    server = grpc.aio.server()
    deliveries = SERVICES["bellrope.v1.Deliveries"]
    handlers = Edge(admitting).handlers(deliveries, lambda rpc: getattr(servicer, rpc.name))
    server.add_generic_rpc_handlers((handlers,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield DeliveriesStub(channel)
    await server.stop(None)


def watch(name: str) -> deliveries_pb2.WatchBulkActionRequest:
    """Ask for a stream."""
    return deliveries_pb2.WatchBulkActionRequest(project=PROJECT, bulk_action=name)


async def rest_of(call: Any) -> grpc.aio.AioRpcError:
    """Read a stream to the error that it ends with."""
    try:
        while await call.read() is not grpc.aio.EOF:
            pass
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError("the stream ended well")


async def test_what_goes_wrong_in_a_stream_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    """C4: A stream that fails ends with INTERNAL and an id; what was sent before is kept."""
    async with streaming(Streams(RuntimeError("whsec_inside")), admission()) as stub:
        call = stub.WatchBulkAction(watch("a"))
        assert (await call.read()).bulk_action == "a"
        error = await rest_of(call)
    assert (error.code(), reason(error)) == (grpc.StatusCode.INTERNAL, "INTERNAL_ERROR")
    assert "whsec_inside" not in repr((error.details(), error.trailing_metadata()))
    assert "whsec_inside" in caplog.text


async def test_a_streams_error_is_told_as_any_other(channel: grpc.aio.Channel) -> None:
    """A stream that fails before its first answer ends with the reason, like any call."""
    error = await rest_of(DeliveriesStub(channel).WatchBulkAction(watch("nothing")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.NOT_FOUND, "BULK_ACTION_NOT_FOUND")


async def test_a_caller_who_goes_away_frees_its_stream() -> None:
    """When its caller goes away, a stream ends inside the server too, and makes room for another."""
    servicer = Streams()
    async with streaming(servicer, admission(limits=usual_limits(streams=2))) as stub:
        calls = [stub.WatchBulkAction(watch(name)) for name in ("a", "b")]
        for call in calls:
            await call.read()
        error = await rest_of(stub.WatchBulkAction(watch("c")))
        assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert servicer.open == {"a", "b"}
        calls[0].cancel()
        await until(lambda: servicer.open == {"b"})
        assert (await stub.WatchBulkAction(watch("d")).read()).bulk_action == "d"


async def test_a_server_that_drains_ends_its_streams() -> None:
    """Streams end at once with UNAVAILABLE when the server stops, so that the stop need not wait for them."""
    servicer, admitting = Streams(), admission()
    async with streaming(servicer, admitting) as stub:
        call = stub.WatchBulkAction(watch("a"))
        await call.read()
        admitting.drain()
        error = await asyncio.wait_for(rest_of(call), 5)
        assert (error.code(), reason(error)) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
        assert servicer.open == set()
