"""Page tokens that a caller made up: refused like any wrong value, on every database."""

import base64
import json
from typing import Any
from urllib.parse import quote

from kit import Server, get, post, until

ROOT = "/v1/projects/default"
HUGE = "9" * 400
PLACES = (
    *('"x"', '"a\\u0000b"', '"\\ud800"', "1.5", "1e3", "true", "null", "[1]", "{}", "-1", HUGE, f'"{HUGE}"'),
    *("9223372036854775808", '1,"x"', '"x",1', "1,2,3", "1,9223372036854775808", "1,null", '"a b"', '"x\\n"'),
    *('""', "", "1,", "1]]", '1,"\\u0000"'),
)


async def lists(server: Server) -> list[str]:
    """Return the paths of all lists, each with at least two rows."""
    root, hook = server.http + ROOT, {"type": "t", "url": "http://127.0.0.1:8089/"}
    failing = hook | {"retries": 3, "retryPolicy": {"schedule": ["0.1s"]}}
    post(f"{server.http}/v1/projects", {"name": "other"})
    for number in range(2):
        post(f"{root}/triggers", failing | {"name": f"hook-{number}"})
        post(f"{root}/events:queue", {"type": "t", "id": f"e-{number}"})
        post(f"{root}/bulkActions", {"action": "CANCEL", "filter": {"type": "nothing"}})
    delivery = get(f"{root}/deliveries?eventId=e-1")[1]["deliveries"][0]["deliveryId"]
    attempts = f"{ROOT}/deliveries/{delivery}/attempts"
    await until(lambda: len(get(server.http + attempts)[1]["attempts"]) > 1)
    kinds = (
        "triggers",
        "backlogs",
        "bulkActions",
        "events",
        "events?idPrefix=e",
        "events/e-1:explain",
        "deliveries",
    )
    return ["/v1/projects", attempts, *(f"{ROOT}/{kind}" for kind in kinds)]


def page(server: Server, path: str, **asked: object) -> tuple[int, Any]:
    """Get a page of a list."""
    query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items())
    return get(f"{server.http}{path}{'&' if '?' in path else '?'}{query}")


def forged(token: str, place: str) -> str:
    """Return a token that fits the same list, with another place."""
    check = json.loads(base64.urlsafe_b64decode(token + "=="))[0]
    return base64.urlsafe_b64encode(f"[{check},{place}]".encode()).decode().rstrip("=")


async def test_a_page_token_that_was_made_up_is_refused(either: Server) -> None:
    """A token with anything else than a place of its list is 400 and names the field, on every database."""
    found = {}
    for path in await lists(either):
        status, first = page(either, path, pageSize=1)
        token = first["nextPageToken"]
        assert (status, bool(token)) == (200, True), path
        assert page(either, path, pageToken=token)[0] == 200
        for place in PLACES:
            status, answer = page(either, path, pageToken=forged(token, place))
            found[path, place] = (status, answer.get("error"))
    refusal = 400, "pageToken is not a token of this list with these filters"
    fits = {  # an id, or a rank and a name: the list goes on after it
        (f"{ROOT}/events?idPrefix=e", '"x"'),
        (f"{ROOT}/events/e-1:explain", '1,"x"'),
    }
    assert {each: answer for each, answer in found.items() if answer != refusal and each not in fits} == {}
