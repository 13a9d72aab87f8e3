"""An answer's body without its compression, within the same bounds as any body."""

import zlib

GZIP = 16 + zlib.MAX_WBITS
ZLIB = zlib.MAX_WBITS
RAW = -zlib.MAX_WBITS  # deflate as some servers send it, without the header that RFC 9110 asks for
FORMS = {"gzip": (GZIP,), "x-gzip": (GZIP,), "deflate": (ZLIB, RAW)}
MOST_CODINGS = 2
MOST_MEMBERS = 8  # each is a copy of the rest


def inflated(body: bytes, codings: str, *, most: int) -> tuple[bytes, bool]:
    """Return the first `most` bytes of a body, and whether it has more or breaks off.

    `codings` is the value of Content-Encoding (RFC 9110, 8.4). A body in another coding than gzip and
    deflate, or one that is not in the coding it names, stays as it came.

    >>> inflated(zlib.compress(b"fine"), "deflate", most=3)
    (b'fin', True)
    """
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in reversed(names) if name not in ("", "identity")]
    if not body or len(names) > MOST_CODINGS or not all(name in FORMS for name in names):
        return body, False
    plain, more = body, False
    for name in names:
        found = _inflated(plain, FORMS[name], most)
        if found is None:
            return body, False
        plain, more = found[0], more or found[1]
    return plain, more


def _inflated(body: bytes, forms: tuple[int, ...], most: int) -> tuple[bytes, bool] | None:
    """Return the start of what is compressed, and whether there is more; None if no form fits."""
    for bits in forms:
        try:
            return _members(body, bits, most)
        except zlib.error:
            continue
    return None


def _members(body: bytes, bits: int, most: int) -> tuple[bytes, bool]:
    """Return the start of the members of a body, which are read one after the other (RFC 1952, 2.2)."""
    plain = b""
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(bits)
        plain += member.decompress(body, most + 1 - len(plain))
        if len(plain) > most:
            return plain[:most], True
        if not member.eof:
            return _broken(plain, bits), True
        body = member.unused_data
        if bits != GZIP or not body:
            return plain, False
    return plain, True


def _broken(plain: bytes, bits: int) -> bytes:
    """Return what there is of a member that breaks off. Raw deflate without an end may be any bytes."""
    if bits == RAW:
        raise zlib.error
    return plain
