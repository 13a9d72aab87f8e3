"""What `bellrope.webhooks` makes of requests: whether they are genuine, and which event they contain."""

import json
import time
from base64 import b64encode
from datetime import UTC, datetime

import pytest
import standardwebhooks
from bellrope import RawJSON, webhooks
from bellrope.v1.deliveries_pb2 import Delivery, ListDeliveriesRequest
from bellrope.webhooks import SignatureInvalid
from hypothesis import given
from hypothesis import strategies as st
from kit import until

from tests.clients.either import EitherClient, trigger_at
from tests.clients.webhook import Webhook

SECRET = "whsec_" + b64encode(b"a secret of thirty-two bytes....").decode()
OTHER = "whsec_" + b64encode(b"another one of 32 bytes.........").decode()
NOW = 1_795_434_627
EVENT = {"id": "e-1", "type": "paid", "source": "here", "time": "2026-11-23T11:50:27.564Z"}
DOCUMENTED = {"specversion": "1.0-rc1", **EVENT, "data": {"amount": 5}}


def signed(body: bytes, *secrets: str, at: float = NOW) -> dict[str, str]:
    """Return the headers that another implementation gives to a request."""
    time = datetime.fromtimestamp(at, UTC)
    signatures = [standardwebhooks.Webhook(each).sign("d-1", time, body.decode()) for each in secrets]
    return {
        "Webhook-Id": "d-1",
        "Webhook-Timestamp": str(int(at)),
        "Webhook-Signature": " ".join(signatures),
        "Content-Type": "application/json",
    }


async def test_a_request_of_the_server_is_genuine(client: EitherClient, webhook: Webhook) -> None:
    """A queued event arrives as one value, with its data byte for byte."""
    kind = await trigger_at(webhook.url, client, secrets=[SECRET])
    text = b'{"price": 0.10, "n": [18446744073709551616, -0]}'
    queued = await client.queue(kind, RawJSON(text))
    body, headers = await webhook.posts.get()
    received = webhooks.receive(body, headers=headers, secret=SECRET)
    assert (received.id, received.type) == (queued.event_id, kind)
    assert received.data == {"price": 0.1, "n": [2**64, 0]}
    assert received.raw == text
    assert (received.delivery_id, received.time.tzinfo) == (headers["webhook-id"], UTC)
    assert 0 <= (datetime.now(UTC) - received.time).total_seconds() < 60
    with pytest.raises(SignatureInvalid):
        webhooks.receive(body, headers=headers, secret=OTHER)


async def test_every_attempt_brings_the_same_value(client: EitherClient, webhook: Webhook) -> None:
    """Every attempt has the same value, so a receiver can recognise a repeated delivery."""
    webhook.status = 500
    policy = {"min_backoff": {"nanos": 100_000_000}}
    await client.queue(await trigger_at(webhook.url, client, retries=1, retry_policy=policy), [1])
    (first, headers), (second, others) = [await webhook.posts.get() for _ in range(2)]
    assert webhooks.parse(first, headers=headers) == webhooks.parse(second, headers=others)


async def test_a_receiver_can_refuse_a_delivery_for_good(client: EitherClient, webhook: Webhook) -> None:
    """A failure with the headers NO_RETRY is not sent again: the delivery is a dead letter, `refused`."""
    webhook.status, webhook.headers = 422, webhooks.NO_RETRY
    queued = await client.queue(await trigger_at(webhook.url, client, retries=5), [1])
    request = ListDeliveriesRequest(project="default", event_id=queued.event_id)

    async def refused() -> bool:
        (delivery,) = (await client.stub("deliveries", "ListDeliveries", request)).deliveries
        return (Delivery.State.Name(delivery.state), delivery.reason) == ("DEAD_LETTERED", "refused")

    await until(refused)
    assert webhook.count == 1


def test_a_signature_by_another_implementation_is_valid() -> None:
    """A signature of the published implementation is accepted."""
    body = json.dumps(DOCUMENTED | {"data": "Zoë"}, ensure_ascii=False).encode()
    assert webhooks.receive(body, headers=signed(body, SECRET), secret=SECRET, now=NOW).data == "Zoë"


@given(st.binary(), st.binary(min_size=24, max_size=64), st.integers(-300, 300))
def test_what_one_signs_the_other_verifies(body: bytes, key: bytes, age: int) -> None:
    """Any body with any key is valid up to five minutes early or late; a changed byte is refused."""
    text = b64encode(body)
    secret = "whsec_" + b64encode(key).decode()
    headers = signed(text, secret, at=NOW + age)
    webhooks.verify(text, headers=headers, secret=secret, now=NOW)
    with pytest.raises(SignatureInvalid):
        webhooks.verify(text + b" ", headers=headers, secret=secret, now=NOW)


@pytest.mark.parametrize("secrets", [(SECRET,), (OTHER, SECRET), (SECRET, OTHER)])
def test_a_secret_can_be_replaced_in_peace(secrets: tuple[str, ...]) -> None:
    """With several signatures or several secrets, one that fits is enough."""
    headers = signed(b"{}", *secrets)
    headers["Webhook-Signature"] = "v1a,xyz v2, v1 , " + headers["Webhook-Signature"]
    webhooks.verify(b"{}", headers=headers, secret=SECRET, now=NOW)
    third = "whsec_" + b64encode(bytes(24)).decode()
    webhooks.verify(b"{}", headers=headers, secret=[third, SECRET], now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1"},
        {"Webhook-Signature": "v1,"},
        {"Webhook-Signature": "v1,%%%"},
        {"Webhook-Signature": "v1,ünïcode\udc80"},
        {"Webhook-Signature": "v2,"},
        {"Webhook-Id": "d-2"},
        {"Webhook-Id": ""},
        {"Webhook-Timestamp": str(NOW + 1)},
        {"Webhook-Timestamp": ""},
        {"Webhook-Timestamp": "nan"},
        {"Webhook-Timestamp": f" {NOW}"},
        {"Webhook-Timestamp": f"{NOW}.0"},
        {"Webhook-Timestamp": "9" * 5000},
        {"Webhook-Timestamp": "\u0661\u0662"},
    ],
)
def test_a_forged_request_is_refused(change: dict[str, str]) -> None:
    """Whatever is changed, left out or invented, the error is SignatureInvalid and nothing else."""
    with pytest.raises(SignatureInvalid):
        webhooks.verify(b"{}", headers=signed(b"{}", SECRET) | change, secret=SECRET, now=NOW)


def test_another_version_is_no_signature() -> None:
    """The right bytes under another version's name are refused."""
    headers = signed(b"{}", SECRET)
    headers["Webhook-Signature"] = headers["Webhook-Signature"].replace("v1,", "v1a,")
    with pytest.raises(SignatureInvalid):
        webhooks.verify(b"{}", headers=headers, secret=SECRET, now=NOW)


@pytest.mark.parametrize("age", [-301, 301])
def test_an_old_request_is_refused(age: int) -> None:
    """A recorded request cannot be sent again after five minutes, and must not come from the future."""
    with pytest.raises(SignatureInvalid, match="five minutes"):
        webhooks.verify(b"{}", headers=signed(b"{}", SECRET, at=NOW + age), secret=SECRET, now=NOW)
    webhooks.verify(b"{}", headers=signed(b"{}", SECRET, at=time.time()), secret=SECRET)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", SECRET[6:], "whsec_%", SECRET + "\u00e9"])
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    """It is a ValueError, which does not repeat it; no secret at all verifies nothing."""
    with pytest.raises(ValueError, match="a secret must be whsec_ and the base64 of 24 to 64 bytes"):
        webhooks.verify(b"{}", headers=signed(b"{}", SECRET), secret=secret, now=NOW)
    with pytest.raises(SignatureInvalid):
        webhooks.verify(b"{}", headers=signed(b"{}", SECRET), secret=[], now=NOW)


def test_the_published_vector_is_valid() -> None:
    """The specification's own example is valid."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    webhooks.verify(b'{"test": 2432232314}', headers=headers, secret=secret, now=1_614_265_330)
