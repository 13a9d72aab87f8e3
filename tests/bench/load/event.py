"""The event of every measurement: its data has 1,024 bytes and a number that the receiver finds again."""

import json

TYPE = "bench-{}"
MARK = b'"number":"'
DIGITS = 10
SIZE = 1024
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of the Standard Webhooks specification
_HEAD = '{"number":"%010d","to":"user1@email.com","subject":"Some Subject","body":"'
_DATA = _HEAD + "x" * (SIZE - len(_HEAD % 0) - 2) + '"}'


def data(number: int) -> bytes:
    """Return the data of one event."""
    return (_DATA % number).encode()


def number_in(request: bytes) -> int:
    """Return the number of the event in a webhook's request."""
    start = request.index(MARK) + len(MARK)
    return int(request[start : start + DIGITS])


def body(number: int, *, endpoints: int, synchronous: bool = False, delay: float = 0.0) -> bytes:
    """Return what is posted to the server; the number also chooses the endpoint."""
    fields: dict[str, object] = {"type": TYPE.format(number % endpoints)}
    if synchronous:
        fields["isSynchronous"] = True
    if delay:
        fields["delay"] = delay
    return b'%s,"data":%s}' % (json.dumps(fields)[:-1].encode(), data(number))
