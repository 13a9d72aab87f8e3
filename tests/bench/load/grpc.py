"""Events over gRPC: all callers share one channel."""

from dataclasses import dataclass, field

import grpc
from bellrope.v1.eventing_pb2 import QueueRequest, QueueResponse, TriggerSyncRequest, TriggerSyncResponse

from bench.load.event import TYPE, data

QUEUE, SYNC = "/bellrope.v1.Eventing/Queue", "/bellrope.v1.Eventing/TriggerSync"


@dataclass
class Grpc:
    """How callers reach the gRPC port of a server, or a bare echo of the same messages."""

    address: str
    endpoints: int
    synchronous: bool = False
    method: str = ""
    _channel: grpc.aio.Channel = field(init=False, default=None)

    async def caller(self) -> "GrpcCaller":
        """Return a caller; the first one opens the channel."""
        if self._channel is None:
            self._channel = grpc.aio.insecure_channel(self.address)
        return GrpcCaller(self, self._channel)


class GrpcCaller:
    """One event at a time."""

    def __init__(self, door: Grpc, channel: grpc.aio.Channel) -> None:
        self._door, self._channel = door, channel
        self._request = TriggerSyncRequest if door.synchronous else QueueRequest
        answer = TriggerSyncResponse if door.synchronous else QueueResponse
        self._call = channel.unary_unary(
            door.method or (SYNC if door.synchronous else QUEUE),
            request_serializer=self._request.SerializeToString,
            response_deserializer=answer.FromString,
        )

    async def send(self, number: int) -> bool:
        """Send an event, and return whether it was accepted."""
        kind = TYPE.format(number % self._door.endpoints)
        try:
            await self._call(self._request(project="default", type=kind, data=data(number)), timeout=30)
        except grpc.aio.AioRpcError:
            return False
        return True

    async def close(self) -> None:
        """Close the channel."""
        await self._channel.close()
