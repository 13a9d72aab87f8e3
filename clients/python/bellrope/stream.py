"""`queue_stream` without asyncio: sends events and reads answers, and connects again if it must."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Self

import grpc

from bellrope.errors import BellropeError, DeadlinePassed, Unavailable, typed
from bellrope.requests import Event
from bellrope.v1.eventing_pb2 import QueueStreamRequest, QueueStreamResponse
from bellrope.window import Outcome, Window

Method = Callable[..., Any]


class QueueStream:
    """Takes events from an iterable, in the thread that iterates over the outcomes, and sends them."""

    def __init__(self, method: Method, events: Iterable[Event], window: Window) -> None:
        """`method` is the stub's method; `window` must be new."""
        self._method = method
        self._events = iter(events)
        self._window = window
        self._more = True

    def outcomes(self) -> Generator[Outcome, None, None]:
        """Yield the outcome of each event, in order. Connect again if that may help, else raise."""
        while self._window or self._take():
            with Connection(self._method) as connection:
                self._send_again(connection)
                while not isinstance(outcomes := self._step(connection), BellropeError):
                    yield from outcomes
            if self._window:
                time.sleep(self._window.pause_after(outcomes))

    def _take(self) -> QueueStreamRequest | None:
        """Take the next event; return None at the end."""
        event = next(self._events, None) if self._more else None
        self._more = event is not None
        return self._window.add(event) if event else None

    def _send_again(self, connection: Connection) -> None:
        for request in self._window:
            connection.send(request)
        if not self._more:
            connection.send(None)

    def _step(self, connection: Connection) -> list[Outcome] | BellropeError:
        """Settle an answer, send an event, or wait; return outcomes, or the error that ended the call."""
        room = self._more and not self._window.full
        answer = connection.answer(seconds=0 if room else self._window.patience)
        if isinstance(answer, QueueStreamResponse):
            return self._window.settle(answer)
        if answer is None and room:
            connection.send(self._take())
            return []
        return answer or DeadlinePassed("The server does not answer.", code=grpc.StatusCode.DEADLINE_EXCEEDED)


class Connection:
    """One call of the RPC. gRPC sends from its own thread, and another thread collects the answers."""

    def __init__(self, method: Method) -> None:
        self._requests: SimpleQueue[QueueStreamRequest | None] = SimpleQueue()
        self._answers: SimpleQueue[QueueStreamResponse | BellropeError] = SimpleQueue()
        self._call = method(iter(self._requests.get, None))

    def send(self, request: QueueStreamRequest | None) -> None:
        """Send an event; None ends the stream."""
        self._requests.put(request)

    def answer(self, *, seconds: float) -> QueueStreamResponse | BellropeError | None:
        """Return the next answer, the error that ended the call, or None if nothing comes in `seconds`."""
        try:
            return self._answers.get(timeout=seconds) if seconds else self._answers.get_nowait()
        except Empty:
            return None

    def _collect(self) -> None:
        end: BellropeError = Unavailable("The server ended the stream.", code=grpc.StatusCode.UNAVAILABLE)
        try:
            for answer in self._call:
                self._answers.put(answer)
        except grpc.RpcError as error:
            end = typed(error)
        self._answers.put(end)

    def __enter__(self) -> Self:
        Thread(target=self._collect, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._call.cancel()
        self._requests.put(None)
