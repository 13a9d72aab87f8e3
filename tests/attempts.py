"""What a test of the webhook sender needs: a sender, and a delivery with only what the test is about."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from bellrope_server.clock import SECOND
from bellrope_server.model import Leased, Micros, Trigger, TriggerSpec
from bellrope_server.outbound.names import Names
from bellrope_server.outbound.webhook import Webhook
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.proxies import Proxy
from resolver import Resolve, UncachedResolver

NOW = 1_614_265_330_123_456
SOURCE = "1fb07d5d-b670-468e-ba94-ad5f06a5c053"
DELIVERY_ID = "01938f2e-5d1c-7b6a-9f0e-2d4c6a8b0e1f"


@asynccontextmanager
async def sender(
    *egress: str,
    resolve: Resolve | None = None,
    now: Callable[[], Micros] = lambda: NOW,
    proxy: Proxy | None = None,
) -> AsyncIterator[Webhook]:
    """Give a sender that may call what `egress` allows; by default, loopback."""
    policy = EgressPolicy.parse(egress or ["loopback"])
    names = UncachedResolver(resolve) if resolve else Names()
    webhook = Webhook(policy, source=SOURCE, now=now, names=names, own_ports=frozenset(), proxy=proxy)
    try:
        yield webhook
    finally:
        await webhook.close()


def trigger(url: str, *, version: int = 1, **spec: Any) -> Trigger:
    """Return a trigger that calls `url`."""
    spec = {"name": "welcome", "type": "sent-email", "timeout": 5 * SECOND, **spec}
    return Trigger(
        id=1,
        project_id=1,
        project="default",
        spec=TriggerSpec(url=url, **spec),
        version=version,
        create_time=NOW,
        update_time=NOW,
        endpoint=url,
    )


def leased(url: str, *, keep_bytes: int = 16 * 1024, failure_count: int = 0, **changes: Any) -> Leased:
    """Return a delivery to `url`; other keywords are fields of the event or of the trigger's spec."""
    event = {
        "event_id": changes.pop("event_id", "43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf"),
        "type": changes.get("type", "sent-email"),
        "data": changes.pop("data", b'{"foo":"bar"}'),
        "accept_time": changes.pop("accept_time", 1_571_488_850_053_000),
        "traceparent": changes.pop("traceparent", ""),
        "cloud_event": changes.pop("cloud_event", None),
    }
    return Leased(
        id=1,
        delivery_id=DELIVERY_ID,
        event_row=1,
        trigger=trigger(url, **changes),
        lease=1,
        lease_until=NOW + 60_000_000,
        failure_count=failure_count,
        keep_bytes=keep_bytes,
        **event,
    )
