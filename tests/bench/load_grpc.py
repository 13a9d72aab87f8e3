"""The load generator for gRPC: calls Queue, or a bare echo of the same messages, with grpc.aio."""

import asyncio
import json
import sys

import grpc
import uvloop
from bellrope.v1.eventing_pb2 import QueueRequest, QueueResponse
from parts import CONCURRENCY, DATA, ENDPOINTS, Stopwatch, pin


async def main(address: str, method: str, count: int) -> None:
    """Make `count` calls, a fixed number of them at once."""
    data = json.dumps(DATA).encode()
    requests = [QueueRequest(project="default", type=f"bench-{n}", data=data) for n in range(ENDPOINTS)]
    left = iter(range(count))
    async with grpc.aio.insecure_channel(address) as channel:
        call = channel.unary_unary(
            method,
            request_serializer=QueueRequest.SerializeToString,
            response_deserializer=QueueResponse.FromString,
        )

        async def caller() -> None:
            for number in left:
                await call(requests[number % ENDPOINTS])

        await call(requests[0])
        watch = Stopwatch()
        await asyncio.gather(*(caller() for _ in range(CONCURRENCY)))
        print(watch.report(count))


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    uvloop.run(main(sys.argv[2], sys.argv[3], int(sys.argv[4])))
