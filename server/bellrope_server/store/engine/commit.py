"""The shared commit: the writes of many callers in one transaction, by the one writing thread."""

import asyncio
import logging
import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import attrgetter
from time import perf_counter
from typing import Any, Generic, TypeVar

from msgspec import Struct

from bellrope_server.errors import DiskFull, ServiceError, StoreUnavailable, Unstorable
from bellrope_server.process import tuning
from bellrope_server.process.failure import say_failed
from bellrope_server.store.engine.crowd import Crowd, Load
from bellrope_server.store.engine.held import Held
from bellrope_server.store.engine.room import Room
from bellrope_server.store.engine.session import Database, Fault, Session
from bellrope_server.store.engine.turns import Turn
from bellrope_server.telemetry import metrics

A = TypeVar("A")
R = TypeVar("R")

log = logging.getLogger(__name__)

THREAD = "shared-commit"
MOST_IN_ONE_COMMIT = 512
TRIES = 5  # for conflicts with other nodes
SLOW = 0.05  # seconds: such a commit is logged at DEBUG
BY_TURN, BY_VERB = attrgetter("verb.turn"), attrgetter("verb")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verb(Generic[A, R]):
    """An operation of the store that runs for many callers at once.

    `run` takes all their arguments and returns one result for each. A refused caller gets a ServiceError as
    its result. `run` may change only the database and what `undo` reverts. `then` gets an argument and its
    result on the event loop once they are on disk, even if nobody awaits the result.
    """

    turn: Turn
    run: Callable[[Session, list[A]], list[R | ServiceError]]
    undo: Callable[[R], None] = field(default=lambda _result: None)
    then: Callable[[A, R], None] = field(default=lambda _argument, _result: None)


class Order(Struct, Generic[A, R], eq=False):
    """One caller's request, and where its result goes."""

    verb: Verb[A, R]
    argument: A
    future: "asyncio.Future[R]"
    weight: int
    result: R | ServiceError | None = None


class SharedCommit:
    """Runs verbs in a thread of its own and commits them together.

    When idle, it commits at once, unless what it has may be held. Orders that arrive during a commit gather
    for the next one. A commit costs the same however many share it. So while the processor is the
    bottleneck, it lets orders gather for some milliseconds: fewer commits then save more time than the wait
    costs. A result is handed out only after its commit is on disk. An error in one caller's data is returned
    to that caller alone. If the database fails, every caller in the commit gets UNAVAILABLE.
    """

    def __init__(
        self,
        database: Database,
        *,
        loop: asyncio.AbstractEventLoop,
        begun: Callable[[Session], None],
        ending: Callable[[Session], None],
        rolled_back: Callable[[], None],
        fatal: Callable[[str], None],
        room: Room,
    ) -> None:
        """These are called in the thread: `begun` when a transaction begins, `ending` when all its verbs have
        run, and `rolled_back` when it was rolled back.

        `fatal` is called when the disk cannot be trusted, or when the thread has died. `room` gets the number
        of waiting orders. Nothing is refused here: most orders must be carried out.
        """
        self._database = database
        self._loop = loop
        self._begun = begun
        self._ending = ending
        self._rolled_back = rolled_back
        self._fatal = fatal
        self._room = room
        self._orders: queue.SimpleQueue[Order[Any, Any] | None] = queue.SimpleQueue()
        self._held: Held[Order[Any, Any]] = Held(loop, self._orders.put)
        self._thread = threading.Thread(target=self._serve, name=THREAD, daemon=True)
        self._crowd = Crowd(self._orders.qsize, Load())
        self._left_open = False
        """True after a failed rollback. Nothing may be added to what it left."""
        self.failing = False
        self.commits = 0
        self.orders = 0

    def start(self) -> None:
        """Start the thread."""
        metrics.SERVICE_FAILURES.labels(THREAD)  # so that the metric shows 0
        self._thread.start()

    def stop(self) -> None:
        """Commit what waits, then end the thread and its connection. A second call does nothing."""
        if self._thread.is_alive():
            self._held.release()
            self._orders.put(None)
            self._thread.join()

    def submit(
        self, verb: Verb[A, R], argument: A, *, weight: int = 1, held: bool = False
    ) -> "asyncio.Future[R]":
        """Return a future of the verb's result. `weight` is its work in ordinary orders.

        If it may be `held` and no other order is under way, it waits for one for a moment, to share its
        commit.
        """
        future: asyncio.Future[R] = self._loop.create_future()
        order = Order(verb, argument, future, weight)
        room = self._room
        if held and room.ordered == room.answered + len(self._held.orders):
            room.ordered += weight
            self._held.hold(order)
            return future
        room.ordered += weight
        self._orders.put(order)
        if self._held.orders:
            self._held.join()  # after it: this order waits for no commit of theirs
        if self._crowd.gathering:
            self._crowd.joined()
        return future

    def _serve(self) -> None:
        """Commit until it must stop. Nothing can restart this thread, so an error that ends it is fatal."""
        tuning.name_thread(THREAD)
        try:
            self._keep_committing()
        except BaseException as error:
            if not self._loop.is_closed():  # otherwise the process is ending already
                say_failed(THREAD, error)
                self._fatal("the writing thread has died")

    def _keep_committing(self) -> None:
        session = self._database.writer()
        while orders := self._gather():
            self._commit(session, orders)
            self.commits += 1
            self.orders += len(orders)
            self._loop.call_soon_threadsafe(self._hand_out, orders)
        session.close()

    def _gather(self) -> list[Order[Any, Any]]:
        """Wait for one order, or a little longer in a crowd, then take all. An empty list means stop."""
        orders: list[Order[Any, Any]] = []
        weight = 0
        get, empty = self._orders.get, self._orders.empty
        order = get()
        self._crowd.gather()
        while order is not None:
            orders.append(order)
            weight += order.weight
            if weight >= MOST_IN_ONE_COMMIT or empty():
                break
            order = get()
        else:
            if orders:
                self._orders.put(None)
        self._crowd.came(len(orders))
        return orders

    def _commit(self, session: Session, orders: list[Order[Any, Any]], *, tries: int = TRIES) -> None:
        """Run the orders in one transaction. If one fails, run each half in a transaction of its own."""
        written = session.written
        try:
            self._transact(session, orders)
            if self.failing and session.written != written:
                self.failing = False
                log.warning("store.recovered")
        except Exception as error:
            self._retry_or_give_up(session, orders, error, tries=tries)

    def _retry_or_give_up(
        self, session: Session, orders: list[Order[Any, Any]], error: Exception, *, tries: int
    ) -> None:
        """Handle an error: try again, try smaller parts, or give the orders up."""
        known = isinstance(error, self._database.errors)
        fault = self._database.fault(error) if known else Fault.DATA
        if fault in (Fault.LOST, Fault.FULL, Fault.UNTRUSTED):
            self._lose(orders, error, fault)
        elif fault is Fault.AGAIN and tries:
            self._commit(session, orders, tries=tries - 1)
        elif len(orders) == 1:
            orders[0].result = _failed(error, _answer(fault) if known else ServiceError)
        else:
            middle = len(orders) // 2
            self._commit(session, orders[:middle])
            self._commit(session, orders[middle:])

    def _transact(self, session: Session, orders: list[Order[Any, Any]]) -> None:
        try:
            if self._left_open:
                session.rollback()
                self._left_open = False
            times = [perf_counter()]
            session.begin()
            times.append(perf_counter())
            self._begun(session)
            orders.sort(key=BY_TURN)
            for _, group in groupby(orders, key=BY_VERB):
                self._run(session, list(group))
            self._ending(session)
            times.append(perf_counter())
            session.commit()
            _say_if_slow(len(orders), [*times, perf_counter()])
        except BaseException:
            self._roll_back(session, orders)
            raise

    def _roll_back(self, session: Session, orders: list[Order[Any, Any]]) -> None:
        """Roll back a failed transaction. If the database cannot, still revert the changes in memory.

        The error that ended the transaction counts, not that of the rollback: it may be a failed fsync.
        """
        try:
            session.rollback()
        except Exception:
            self._left_open = True
            log.exception("store.rollback_failed")
        finally:
            self._undo(orders)
            self._rolled_back()

    @staticmethod
    def _run(session: Session, orders: list[Order[Any, Any]]) -> None:
        results = orders[0].verb.run(session, [order.argument for order in orders])
        for order, result in zip(orders, results, strict=True):
            order.result = result

    @staticmethod
    def _undo(orders: list[Order[Any, Any]]) -> None:
        for order in orders:
            if order.result is not None and not isinstance(order.result, ServiceError):
                order.verb.undo(order.result)
            order.result = None

    def _lose(self, orders: list[Order[Any, Any]], error: Exception, fault: Fault) -> None:
        metrics.DATABASE_FAILURES.labels("commit").inc()
        if not self.failing:  # logged once, not with each try until it recovers
            self.failing = True
            log.error("store.failed", extra={"error": str(error), "orders": len(orders)})
        for order in orders:
            order.result = DiskFull() if fault is Fault.FULL else StoreUnavailable()
        if fault is Fault.UNTRUSTED:
            self._fatal("the disk refused an fsync, so its content is unknown")

    def _hand_out(self, orders: list[Order[Any, Any]]) -> None:
        self._room.answered += sum(order.weight for order in orders)
        for order in orders:
            result, future = order.result, order.future
            if isinstance(result, ServiceError):
                if not future.done():
                    future.set_exception(result)
                continue
            try:
                order.verb.then(order.argument, result)
            except Exception:  # it is committed, so answer it, and the others too
                log.exception("store.hand_out_failed")
            if not future.done():
                future.set_result(result)


def _say_if_slow(orders: int, times: Sequence[float]) -> None:
    """Log where a slow commit spent its time: `times` are those at which its three parts began and ended."""
    if times[-1] - times[0] > SLOW and log.isEnabledFor(logging.DEBUG):
        parts = [round((end - begun) * 1000, 1) for begun, end in pairwise(times)]
        told = dict(zip(("begin_ms", "statements_ms", "commit_ms"), parts, strict=True))
        log.debug("store.slow_commit", extra={"orders": orders, **told})


def _answer(fault: Fault) -> type[ServiceError]:
    return Unstorable if fault is Fault.DATA else StoreUnavailable


def _failed(error: Exception, kind: type[ServiceError]) -> ServiceError:
    """Log our own or the database's error under an id, and return an error that has only the id."""
    failure_id = uuid.uuid4().hex
    if kind is StoreUnavailable:
        metrics.DATABASE_FAILURES.labels("commit").inc()
    log.exception("store.order_failed failure_id=%s", failure_id, exc_info=error)
    return kind(metadata={"failure_id": failure_id})
