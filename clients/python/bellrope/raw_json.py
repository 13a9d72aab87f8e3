"""JSON text that reaches the webhook byte for byte."""

import json
from dataclasses import dataclass

from bellrope.decode import refused


@dataclass(frozen=True, slots=True, init=False)
class RawJSON:
    """JSON text, as data of an event or anywhere inside it: `RawJSON('{"price": 1.10}')`.

    A bare str is a JSON string, never JSON text.
    """

    raw: bytes
    """The text in UTF-8."""

    def __init__(self, text: str | bytes) -> None:
        """Raises ValueError if the text, which is UTF-8 if it is bytes, is not one JSON value."""
        try:
            raw = text.encode() if isinstance(text, str) else bytes(memoryview(text))
            _SYNTAX.decode(raw.decode())
        except (ValueError, RecursionError) as error:
            raise ValueError(f"not JSON text: {error}") from None
        object.__setattr__(self, "raw", raw)

    def __str__(self) -> str:
        return self.raw.decode()


# It makes no numbers of the text, because Python refuses to read very long ones.
_SYNTAX = json.JSONDecoder(parse_constant=refused, parse_int=str, parse_float=str)
