"""How to read the value of a Content-Type."""

import re
from typing import NamedTuple

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
MEDIA_TYPE = re.compile(rf'({_TOKEN}/{_TOKEN})((?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"[ !#-\[\]-~]*"))*)')
CHARSET = re.compile(r';[ \t]*charset="?([^";]*)"?', re.IGNORECASE)


class MediaType(NamedTuple):
    """The value of a Content-Type, in lower case. `charset` is empty if there is none."""

    essence: str
    charset: str

    @property
    def json(self) -> bool:
        """True if it declares JSON (JSON event format, 3.1.1)."""
        return self.essence.endswith(("/json", "+json"))

    @property
    def textual(self) -> bool:
        """True if it declares text."""
        return self.essence.startswith("text/") or self.essence.endswith(("/xml", "+xml"))


def media_type(value: str) -> MediaType | None:
    """Return a media type's parts, or None if it is not a media type (RFC 2046; RFC 9110, 8.3.1).

    >>> media_type('Text/Plain; charset="UTF-8"')
    MediaType(essence='text/plain', charset='utf-8')
    """
    match = MEDIA_TYPE.fullmatch(value)
    if not match:
        return None
    charset = CHARSET.search(match[2])
    return MediaType(match[1].lower(), charset[1].lower() if charset else "")


def is_json(datacontenttype: str) -> bool:
    """Return whether data of this type is JSON. Data without a type is JSON."""
    found = media_type(datacontenttype)
    return not datacontenttype or (found is not None and found.json)
