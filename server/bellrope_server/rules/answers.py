"""The text of a webhook's answer, whatever the encoding that its bytes are in."""

import codecs
import json
import re

from bellrope_server.rules.media_types import media_type

# Python has codecs of other kinds too, such as compression: an answer must not choose among them.
_WIDE = re.compile(r"utf-?(16|32)-?(le|be)?")
_NARROW = re.compile(r"iso-8859-\d{1,2}|latin-?1|windows-125\d")
_OF_JSON = (b"{", b"[", b'"')
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def utf8(body: bytes, content_type: str) -> bytes | None:
    """Return the text of an answer in UTF-8, without a byte order mark; None if it is not text.

    A byte order mark says the encoding; without one, the charset of its type says UTF-16 or UTF-32, or the
    zeros at the start of JSON do (RFC 4627, 3). Anything else is UTF-8 if it can be, whatever its charset.

    >>> utf8('{"a": "é"}'.encode("utf-16"), "application/json"), utf8(b"\\xe9", "text/plain; charset=latin1")
    (b'{"a": "\\xc3\\xa9"}', b'\\xc3\\xa9')
    """
    kind = media_type(content_type)
    charset = kind.charset if kind else ""
    wide = _wide(body, charset)
    for name in (wide,) if wide else ("utf-8", charset if _NARROW.fullmatch(charset) else ""):
        try:
            text = body.decode(name)
        except (UnicodeError, LookupError):
            continue
        return body if name == "utf-8" else text.encode()
    return None


def _wide(body: bytes, charset: str) -> str:
    """Return the encoding of an answer that is marked, or that has more than a byte for each letter."""
    if body.startswith(_MARKS):
        return json.detect_encoding(body)
    found = _WIDE.fullmatch(charset)
    if found:
        return f"utf-{found[1]}-{found[2] or ('be' if body.startswith(bytes(1)) else 'le')}"
    if b"\0" in body[:4] and body.lstrip(b"\0").startswith(_OF_JSON):
        return json.detect_encoding(body)
    return ""
