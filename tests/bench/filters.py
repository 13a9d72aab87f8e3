"""How many filters are evaluated a second, on the measured core: a JSON event in, a verdict out.

The denominator is reading the same event's JSON with orjson and nothing more.
"""

import json
import sys
import time
from collections.abc import Callable

import orjson
from bellrope_server.filters import Subject, compile
from parts import pin

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


def rate(work: Callable[[], object], count: int) -> float:
    """Return the rate over all of it, warmed up first."""
    for _ in range(CHUNK):
        work()
    start = time.perf_counter()
    for _ in range(count):
        work()
    return count / (time.perf_counter() - start)


def main(core: int, count: int) -> None:
    """Measure both, in turns, and print their rates as a line of JSON."""
    pin(core)
    wanted = compile(FILTER)

    def evaluate() -> None:
        subject = Subject(project="shop", type="sale", id="7", options={}, data=EVENT, time=0)
        assert wanted.matches(subject)

    print(json.dumps({"filter": rate(evaluate, count), "orjson": rate(lambda: orjson.loads(EVENT), count)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
