"""What the judge's process is asked."""

from typing import TypeAlias

import msgspec
from msgspec import Struct

from bellrope_server.rules.filter_subjects import Subject


class Fits(Struct, tag="fits", array_like=True):
    """Which of these data is the first that does not match the schema?

    The answer is a line with its index, or -1. In the former case a second line has the field and the error.
    """

    schema: str
    data: list[bytes]


class Wanted(Struct, tag="wanted", array_like=True):
    """Does the event match these filters?

    The answer has a line for each filter, in order: `true`, `false`, or the reason why it has no result. An
    empty line ends it, perhaps before the last filter: the time for one question is limited.
    """

    filters: list[str]
    subject: Subject


Question: TypeAlias = Fits | Wanted
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Question).decode
