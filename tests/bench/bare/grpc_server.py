"""Denominator: grpc.aio answering the messages of Queue, and nothing else."""

import asyncio
import json

import grpc
import uvloop
from bellrope.v1.eventing_pb2 import QueueRequest, QueueResponse


async def echo(request: QueueRequest, context: grpc.aio.ServicerContext) -> QueueResponse:
    """Answer with a message of the same size as Queue's answer."""
    return QueueResponse(event_id="01a20832-bf6f-7e28-b378-d52da4dbd692", delivery_count=1)


async def main() -> None:
    """Listen on a free port, and say which."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    handler = grpc.unary_unary_rpc_method_handler(
        echo,
        request_deserializer=QueueRequest.FromString,
        response_serializer=QueueResponse.SerializeToString,
    )
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", {"Echo": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(json.dumps(port), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
