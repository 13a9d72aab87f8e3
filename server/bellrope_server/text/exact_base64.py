"""Base64 (RFC 4648, section 4) with no more padding than belongs there, which libraries do not all refuse."""

from base64 import b64decode, b64encode


def decoded(text: str, *, stray_bits: bool = False) -> bytes:
    """Return the bytes. Raise ValueError if an encoder would have written them in another way.

    With `stray_bits`, bits after the last byte are ignored: people make up secrets by hand.

    >>> decoded("YWJj"), decoded("YR==", stray_bits=True)
    (b'abc', b'a')
    """
    found = b64decode(text, validate=True)
    exact = b64encode(found).decode()
    if len(exact) != len(text) or (exact != text and not stray_bits):
        raise ValueError("not the base64 of its bytes")
    return found
