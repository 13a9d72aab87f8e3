"""However webhooks answer and fail, one event leads to no more events than it may."""

import pytest
from attempts import trigger
from bellrope_server.rules.chains import divided, of_answer, of_dead_letter, parts, with_another
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def led_to(draw: st.DrawFn, left: int, depth: int = 3) -> int:
    """Return how many events the answers of some webhooks queue for an event that may lead to `left`."""
    chaining, others = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    number = chaining + others
    split = parts([trigger("http://x/", chain_events=place < chaining) for place in range(number)])
    total = 0
    for chains in [True] * chaining + [False] * others:
        if draw(st.booleans()):
            after = of_dead_letter(left, split, deliveries=number, chains=chains)
            if after:  # else it is not announced
                total += 1 + (draw(led_to(after - 1, depth - 1)) if depth else after - 1)
        elif chains:
            queued, each = divided(of_answer(left, split), draw(st.integers(1, 5)))
            total += queued + sum(draw(led_to(each, depth - 1)) if depth else each for _ in range(queued))
    return total


@given(st.data(), st.integers(0, 60))
def test_an_event_leads_to_no_more_than_it_may(data: st.DataObject, left: int) -> None:
    """Loops, many events an answer, many webhooks and dead letters: all together stay within the limit."""
    assert data.draw(led_to(left)) <= left


def test_one_webhook_after_another_uses_one_event_a_hop() -> None:
    """A chain of single webhooks, or one that also has listeners, gets as far as the hops allow."""
    alone, left = parts([trigger("http://x/", chain_events=True)]), 10_000
    for _ in range(16):
        _, left = divided(of_answer(left, alone), 1)
    assert left == 10_000 - 16


@pytest.mark.parametrize("before", [None, 1, 2, 7])
def test_a_webhook_that_comes_later_gets_a_smaller_part(before: int | None) -> None:
    """A trigger that an event is replayed to gets a smaller part than the others; if it chains none, none."""
    chaining, plain = (trigger("http://x/", chain_events=chains) for chains in (True, False))
    later = with_another(before, chaining)
    assert 0 < of_answer(10_000, later) < of_answer(10_000, before)
    assert with_another(before, plain) == before
