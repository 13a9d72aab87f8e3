"""The default resolver: names are looked up off the loop, once for all callers, and cached briefly."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Sequence

import pytest
from bellrope_server.outbound import names as module
from bellrope_server.outbound.names import Names, NoTurn, system_lookup
from bellrope_server.outbound.turns import EACH
from kit import until


class Book:
    """A look-up that the test controls: it counts the calls, and answers when the test lets it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = threading.Event()
        self.open.set()
        self.error: OSError | None = None

    def look_up(self, host: str, port: int) -> Sequence[str]:
        """Wait until open, then answer or fail."""
        self.asked.append(host)
        self.open.wait(10)
        if self.error:
            raise self.error
        return ["192.0.2.1"]


@pytest.fixture
def book() -> Book:
    """An open book."""
    return Book()


@pytest.fixture
async def names(book: Book) -> AsyncIterator[Names]:
    """A resolver that uses the book."""
    names = Names(book.look_up)
    yield names
    book.open.set()
    names.close()


async def test_those_who_ask_at_once_share_one_look_up(names: Names, book: Book) -> None:
    """A hundred attempts at one name make one look-up."""
    book.open.clear()
    asking = [asyncio.create_task(names.resolve("a.example.com", 80)) for _ in range(100)]
    await asyncio.sleep(0)
    book.open.set()
    assert await asyncio.gather(*asking) == [["192.0.2.1"]] * 100
    assert book.asked == ["a.example.com"]


async def test_one_who_gives_up_does_not_stop_the_others(names: Names, book: Book) -> None:
    """An attempt that times out during a look-up does not end it for others that wait."""
    book.open.clear()
    impatient, patient = (asyncio.create_task(names.resolve("a.example.com", 80)) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    book.open.set()
    assert await patient == ["192.0.2.1"]
    assert impatient.cancelled()


async def test_one_slow_name_does_not_hold_up_another() -> None:
    """While one look-up hangs, others are answered."""
    over = threading.Event()

    def look_up(host: str, port: int) -> Sequence[str]:
        if host == "slow.example.com":
            over.wait(10)
        return ["192.0.2.1"]

    names = Names(look_up)
    slow = asyncio.create_task(names.resolve("slow.example.com", 80))
    await asyncio.sleep(0)
    assert await names.resolve("quick.example.com", 80) == ["192.0.2.1"]
    assert not slow.done()
    over.set()
    assert await slow == ["192.0.2.1"]
    names.close()


async def test_what_was_found_is_remembered_for_seconds(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer is used for the next five seconds, and not after that."""
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    assert names.recall("a.example.com") == ()
    await names.resolve("a.example.com", 80)
    now = 1004.9
    assert names.recall("a.example.com") == ["192.0.2.1"]
    now = 1005.0
    assert names.recall("a.example.com") == ()


async def test_a_failure_is_told_to_all_and_not_remembered(names: Names, book: Book) -> None:
    """A failed look-up is reported to every waiting attempt, and the next attempt looks again."""
    book.error = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    asking = [names.resolve("a.example.com", 80) for _ in range(3)]
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(result) for result in results] == [socket.gaierror] * 3
    book.error = None
    assert await names.resolve("a.example.com", 80) == ["192.0.2.1"]
    assert len(book.asked) == 2


async def test_the_memory_is_bounded(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache has a bound; the oldest name goes first."""
    monkeypatch.setattr(module, "MAX_NAMES", 3)
    for number in range(4):
        await names.resolve(f"{number}.example.com", 80)
    assert [bool(names.recall(f"{number}.example.com")) for number in range(4)] == [False, True, True, True]


def test_the_system_is_asked_and_ipv4_comes_first() -> None:
    """The system's addresses come without duplicates, IPv4 before IPv6."""
    found = system_lookup("localhost", 80)
    assert found[0] == "127.0.0.1"
    assert list(found) == sorted(set(found), key=lambda address: ":" in address)


async def test_an_address_that_was_good_is_used_while_its_name_cannot_be_looked_up(
    names: Names, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that is down stops no webhook that worked: its address is good for ten minutes more."""
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    await names.resolve("a.example.com", 80)
    book.error = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    now += 5.0
    assert names.recall("a.example.com") == ()
    assert await names.resolve("a.example.com", 80) == ["192.0.2.1"]
    assert names.recall("a.example.com") == ["192.0.2.1"]
    now += 599.9
    assert await names.resolve("a.example.com", 80) == ["192.0.2.1"]
    now += 0.1
    assert names.recall("a.example.com") == ()
    with pytest.raises(socket.gaierror):
        await names.resolve("a.example.com", 80)


async def test_a_name_that_is_gone_is_gone_at_once(
    names: Names, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the name server answers that there is no such name, the old address is not used."""
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    await names.resolve("a.example.com", 80)
    book.error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    now += 5.0
    for _ in range(2):
        with pytest.raises(socket.gaierror):
            await names.resolve("a.example.com", 80)


async def test_a_look_up_that_hangs_costs_a_known_name_one_wait(
    names: Names, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a known name's look-up hangs, its old address is used soon, and then for seconds without a wait."""
    monkeypatch.setattr(module, "KEEP_SECONDS", 0.0)
    await names.resolve("a.example.com", 80)
    book.open.clear()
    monkeypatch.setattr(module, "FRESH_WITHIN", 0.01)
    monkeypatch.setattr(module, "KEEP_SECONDS", 5.0)
    assert await names.resolve("a.example.com", 80) == ["192.0.2.1"]
    assert names.recall("a.example.com") == ["192.0.2.1"]


async def test_a_name_that_gets_no_turn_is_left_for_ever_longer(
    names: Names, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a project's names hang, its next name is left longer each time, up to a limit."""
    book.open.clear()
    hang = [asyncio.create_task(names.resolve(f"{n}.example.com", 80, project="a")) for n in range(EACH)]
    await until(lambda: len(book.asked) == EACH)
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    rests = []
    for _ in range(3):
        with pytest.raises(NoTurn) as caught:
            await names.resolve("more.example.com", 80, project="a")
        rests.append(caught.value.rest)
    assert rests == sorted({*rests})
    monkeypatch.setattr(module, "LONGEST_REST", rests[-1])
    with pytest.raises(NoTurn) as caught:
        await names.resolve("more.example.com", 80, project="a")
    assert caught.value.rest == rests[-1]
    monkeypatch.undo()
    book.open.set()
    await asyncio.gather(*hang)
    assert await names.resolve("more.example.com", 80, project="a") == ["192.0.2.1"]


async def test_a_name_without_a_turn_is_never_a_failed_look_up(names: Names, book: Book) -> None:
    """An attempt that has less time than the wait for a turn is put off, too, and does not fail."""
    book.open.clear()
    hang = [asyncio.create_task(names.resolve(f"{n}.example.com", 80, project="a")) for n in range(EACH)]
    await asyncio.sleep(0)
    with pytest.raises(NoTurn):
        await names.resolve("more.example.com", 80, project="a", within=0.01)
    with pytest.raises(TimeoutError):
        await names.resolve("0.example.com", 80, project="a", within=0.01)
    book.open.set()
    await asyncio.gather(*hang)


async def test_a_name_that_another_project_waits_for_is_looked_up_in_ones_own_turn() -> None:
    """A project whose names hang does not hold up another project that calls one of the same hosts."""
    over = threading.Event()
    asked: list[str] = []

    def look_up(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        if host.startswith("slow"):
            over.wait(10)
        return ["192.0.2.1"]

    names = Names(look_up)
    slow = [names.resolve(f"slow-{number}.example.com", 80, project="a") for number in range(EACH)]
    hang = [asyncio.create_task(each) for each in (*slow, names.resolve("good.example.com", 80, project="a"))]
    await until(lambda: len(asked) == EACH)
    assert await names.resolve("good.example.com", 80, project="b") == ["192.0.2.1"]
    over.set()
    await asyncio.gather(*hang)
    names.close()


async def test_a_look_up_that_has_begun_is_shared_by_all_projects(names: Names, book: Book) -> None:
    """Projects that ask for the same host at the same time share its look-up, and its failure."""
    book.open.clear()
    asking = [asyncio.create_task(names.resolve("a.example.com", 80, project=project)) for project in "abc"]
    await until(lambda: len(book.asked) == 1)
    asking += [asyncio.create_task(names.resolve("a.example.com", 80, project="d"))]
    book.error = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    book.open.set()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(result) for result in results] == [socket.gaierror] * 4
    assert len(book.asked) == 1
