"""Protobuf's times as microseconds, and back."""

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from bellrope_server.clock import Micros
from bellrope_server.errors import InvalidField
from bellrope_server.text.rfc3339 import nanoseconds, within

LONGEST = 315_576_000_000  # seconds in a Duration


def from_timestamp(timestamp: Timestamp, *, field: str) -> Micros:
    """Return a timestamp in microseconds, rounded up so that nothing is ever early."""
    if not 0 <= timestamp.nanos <= 999_999_999:
        raise InvalidField("must have 0 to 999,999,999 nanoseconds", field=field)
    return within(timestamp.seconds * 1_000_000 - (-timestamp.nanos // 1000), field=field)


def from_duration(duration: Duration, *, field: str) -> Micros:
    """Return a duration in microseconds, rounded up."""
    if abs(duration.seconds) > LONGEST or abs(duration.nanos) > 999_999_999:
        raise InvalidField("is out of range", field=field)
    return duration.seconds * 1_000_000 - (-duration.nanos // 1000)


def timestamp_of(text: str, *, field: str, also: str = "") -> Timestamp:
    """Return the timestamp of a time in RFC 3339; raise InvalidField, as `rfc3339.read` does."""
    seconds, nanos = divmod(nanoseconds(text, field=field, also=also), 1_000_000_000)
    within(seconds * 1_000_000, field=field)
    return Timestamp(seconds=seconds, nanos=nanos)


def to_timestamp(micros: Micros) -> Timestamp:
    """Return the timestamp of a time in microseconds."""
    seconds, rest = divmod(micros, 1_000_000)
    return Timestamp(seconds=seconds, nanos=rest * 1000)


def set_timestamp(timestamp: Timestamp, micros: Micros) -> None:
    """Set a timestamp to a time in microseconds."""
    timestamp.seconds, rest = divmod(micros, 1_000_000)
    timestamp.nanos = rest * 1000


def set_duration(duration: Duration, length: Micros) -> None:
    """Set a duration to a length of time."""
    duration.seconds, rest = divmod(length, 1_000_000)
    duration.nanos = rest * 1000


def to_duration(length: Micros) -> Duration:
    """Return the duration of a length of time."""
    seconds, rest = divmod(length, 1_000_000)
    return Duration(seconds=seconds, nanos=rest * 1000)
