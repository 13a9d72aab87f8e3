"""How the side-by-side bench counts, and how it reads HTTP."""

import math

import pytest
from bench.peers.events import EVENT, data
from bench.peers.figures import Figures, median, percentile
from bench.peers.load import Sent
from bench.peers.measure import Shape, figures
from bench.peers.processes import Gauge
from bench.peers.wire import Reader

SECOND = 1_000_000_000
SHAPE = Shape(callers=1, rate=0, warm_up=1, window=2, drain=1)
IDLE = {"generator": 0.1, "receiver": 0.1}


def figured(sent: list[Sent], arrivals: dict[int, tuple[int, int]], **busy: float) -> Figures:
    """Work out figures of a load that began at 0, whose window is from second 1 to 3."""
    return figures(sent, arrivals, 0, SHAPE, gauge=Gauge(""), busy=IDLE | busy)


def sent(number: int, due: float, answered: float, status: int = 202) -> Sent:
    """Return an event by its times in seconds."""
    return Sent(number, int(due * SECOND), int(due * SECOND), int(answered * SECOND), status)


def test_rates_count_what_happened_in_the_window() -> None:
    """The warm-up and the drain count for nothing, whenever an event was due."""
    events = [sent(0, 0.5, 0.6), sent(1, 0.9, 2.1), sent(2, 2.5, 2.6), sent(3, 2.9, 3.1)]
    came = {0: 0.7, 1: 2.2, 2: 2.8, 3: 3.2}
    result = figured(events, {number: (int(time * SECOND), 1) for number, time in came.items()})
    assert (result.acknowledged_rate, result.delivered_rate) == (1.0, 1.0)
    assert result.answer_p50 == pytest.approx(100)
    assert result.end_p99 == pytest.approx(300)


def test_an_event_that_never_came_has_an_endless_time() -> None:
    """A server cannot improve its p99 by losing what is slow."""
    events = [sent(number, 1.5, 1.6) for number in range(10)]
    result = figured(events, {number: (2 * SECOND, 1 + number % 2) for number in range(9)})
    assert result.end_p50 == pytest.approx(500)
    assert result.end_p99 == math.inf
    assert (result.accepted, result.lost, result.duplicates) == (10, 1, 4)
    assert result.json()["end_p99"] is None
    assert result.remark == "did not deliver all in time"


def test_only_what_was_accepted_can_be_lost() -> None:
    """A refusal, and an answer that never came, are counted apart."""
    result = figured([sent(0, 1.5, 1.6, 429), sent(1, 1.5, 0, 0), sent(2, 1.5, 1.6)], {2: (2 * SECOND, 1)})
    assert (result.accepted, result.lost, result.refused, result.unknown) == (1, 0, 1, 1)
    assert result.remark == "2 not accepted"


@pytest.mark.parametrize("name", IDLE)
def test_a_saturated_bench_makes_the_figures_invalid(name: str) -> None:
    """If the generator or the receiver was busy all the time, it may be what was measured."""
    result = figured([sent(0, 1.5, 1.6)], {0: (2 * SECOND, 1)}, **{name: 0.9})
    assert result.remark == f"INVALID: the {name} was 90% busy"


def test_a_median_is_of_each_figure_and_counts_are_added() -> None:
    """One round with a loss shows in the sum."""
    one = figured([sent(0, 1.5, 1.6)], {0: (2 * SECOND, 1)})
    two = figured([sent(0, 1.5, 1.8)], {0: (2 * SECOND, 1)})
    three = figured([sent(0, 1.5, 1.7)], {})
    result = median([one, two, three])
    assert result.answer_p50 == pytest.approx(200)
    assert (result.accepted, result.lost) == (3, 1)
    assert result.cpu is None


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (100, 100), (0, 1)])
def test_a_percentile_is_a_time_that_was_measured(percent: float, expected: float) -> None:
    """It is the time that so many percent did not exceed."""
    assert percentile([number * 1_000_000 for number in range(100, 0, -1)], percent) == expected
    assert percentile([], percent) == math.inf


def test_an_events_data_has_the_size_asked_for_and_is_found_again() -> None:
    """Its mark survives a server that writes the JSON again, and one that puts it into a text."""
    written = data("abc", 12, 34, 1024)
    assert len(written) == 1024
    found = EVENT.search(b'{"x": "' + written.replace('"', '\\"').encode() + b'"}')
    assert found
    assert found.groups() == (b"abc", b"12", b"34")


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_messages_are_read_however_they_are_cut(step: int) -> None:
    """A length, chunks and no body at all, one after the other."""
    stream = b"POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
    stream += b"POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n"
    stream += b"HTTP/1.1 204 No Content\r\n\r\n"
    reader = Reader()
    parts = [stream[at : at + step] for at in range(0, len(stream), step)]
    read = [(head.split(b"\r\n")[0], body) for part in parts for head, body in reader.feed(part)]
    assert read == [
        (b"post /a http/1.1", b"hello"),
        (b"post /b http/1.1", b"abcde"),
        (b"http/1.1 204 no content", b""),
    ]
