"""Makes one attempt of a delivery, stage by stage. What the endpoint does is a value, never an exception."""

from collections.abc import Callable, Set

from bellrope_server.attempt import Attempt, AttemptError, Postponed, ProxyReason
from bellrope_server.clock import SECOND, steady
from bellrope_server.errors import UrlBlocked, UrlInvalid
from bellrope_server.model import Leased, Micros
from bellrope_server.outbound.answer import Start, answered, unsent
from bellrope_server.outbound.authenticate import authenticate
from bellrope_server.outbound.endpoint import Endpoint, Endpoints
from bellrope_server.outbound.guard import Guard, Guarded, Unresolved
from bellrope_server.outbound.names import NoTurn, Resolver
from bellrope_server.outbound.post import Post
from bellrope_server.outbound.proxied import Proxied, ProxyUnresolved
from bellrope_server.outbound.sign import Request, sign
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.proxies import Proxy
from bellrope_server.rules.urls import Target


class Webhook:
    """Sends deliveries to their endpoints, within the egress policy.

    Each stage takes what the stage before made, and has a file named after it:

        Leased -> envelope -> authenticate -> sign -> guard -> post -> answer -> Attempt

    A transformation goes between envelope and authenticate, and turns an Enveloped into another. An OAuth2
    token is one more line of Credentials, which authenticate then waits for. A client certificate is part of
    Credentials too, and Request takes it to libcurl. The post goes straight to the webhook, or through the
    operator's proxy.
    """

    def __init__(
        self,
        policy: EgressPolicy,
        *,
        source: str,
        now: Callable[[], Micros],
        names: Resolver,
        own_ports: Set[int],
        proxy: Proxy | None = None,
    ) -> None:
        """Begin on the running loop. Events name `source` as their source.

        This server is never called at its own addresses on `own_ports`. The set may grow: each listener adds
        its port before it answers. `close` closes `names` too.
        """
        self._source = source
        self._now = now
        self._endpoints = Endpoints(policy)
        self._guard = Guard(policy, names=names, own_ports=own_ports)
        self._post = Post()
        self._proxied = Proxied(proxy, names=names, straight=self._post) if proxy else None

    async def send(self, leased: Leased, *, traceparent: str = "") -> Attempt | Postponed:
        """Make one attempt: at most one request, within the trigger's timeout in total.

        Its header `traceparent` is the given one, or the event's. It is postponed if the project has no share
        of look-ups left: then nothing was done.

        If the call is cancelled, the request is dropped. The endpoint may have received it.
        """
        start = Start(self._now(), steady())
        try:
            endpoint = self._endpoints.of(leased.trigger)
            deadline = start.steady + endpoint.timeout
            traceparent = traceparent or leased.traceparent
            request = self._request(leased, endpoint, time=start.time, traceparent=traceparent)
            guarded = await self._guard.check(
                request,
                endpoint.target,
                project=leased.trigger.project,
                turn=leased.failure_count,
                deadline=deadline,
            )
            post = self._way(guarded, endpoint.target)
            sent = await post.send(guarded, start=start.steady, deadline=deadline)
        except (UrlInvalid, UrlBlocked):
            return unsent(start, AttemptError.BLOCKED)
        except Unresolved:
            return unsent(start, AttemptError.DNS_ERROR)
        except ProxyUnresolved:
            return unsent(start, AttemptError.PROXY_ERROR, proxy_reason=ProxyReason.UNRESOLVED)
        except NoTurn as none:
            return Postponed(rest=int(none.rest * SECOND))
        return answered(start, sent)

    def preview(self, leased: Leased) -> Request:
        """Return the request that an attempt would make now; raise UrlInvalid or UrlBlocked."""
        endpoint = self._endpoints.prepared(leased.trigger)
        return self._request(leased, endpoint, time=self._now(), traceparent=leased.traceparent)

    async def close(self) -> None:
        """Drop all attempts, cancel their `send`, and close every connection."""
        self._post.close()
        if self._proxied:
            self._proxied.close()
        self._guard.close()

    def _way(self, guarded: Guarded, target: Target) -> Post | Proxied:
        """Return what sends a request: straight to its address, or through the proxy."""
        proxied = self._proxied
        return proxied if proxied and proxied.serves(guarded, host=target.host) else self._post

    def _request(self, leased: Leased, endpoint: Endpoint, *, time: Micros, traceparent: str) -> Request:
        enveloped = endpoint.envelope(leased, source=self._source)
        authenticated = authenticate(enveloped, endpoint.credentials)
        return sign(
            authenticated,
            leased,
            url=endpoint.target.url,
            secret=endpoint.secret,
            time=time,
            traceparent=traceparent,
        )
