"""Secrets that sign requests, as the Standard Webhooks specification defines them."""

from bellrope_server.errors import InvalidField
from bellrope_server.text.exact_base64 import decoded
from bellrope_server.text.json_paths import SECRET as PREFIX


def check_secret(secret: str) -> None:
    """Raise InvalidField unless `secret` is `whsec_` and the base64 of 24 to 64 bytes."""
    try:
        key_of(secret)
    except ValueError as error:
        raise InvalidField(str(error), field="secrets", step="[0]") from None


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret. The error does not repeat the secret."""
    try:
        key = decoded(secret.removeprefix(PREFIX), stray_bits=True)
    except ValueError:
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(f"must be {PREFIX} and the base64 of 24 to 64 bytes")
    return key
