"""An answer's body without its compression, within the same bounds as any body."""

import zlib

from msgspec import Struct

GZIP = 16 + zlib.MAX_WBITS
ZLIB = zlib.MAX_WBITS
RAW = -zlib.MAX_WBITS  # deflate as some servers send it, without the header that RFC 9110 asks for
FORMS = {"gzip": (GZIP,), "x-gzip": (GZIP,), "deflate": (ZLIB, RAW)}
MOST_CODINGS = 4
MOST_MEMBERS = 4096
PIECE = 4096  # bytes: what is left of a piece is copied at the end of each member
MAGIC = b"\x1f\x8b"  # begins each member of gzip


class Inflated(Struct, frozen=True):
    """The start of a body; whether it has `more`; whether it is `broken`, that is, ends too early."""

    body: bytes
    more: bool = False
    broken: bool = False


def inflated(body: bytes, codings: str, *, most: int) -> Inflated:
    """Return the first `most` bytes of a body.

    `codings` is the value of Content-Encoding (RFC 9110, 8.4). A body in another coding than gzip and
    deflate, or one that is not in the coding it names, stays as it came.

    >>> inflated(zlib.compress(b"fine"), "deflate", most=3)
    Inflated(body=b'fin', more=True, broken=False)
    """
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in reversed(names) if name not in ("", "identity")]
    if not body or len(names) > MOST_CODINGS or not all(name in FORMS for name in names):
        return Inflated(body)
    plain, more, broken = body, False, False
    for name in names:
        found = _inflated(plain, FORMS[name], most)
        if found is None:
            return Inflated(body)
        plain, broken = found.body, broken or (found.broken and not more)
        more |= found.more
    return Inflated(plain, more, broken)


def _inflated(body: bytes, forms: tuple[int, ...], most: int) -> Inflated | None:
    """Return what is compressed in one of these forms; None if no form fits."""
    for bits in forms:
        try:
            return _members(body, bits, most)
        except zlib.error:
            continue
    return None


def _members(body: bytes, bits: int, most: int) -> Inflated:
    """Return the start of the members of a body, which are read one after the other (RFC 1952, 2.2).

    What follows them and is no member, such as zeros, is left out, as gzip does.
    """
    plain, at = bytearray(), 0
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(bits)
        while not member.eof and len(plain) <= most and at < len(body):
            piece = body[at : at + PIECE]
            plain += member.decompress(piece, most + 1 - len(plain))
            at += len(piece) - len(member.unconsumed_tail) - len(member.unused_data)
        if len(plain) > most:
            return Inflated(bytes(plain[:most]), more=True)
        if not member.eof:
            return Inflated(_start(plain, bits), broken=True)
        if bits != GZIP or not body.startswith(MAGIC, at):
            return Inflated(bytes(plain))
    raise zlib.error


def _start(plain: bytearray, bits: int) -> bytes:
    """Return what there is of a member that breaks off. Raw deflate without an end may be any bytes."""
    if bits == RAW:
        raise zlib.error
    return bytes(plain)
