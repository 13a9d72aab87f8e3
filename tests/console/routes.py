"""The pages of the console, by its own list of them, and a project in which each has something to show."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from acceptance.tenant import Tenant
from bellrope.v1 import cloudevents_pb2, deliveries_pb2, eventing_pb2, projects_pb2
from receiver import Receiver, answer

PAGES = Path(__file__).parents[2] / "clients/console/src/pages.ts"
ROUTES = tuple(re.findall(r'path: "([^"]+)"', PAGES.read_text()))
FILTERS = tuple(
    sorted(
        {
            name
            for path in PAGES.parent.rglob("*.tsx")
            for name in re.findall(r'filter\("(\w+)"\)', path.read_text())
        }
    )
)
"""What the address of a page may say besides its path."""
QUERIES = {"projects/:project/search": "?q=:event"}
"""What a page needs to show something."""
NAMES = tuple(sorted(set(re.findall(r":(\w+)", " ".join((*ROUTES, *QUERIES.values()))))))
"""What pages are about, as it stands in their addresses."""
BULK = deliveries_pb2.BulkAction


def address(route: str, values: dict[str, str]) -> str:
    """Return the address of a page; a page that names something new needs a value for it in `filled`."""
    pattern = f"/console/{route}{QUERIES.get(route, '')}"
    return re.sub(r":(\w+)", lambda match: quote(values[match[1]], safe=""), pattern)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a project's people and webhooks have written, which the pages show."""

    about: str = "Sends the mails"
    type: str = "sent-email"
    option: str = "gold"
    source: str = "https://shop.example.com/"
    data: bytes = b'{"to": "user1@email.com"}'
    reason: str = "ordered twice"
    header: bytes = b"no"
    body: bytes = b"no healthy upstream"


async def filled(tenant: Tenant, words: Words) -> dict[str, str]:
    """Fill a project with one of everything, and return the values of the routes."""
    refuses = answer(500, words.body, [("X-Because", words.header.decode("latin-1"))])
    async with Receiver(refuses) as broken:
        await tenant.trigger(
            broken.url, name="mailer", type=words.type, retries=0, description=words.about,
            headers={"X-About": "a <b>"}, options={"plan": words.option},
        )  # fmt: skip
        event_type = projects_pb2.EventType(type=words.type, schema=json.dumps({"$comment": words.about}))
        await tenant.projects.UpdateEventType(
            projects_pb2.UpdateEventTypeRequest(
                project=tenant.project, event_type=event_type, allow_missing=True
            )
        )
        queued = await tenant.eventing.Queue(
            eventing_pb2.QueueRequest(
                project=tenant.project, type=words.type, data=words.data, options={"plan": words.option},
                cloud_event=cloudevents_pb2.CloudEvent(
                    id="1", source=words.source, subject=words.about
                ),
            )
        )  # fmt: skip
        delivery = await tenant.delivery(queued.event_id)
    bulk = deliveries_pb2.StartBulkActionRequest(
        project=tenant.project,
        action=BULK.CANCEL,
        filter=deliveries_pb2.DeliveryFilter(type="none"),
        reason=words.reason,
    )
    started = await tenant.log.StartBulkAction(bulk)
    return {
        "project": tenant.project,
        "event": queued.event_id,
        "delivery": delivery.delivery_id,
        "action": started.bulk_action,
        "name": "mailer",
        "type": words.type,
    }
