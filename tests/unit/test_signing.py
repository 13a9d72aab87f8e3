"""Signatures as the Standard Webhooks specification has them."""

import time
from base64 import b64encode

import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.outbound.sign import signature
from bellrope_server.rules.secrets import check_secret
from standardwebhooks import Webhook as Verifier

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def secret(size: int) -> str:
    """Return a secret of this many bytes."""
    return "whsec_" + b64encode(bytes(range(size))).decode()


def test_signs_the_vector_of_the_specification() -> None:
    """The signature of the specification's test vector is the one that every library expects."""
    signed = signature(
        SECRET,
        webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("body", [b"{}", '{"name":"é 🔔"}'.encode(), b'"' + b"x" * 100_000 + b'"'])
def test_passes_the_verifier_of_the_specification(body: bytes) -> None:
    """The official Python library verifies what we sign."""
    now = int(time.time())
    headers = {
        "webhook-id": "01938f2e",
        "webhook-timestamp": str(now),
        "webhook-signature": signature(SECRET, webhook_id="01938f2e", timestamp=now, body=body),
    }
    assert Verifier(SECRET).verify(body, headers) is not None


def test_covers_id_time_and_body() -> None:
    """Nobody can change the id, the time or the body without breaking the signature."""
    signed = {
        signature(SECRET, webhook_id=webhook_id, timestamp=timestamp, body=body)
        for webhook_id in ("a", "b")
        for timestamp in (1, 2)
        for body in (b"{}", b"[]")
    }
    assert len(signed) == 8


@pytest.mark.parametrize("size", [24, 32, 64])
def test_takes_secrets_of_24_to_64_bytes(size: int) -> None:
    """A secret of 24 to 64 bytes is accepted, and signs."""
    check_secret(secret(size))
    assert signature(secret(size), webhook_id="a", timestamp=1, body=b"").startswith("v1,")


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "whsec_",
        secret(23),
        secret(65),
        secret(24).removeprefix("whsec_"),
        secret(24).upper(),
        secret(25).rstrip("="),
        secret(24) + "=",
        secret(24) + "====",
        "whsec_" + "*" * 32,
        "whsec_" + "é" * 32,
        " " + secret(24),
        secret(24) + "\n",
        "whpk_" + secret(24).removeprefix("whsec_"),
    ],
)
def test_refuses_other_secrets_without_repeating_them(wrong: str) -> None:
    """Anything but `whsec_` and the base64 of 24 to 64 bytes is refused, and the error does not repeat it."""
    with pytest.raises(InvalidField) as refusal:
        check_secret(wrong)
    assert refusal.value.field == "secrets"
    assert refusal.value.message == "must be whsec_ and the base64 of 24 to 64 bytes"
