"""The client for programs without asyncio."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any, Self, Unpack

import grpc

from bellrope import requests, settings
from bellrope.answers import Answer, Queued
from bellrope.channel import Certificates, authorization, connect
from bellrope.errors import BellropeError, typed
from bellrope.requests import Event, EventFields
from bellrope.retries import Tries
from bellrope.stream import QueueStream
from bellrope.tail import Patience, ended
from bellrope.v1.deliveries_pb2 import Delivery, TailRequest, TailResponse
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2 import QueueRequest, TriggerSyncRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from bellrope.v1.server_pb2_grpc import ServerStub
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope.window import Outcome, Window


class Client:
    """Sends events to a bellrope server. Threads may share one; use it in a `with`, or `close` it.

    `triggers`, `deliveries`, `projects` and `server` are the generated stubs of those services: each method
    takes the request of the proto. They send the key, use the client's project and timeout by default, and
    raise the errors of `bellrope.errors`. They do not retry.
    """

    def __init__(
        self,
        server: str | None = None,
        *,
        key: str | None = None,
        project: str | None = None,
        timeout: float = 10.0,
        ca: Certificates | None = None,
        key_without_tls: bool = False,
        channel: grpc.Channel | None = None,
    ) -> None:
        """`server` is `HOST:PORT` or `http://HOST:PORT` without TLS, or `https://HOST` with TLS: gRPC's port.

        Without `server`, `project` and `key`, the environment variables BELLROPE_SERVER, BELLROPE_PROJECT and
        BELLROPE_KEY (or BELLROPE_ADMIN_KEY) count, and then `127.0.0.1:4123`, `default` and no key. `timeout`
        is in seconds.

        `ca` are the certificates to trust in place of the usual ones, in PEM: the path of a file, or bytes. A
        key is not sent without TLS to another machine, unless `key_without_tls` says so.

        A `channel` of your own replaces `server`; close it yourself. Raises ValueError if a setting is wrong.
        """
        key = settings.key(key)
        connected = channel or connect(grpc, server, key=key, ca=ca, key_without_tls=key_without_tls)
        self._own = None if channel else connected
        self._project = settings.project(project)
        self._timeout = timeout
        calls = _Calls(connected, key=key, project=self._project, timeout=timeout)
        self._eventing = EventingStub(calls)
        self.triggers = TriggersStub(calls)
        self.deliveries = DeliveriesStub(calls)
        self.projects = ProjectsStub(calls)
        self.server = ServerStub(calls)

    def queue(
        self, type: str, data: Any = None, *, timeout: float | None = None, **event: Unpack[EventFields]
    ) -> Queued:
        """Store an event; when this returns, it is on disk. The server calls its webhooks in the background.

        `data` is a value for JSON, or RawJSON. `event` may set `at`, `delay`, `id`, `options`, `expire_at`,
        `traceparent` and `tracestate`: see EventFields. `timeout` is in seconds.
        """
        request = requests.event(QueueRequest, project=self._project, type=type, data=data, **event)
        response = _send(self._eventing.Queue, request, self._timeout if timeout is None else timeout)
        return Queued.of(response)

    def queue_batch(self, events: Iterable[Event], *, timeout: float | None = None) -> list[Queued]:
        """Store up to 1,000 events in one commit, all or none; return for each what `queue` would return.

        If one event is refused, none is stored; the error's `index` and `event_id` say which one. After an
        error you can send the same Event values again. `timeout` is in seconds.
        """
        request = requests.batch(events, project=self._project)
        response = _send(self._eventing.QueueBatch, request, self._timeout if timeout is None else timeout)
        return [Queued.of(result) for result in response.results]

    def queue_stream(
        self, events: Iterable[Event], *, timeout: float | None = None
    ) -> Generator[Outcome, None, None]:
        """Store the events of an iterable of any length, and yield the outcome of each, in order.

        An outcome is Queued, or the error of a refused event; the stream continues after it. Events are
        taken and sent while you iterate, at most 1,024 ahead of their outcomes. If the server goes away, the
        client connects again and sends the events without an outcome again. If `timeout` seconds pass
        without an answer, it raises the connection's error, with the `index` and `event_id` of the first
        event without an outcome.

        The iterable runs in your thread: while it blocks, no outcomes come.
        """
        window = Window(project=self._project, timeout=self._timeout if timeout is None else timeout)
        return QueueStream(self._eventing.QueueStream, events, window).outcomes()

    def trigger(
        self, type: str, data: Any = None, *, timeout: float = 30.0, **event: Unpack[EventFields]
    ) -> Answer:
        """Store an event and wait for the answers of its webhooks, at most `timeout` seconds.

        The fields are those of `queue`. The server limits the timeout to five minutes. The timeout ends only
        the wait; set `expire_at` to also stop calling webhooks.
        """
        request = requests.event(TriggerSyncRequest, project=self._project, type=type, data=data, **event)
        return Answer.of(_send(self._eventing.TriggerSync, request, timeout))

    def tail(
        self, *, type: str = "", trigger: str = "", state: Delivery.State = Delivery.STATE_UNSPECIFIED
    ) -> Generator[TailResponse, None, None]:
        """Yield what happens from now on; nothing but these if a `type`, `trigger` or `state` is given.

        The first fact has no kind, and says that the stream has begun. If the server goes away, the client
        waits for it; such a fact then comes again, and what happened meanwhile is not shown. `dropped_count`
        says how many facts were lost just before one because you read too slowly. For a complete record,
        read the lists. Close the generator to end the call.
        """
        request = TailRequest(project=self._project, type=type, trigger=trigger, state=state)
        patience = Patience(self._timeout)
        while True:
            end = ended()
            try:
                with closing(self.deliveries.Tail(request)) as facts:
                    for fact in facts:
                        patience.begin()
                        yield fact
            except BellropeError as error:
                end = error
            time.sleep(patience.pause_after(end))

    def close(self) -> None:
        """Close the connection; a `channel` of your own stays open."""
        if self._own:
            self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _send(method: Callable[..., Any], request: Any, timeout: float) -> Any:
    """Call a method, and retry a few times while the server is unavailable."""
    tries = Tries(timeout)
    while True:
        try:
            return method(request, timeout=tries.left)
        except BellropeError as error:
            error.event_id = requests.id_at_fault(request, index=error.index)
            pause = tries.pause_after(error)
            if pause is None:
                raise
        time.sleep(pause)


class _Calls:
    """A channel for the stubs: its calls send the key, have project and timeout, and raise BellropeError.

    It is not an interceptor, because an existing asyncio channel cannot get one, and the two clients work
    the same way.
    """

    def __init__(self, channel: Any, *, key: str | None, project: str, timeout: float) -> None:
        self._channel = channel
        self._metadata = authorization(key)
        self._project = project
        self._timeout = timeout

    def unary_unary(self, *method: Any, **codec: Any) -> Callable[..., Any]:
        """Return the method as a function of its request."""
        call = self._channel.unary_unary(*method, **codec)

        def answer(
            request: Any, timeout: float | None = None, metadata: Sequence[tuple[str, str]] = ()
        ) -> Any:
            placed = requests.in_project(request, self._project)
            seconds = self._timeout if timeout is None else timeout
            try:
                return call(placed, timeout=seconds, metadata=(*metadata, *self._metadata))
            except grpc.RpcError as error:
                raise typed(error) from None

        return answer

    def stream_stream(self, *method: Any, **codec: Any) -> Callable[..., Any]:
        """Return the method with the key; it has no deadline, and its errors are gRPC's."""
        return partial(self._channel.stream_stream(*method, **codec), metadata=self._metadata)

    def unary_stream(self, *method: Any, **codec: Any) -> Callable[..., Iterator[Any]]:
        """Return the method as a generator of its answers; closing it cancels the call."""
        call = self._channel.unary_stream(*method, **codec)

        def answers(
            request: Any, timeout: float | None = None, metadata: Sequence[tuple[str, str]] = ()
        ) -> Iterator[Any]:
            placed = requests.in_project(request, self._project)
            stream = call(placed, timeout=timeout, metadata=(*metadata, *self._metadata))
            try:
                yield from stream
            except grpc.RpcError as error:
                raise typed(error) from None
            finally:
                stream.cancel()

        return answers
