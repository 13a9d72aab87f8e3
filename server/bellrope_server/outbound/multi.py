"""libcurl's multi interface on the running loop: a transfer is one await.

The sockets wait in an epoll of our own, and the loop watches only that. It wakes us once for all sockets that
are ready. It cannot hold a stale watcher of a socket that libcurl closed and reopened under the same number,
because the kernel forgets a closed socket by itself. A transfer costs half as much as with
`pycurl.AsyncCurlMulti`, which makes the loop watch each socket.
"""

import asyncio
import select
from contextlib import suppress
from typing import Any

import pycurl

# The connections kept alive: more than a node has in flight, so none in use pushes another out.
MAX_CONNECTIONS = 1024

_EVENTS = {
    pycurl.POLL_NONE: 0,
    pycurl.POLL_IN: select.EPOLLIN,
    pycurl.POLL_OUT: select.EPOLLOUT,
    pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
}
_REMOVE = pycurl.POLL_REMOVE


class Multi:
    """Runs easy handles concurrently, and keeps their connections for the next ones."""

    def __init__(self) -> None:
        """Begin on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[Any, asyncio.Future[int]] = {}
        self._turn: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watched: set[int] = set()
        self._epoll = select.epoll()
        self._loop.add_reader(self._epoll.fileno(), self._on_ready)
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, MAX_CONNECTIONS)
        self._multi.setopt(pycurl.M_PIPELINING, pycurl.PIPE_NOTHING)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._schedule)

    def perform(self, easy: Any) -> asyncio.Future[int]:
        """Begin one transfer. The result is its CURLcode, 0 for success.

        A caller that stops waiting for it calls `drop`.
        """
        done = self._waiting[easy] = self._loop.create_future()
        self._multi.add_handle(easy)
        return done

    def drop(self, easy: Any) -> None:
        """Stop a transfer, if it is still under way."""
        if self._waiting.pop(easy, None) is not None:
            self._multi.remove_handle(easy)

    def close(self) -> None:
        """Drop all transfers, cancel their waiters, and close every connection."""
        while self._waiting:
            easy, done = self._waiting.popitem()
            self._multi.remove_handle(easy)
            done.cancel()
        for handle in (self._turn, self._timer):
            if handle:
                handle.cancel()
        self._loop.remove_reader(self._epoll.fileno())
        self._multi.close()
        self._epoll.close()

    def _watch(self, what: int, fd: int, _multi: Any, _data: Any) -> None:
        """Watch a socket or stop, as libcurl asks. An idle one stays in the epoll until its next event."""
        if what == _REMOVE:
            self._watched.discard(fd)
            return
        self._watched.add(fd)
        try:
            self._epoll.modify(fd, _EVENTS[what])
        except FileNotFoundError:
            self._epoll.register(fd, _EVENTS[what])

    def _schedule(self, milliseconds: int) -> None:
        """Run libcurl's timers after this many milliseconds: 0 means in this turn of the loop, -1 never.

        A timer that is already set and comes earlier may stay: libcurl then asks for the rest. That saves a
        timer per transfer.
        """
        if milliseconds == 0 and self._turn is None:
            self._turn = self._loop.call_soon(self._on_turn)
        if milliseconds <= 0:
            return
        when = self._loop.time() + milliseconds / 1000
        if self._timer and self._timer.when() <= when:
            return
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._on_timer)

    def _on_turn(self) -> None:
        self._turn = None
        self._run_clockwork()

    def _on_timer(self) -> None:
        self._timer = None
        self._run_clockwork()

    def _run_clockwork(self) -> None:
        self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._finish()

    def _on_ready(self) -> None:
        for fd, events in self._epoll.poll(0):
            if fd not in self._watched:
                self._ignore(fd)
                continue
            writable = pycurl.CSELECT_OUT if events & select.EPOLLOUT else 0
            readable = pycurl.CSELECT_IN if events & ~select.EPOLLOUT else 0  # errors show when read
            self._multi.socket_action(fd, readable | writable)
        self._finish()

    def _ignore(self, fd: int) -> None:
        """Remove a socket that became idle and that its peer closed, or that is already gone."""
        with suppress(OSError):
            self._epoll.unregister(fd)

    def _finish(self) -> None:
        """Wake the waiters of the finished transfers."""
        more = 1
        while more:
            more, well, badly = self._multi.info_read()
            for easy in well:
                self._wake(easy, pycurl.E_OK)
            for easy, code, _message in badly:
                self._wake(easy, code)

    def _wake(self, easy: Any, code: int) -> None:
        self._multi.remove_handle(easy)
        done = self._waiting.pop(easy)
        if not done.done():
            done.set_result(code)
