"""A view of the console in one look."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.watched import Watched

Steps = Callable[[Watched, str], Awaitable[None]]
"""What leads to a view: a tab, and the name of the project that `furnish` has filled."""


@dataclass(frozen=True)
class Scene:
    """A view with a name. `statuses` are those of failed calls that belong to it."""

    name: str
    steps: Steps
    statuses: tuple[int, ...] = ()
    apart: bool = False
    """True if it needs a tab of its own: its steps change the whole tab."""


async def fail(tab: Watched, method: str) -> None:
    """Let every call of a method fail from now on, as while the database does not answer."""
    body = '{"code": "unavailable", "message": "the database does not answer. Send the request again."}'
    await tab.page.route(
        f"**/*{method}",
        lambda route: route.fulfill(status=503, body=body, content_type="application/json"),
    )
