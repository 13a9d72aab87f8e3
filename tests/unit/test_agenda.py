"""When to look at which trigger next."""

from bellrope_server.scheduler.agenda import Agenda
from hypothesis import given
from hypothesis import strategies as st

ALL = 1000


def test_what_is_due_comes_in_order_of_time() -> None:
    """Due triggers come in the order of their times, each once."""
    agenda = Agenda()
    for trigger_id, wake_time in ((1, 30), (2, 10), (3, 20), (4, 31)):
        agenda.note(trigger_id, wake_time)
    assert agenda.due(now=30, most=ALL) == [2, 3, 1]
    assert agenda.due(now=30, most=ALL) == []
    assert agenda.due(now=31, most=ALL) == [4]


def test_nothing_is_due_early() -> None:
    """A trigger is not looked at before its time."""
    agenda = Agenda()
    agenda.note(1, 100)
    assert (agenda.due(now=99, most=ALL), agenda.next) == ([], 100)


def test_an_earlier_time_wins() -> None:
    """If a trigger has several times, the earliest counts, in whichever order they were noted."""
    agenda = Agenda()
    for wake_time in (50, 20, 80):
        agenda.note(1, wake_time)
    assert agenda.due(now=20, most=ALL) == [1]
    assert agenda.due(now=99, most=ALL) == []


def test_a_time_that_was_brought_forward_does_not_come_twice() -> None:
    """A trigger that was looked at and noted again is due at its new time only."""
    agenda = Agenda()
    agenda.note(1, 50)
    agenda.note(1, 20)
    assert agenda.due(now=20, most=ALL) == [1]
    agenda.note(1, 70)
    assert agenda.due(now=50, most=ALL) == []
    assert agenda.due(now=70, most=ALL) == [1]


def test_there_are_only_so_many_at_once() -> None:
    """No more than `most` triggers come at once; the others come next time."""
    agenda = Agenda()
    for trigger_id in range(5):
        agenda.note(trigger_id, trigger_id)
    assert [agenda.due(now=9, most=2) for _ in range(4)] == [[0, 1], [2, 3], [4], []]


def test_an_empty_agenda_has_no_next() -> None:
    """If nothing is noted, there is no next time."""
    assert (Agenda().next, Agenda().due(now=10**18, most=ALL)) == (None, [])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99))), st.integers(0, 99))
def test_every_trigger_is_due_at_its_earliest_time(notes: list[tuple[int, int]], now: int) -> None:
    """Every trigger is due at its earliest time, whatever was noted, and `next` is the earliest of them."""
    agenda, earliest = Agenda(), dict[int, int]()
    for trigger_id, wake_time in notes:
        agenda.note(trigger_id, wake_time)
        earliest[trigger_id] = min(wake_time, earliest.get(trigger_id, wake_time))
    due = agenda.due(now=now, most=ALL)
    assert sorted(due) == sorted(id for id, wake_time in earliest.items() if wake_time <= now)
    assert [earliest[id] for id in due] == sorted(earliest[id] for id in due)
    later = [wake_time for wake_time in earliest.values() if wake_time > now]
    assert agenda.next == min(later, default=None)
