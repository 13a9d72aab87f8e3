"""Base64 (RFC 4648, section 4) in the one spelling that each bytes have."""

from base64 import b64decode, b64encode


def decoded(text: str) -> bytes:
    """Return the bytes. Raise ValueError if an encoder would have written them in another way.

    The library ignores padding where none belongs, and bits after the last byte; other libraries do not.

    >>> decoded("YWJj")
    b'abc'
    """
    found = b64decode(text, validate=True)
    if b64encode(found).decode() != text:
        raise ValueError("not the one base64 of its bytes")
    return found
