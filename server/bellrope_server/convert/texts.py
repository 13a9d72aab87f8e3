"""Texts that people write for people: descriptions and reasons."""

import re

from bellrope_server.errors import InvalidField

CHARACTER = r"[^\x00-\x08\x0b-\x1f\x7f-\x9f]"  # a line break, a tab, or no control character


def checked(text: str, *, field: str, most: int) -> str:
    """Return a text of at most `most` characters, or raise InvalidField."""
    if len(text) > most:
        raise InvalidField(f"must have at most {most:,} characters", field=field)
    if not re.fullmatch(f"{CHARACTER}*", text):
        raise InvalidField("must not have control characters besides \\n and \\t", field=field)
    return text
