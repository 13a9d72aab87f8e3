"""An event as a webhook gets it: the JSON body that the user's document describes, under "Event payload"."""

from datetime import UTC, datetime
from functools import lru_cache

import orjson

from bellrope_server.model import Leased, Micros


def documented(leased: Leased, *, source: str) -> bytes:
    """Return the body: the documented keys in the documented order, and the data byte for byte."""
    return b'{"specversion":"1.0-rc1","id":%b,"type":%b,"source":%b,"time":"%b","data":%b}' % (
        orjson.dumps(leased.event_id),
        orjson.dumps(leased.type),
        orjson.dumps(source),
        _iso(leased.accept_time),
        leased.data,
    )


def _iso(time: Micros) -> bytes:
    """Return a time in UTC as ISO 8601, cut to the millisecond."""
    seconds, micros = divmod(time, 1_000_000)
    return b"%b.%03dZ" % (_iso_second(seconds), micros // 1000)


@lru_cache(maxsize=256)
def _iso_second(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
