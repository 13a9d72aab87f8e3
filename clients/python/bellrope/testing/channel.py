"""A client without asyncio on a channel of grpcio-testing that answers in the same thread."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import grpc
import grpc_testing
from google.protobuf.descriptor_pool import Default

from bellrope.client import Client
from bellrope.errors import BellropeError
from bellrope.testing.errors import code, trailers
from bellrope.testing.fake import Fake
from bellrope.v1.eventing_pb2 import DESCRIPTOR


class FakeChannel(Fake):
    """A fake without a network, and `client`, which calls it."""

    def __init__(self, *, project: str, timeout: float) -> None:
        """`project` and `timeout` are the client's."""
        super().__init__()
        channel = cast(grpc.Channel, _Answering(self))
        self.client = Client(channel=channel, project=project, timeout=timeout)


@contextmanager
def fake(*, project: str = "default", timeout: float = 10.0) -> Iterator[FakeChannel]:
    """Yield a fake with its client; threads may share them."""
    made = FakeChannel(project=project, timeout=timeout)
    with made.client:
        yield made


class _Answering:
    """The methods of a channel that the stubs use.

    The calling thread also takes the call from the other end of the channel and answers it. So no thread has
    to end, and no call stays without an answer.
    """

    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        eventing = DESCRIPTOR.services_by_name["Eventing"]
        self._channel = grpc_testing.channel([eventing], grpc_testing.strict_real_time())

    def unary_unary(self, path: str, *_: Any, **__: Any) -> Callable[..., Any]:
        """Return the method as a function of its request."""
        method = Default().FindMethodByName(path.strip("/").replace("/", "."))

        def answer(request: Any, timeout: float | None = None, metadata: Any = ()) -> Any:
            future = self._channel.unary_unary(path).future(request, metadata=metadata)
            _, taken, call = self._channel.take_unary_unary(method)
            try:
                call.terminate(self._fake.answer(method.name, taken), (), grpc.StatusCode.OK, "")
            except BellropeError as error:
                call.terminate(None, trailers(error), code(error), error.message)
            return future.result()

        return answer

    def unary_stream(self, path: str, *_: Any, **__: Any) -> Callable[..., Any]:
        """Return a method that the fake refuses: only services besides Eventing have this kind."""

        def answers(request: Any, timeout: float | None = None, metadata: Any = ()) -> Any:
            return self._fake.answer(path.rpartition("/")[2], request)

        return answers

    def stream_stream(self, path: str, *_: Any, **__: Any) -> Callable[..., Any]:
        """Return the method as a function of an iterator of requests."""
        method = Default().FindMethodByName(path.strip("/").replace("/", "."))

        def answers(requests: Iterator[Any], timeout: float | None = None, metadata: Any = ()) -> Any:
            return self._channel.stream_stream(path)(self._settling(method, requests), metadata=metadata)

        return answers

    def _settling(self, method: Any, requests: Iterator[Any]) -> Iterator[Any]:
        """Pass the requests to the channel, take each from its other end, and answer it."""
        _, call = self._channel.take_stream_stream(method)
        try:
            for index, request in enumerate(requests):
                yield request
                call.send_response(self._fake.settle(call.take_request(), index=index))
            call.terminate((), grpc.StatusCode.OK, "")
        except BellropeError as error:
            call.terminate(trailers(error), code(error), error.message)
