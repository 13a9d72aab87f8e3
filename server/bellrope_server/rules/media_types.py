"""What the value of a Content-Type says."""

import re
from typing import NamedTuple

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
MEDIA_TYPE = re.compile(rf'({_TOKEN}/{_TOKEN})((?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"[ !#-\[\]-~]*"))*)')
CHARSET = re.compile(r';[ \t]*charset="?([^";]*)"?', re.IGNORECASE)


class MediaType(NamedTuple):
    """What the value of a Content-Type says: lower-case, `charset` empty if it names none."""

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
    """Return what a media type says, or None if it is none (RFC 2046; RFC 9110, 8.3.1).

    >>> media_type('Text/Plain; charset="UTF-8"')
    MediaType(essence='text/plain', charset='utf-8')
    """
    match = MEDIA_TYPE.fullmatch(value)
    if not match:
        return None
    charset = CHARSET.search(match[2])
    return MediaType(match[1].lower(), charset[1].lower() if charset else "")


def is_json(datacontenttype: str) -> bool:
    """Say whether data of this type is JSON; without a type it is."""
    found = media_type(datacontenttype)
    return not datacontenttype or (found is not None and found.json)
