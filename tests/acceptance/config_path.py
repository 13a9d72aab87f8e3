"""Triggers on the documented config path: saved, shown and refused."""

from typing import Any

from acceptance.tenant import Tenant, http_fault


async def save(tenant: Tenant, name: str = "hook", **members: Any) -> tuple[int, Any]:
    """POST a trigger; by default it calls a port on which nobody listens."""
    body = {"type": "order", "url": "http://127.0.0.1:8089/hook"} | members
    return await tenant.send("POST", f"{tenant.config}/eventing/triggers/{name}", body)


async def shown(tenant: Tenant, name: str = "hook") -> Any:
    """GET one trigger."""
    status, answered = await tenant.send("GET", f"{tenant.config}/eventing/triggers/{name}")
    assert (status, list(answered)) == (200, ["result"])
    (trigger,) = answered["result"]
    return trigger


async def refused(tenant: Tenant, **members: Any) -> tuple[int, str, tuple[str, ...], str]:
    """POST a trigger that is refused; return the status, the reason, the fields and the message."""
    status, answered = await save(tenant, **members)
    fault = http_fault(answered)
    assert await names(tenant) == []
    return status, fault.reason, fault.fields, fault.sentence


async def names(tenant: Tenant) -> list[str]:
    """GET the names of all triggers."""
    _, answered = await tenant.send("GET", f"{tenant.config}/eventing/triggers")
    return [trigger["id"] for trigger in answered["result"]]
