"""How many filters are evaluated a second, on the measured core: a JSON event in, results out.

Once with one filter per event, and once with as many as an event's type has triggers here; these share the
reading of the event's JSON, as in the server. The denominator is reading the same event's JSON with orjson,
and nothing else.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence

import orjson
from bellrope_server.rules.filter_subjects import Subject
from bellrope_server.rules.filters import Filter, compile

ENDPOINTS = 16

FILTER = "data.amount > 100.0 && data.currency in ['EUR', 'USD'] && data.to.endsWith('@email.com')"
EVENT = orjson.dumps(
    {
        "to": "user1@email.com",
        "from": "user2@email.com",
        "subject": "Some Subject",
        "amount": 129.5,
        "currency": "EUR",
        "items": [{"sku": "a-7", "count": 1}, {"sku": "b-9", "count": 2}],
        "note": "to be sent before noon, please",
    }
)
CHUNK = 500


def rate(work: Callable[[], object], count: int, *, each: int = 1) -> float:
    """Return the rate over `count` of `work`, which does `each` at a time, after a warm-up."""
    for _ in range(CHUNK):
        work()
    start = time.perf_counter()
    for _ in range(count // each):
        work()
    return count / (time.perf_counter() - start)


def main(count: int) -> None:
    """Measure each in turn, and print the rates as a line of JSON."""
    filters = [compile(FILTER) for _ in range(ENDPOINTS)]

    def evaluate(filters: Sequence[Filter]) -> None:
        subject = Subject(
            project="shop", type="sale", id="7", options={}, data=EVENT, time=0, shared=len(filters) > 1
        )
        assert all(each.matches(subject) for each in filters)

    rates = {
        "one": rate(lambda: evaluate(filters[:1]), count),
        "many": rate(lambda: evaluate(filters), count, each=ENDPOINTS),
        "orjson": rate(lambda: orjson.loads(EVENT), count),
    }
    print(json.dumps(rates))


if __name__ == "__main__":
    main(int(sys.argv[1]))
