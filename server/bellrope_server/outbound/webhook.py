"""Makes one attempt of a delivery and returns it: what the endpoint did is a value, never an exception."""

import asyncio
import socket
from collections.abc import Callable, Sequence, Set

from bellrope_server.clock import steady
from bellrope_server.errors import UrlBlocked, UrlInvalid
from bellrope_server.model import Attempt, AttemptError, Leased, Micros, SentRequest
from bellrope_server.outbound.connections import Connections
from bellrope_server.outbound.endpoint import Endpoints
from bellrope_server.outbound.multi import Multi
from bellrope_server.outbound.names import Resolver, is_own
from bellrope_server.outbound.outcome import error_of
from bellrope_server.outbound.post import NO_REPLY, Post, Reply, Request
from bellrope_server.rules.egress import EgressPolicy, Target

__all__ = ["Request", "Webhook"]

MAX_ADDRESSES = 16
MAX_IDLE_POSTS = 512


class Webhook:
    """Sends deliveries to their endpoints, as far as the egress policy allows."""

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        source: str,
        now: Callable[[], Micros],
        names: Resolver,
        own_ports: Set[int],
    ) -> None:
        """Begin on the running loop; `source` is what the events name as theirs.

        At its own addresses this server is never called on `own_ports`, which may grow: a door adds its port
        before it answers. `names` is closed with this.
        """
        self._policy = policy
        self._source = source
        self._now = now
        self._names = names
        self._own_ports = own_ports
        self._endpoints = Endpoints(policy)
        self._multi = Multi()
        self._connections = Connections()
        self._idle: list[Post] = []

    async def send(self, leased: Leased) -> Attempt:
        """Make one attempt: at most one request, within the trigger's timeout all told.

        If cancelled, the request is dropped; the endpoint may have got it.
        """
        start_time, start = self._now(), steady()
        sent = None
        try:
            endpoint = self._endpoints.of(leased.trigger)
            deadline = start + endpoint.timeout
            target = endpoint.target
            address = target.address or await self._find(target, turn=leased.failure_count, deadline=deadline)
            if target.port in self._own_ports and is_own(address):
                raise UrlBlocked
        except (UrlInvalid, UrlBlocked):
            reply, error = NO_REPLY, AttemptError.BLOCKED
        except OSError:
            reply, error = NO_REPLY, AttemptError.DNS_ERROR
        else:
            request = endpoint.request(leased, source=self._source, time=start_time)
            sent = SentRequest(url=request.url, headers=request.shown_headers, body_bytes=len(request.body))
            reply = await self._post(request, address=address, start=start, deadline=deadline)
            error = error_of(reply)
        return Attempt(
            start_time=start_time,
            duration=steady() - start,
            request=sent,
            connect_duration=reply.connected,
            first_byte_duration=reply.began,
            status_code=reply.status,
            error=error,
            response_headers=reply.headers,
            response_body=reply.body,
            truncated=reply.truncated,
        )

    def preview(self, leased: Leased) -> Request:
        """Return the request that an attempt would make now; raise UrlInvalid or UrlBlocked."""
        return self._endpoints.of(leased.trigger).request(leased, source=self._source, time=self._now())

    async def close(self) -> None:
        """Drop what is under way, cancelling its `send`, and close every connection."""
        self._multi.close()
        self._names.close()

    async def _find(self, target: Target, *, turn: int, deadline: Micros) -> str:
        """Return the address to dial: of those that are allowed, another one each turn.

        Raises UrlBlocked if none is allowed, and OSError if there is none at all, or not in time.
        """
        found = self._names.recall(target.host) or await self._look_up(target, deadline=deadline)
        nearest = found[:MAX_ADDRESSES]
        allowed = [address for address in nearest if self._policy.permits(address, host=target.host)]
        if not allowed:
            raise UrlBlocked
        return allowed[turn % len(allowed)]

    async def _look_up(self, target: Target, *, deadline: Micros) -> Sequence[str]:
        async with asyncio.timeout((deadline - steady()) / 1_000_000):
            found = await self._names.resolve(target.host, target.port)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, f"{target.host} has no address")
        return found

    async def _post(self, request: Request, *, address: str, start: Micros, deadline: Micros) -> Reply:
        """Send the request over a kept connection that the endpoint has not closed, or a new one."""
        post = self._idle.pop() if self._idle else Post(self._connections)
        try:
            while True:
                post.prepare(request, address=address, start=start, deadline=deadline)
                code = await self._multi.perform(post.easy)
                if not post.stale:
                    return post.reply(code)
                post.forget()
        except BaseException:  # usually cancelled
            self._multi.drop(post.easy)
            raise
        finally:
            post.forget()
            if len(self._idle) < MAX_IDLE_POSTS:
                self._idle.append(post)
