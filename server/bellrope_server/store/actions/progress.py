"""How far a bulk action has come, and which node takes its steps."""

from dataclasses import asdict, dataclass

from bellrope_server.clock import Clock
from bellrope_server.ids import uuid7
from bellrope_server.model import BulkState, Micros
from bellrope_server.store.engine.schema import BulkActionRow, DeliveryRow, EventRow
from bellrope_server.store.engine.session import Named, Session
from bellrope_server.store.engine.sql import Statement, by_shape, compiled, literal, p
from bellrope_server.store.walks.pages import Place

B = BulkActionRow
OWNED: Micros = 5_000_000  # after each step

RUNNING = B.state == literal(BulkState.RUNNING)
FREE_ALL = compiled(B.update({B.owner_until: literal(0)}).where(RUNNING))
OWN = compiled(
    B.update({B.owner: p("node"), B.owner_until: p("until")}).where(
        B.id == p("id"), RUNNING, (B.owner == p("node")) | (B.owner_until <= p("now"))
    )
)
FIND = compiled(B.select().where(B.id == p("id")))
COUNTED = {
    B.done: p("done"),
    B.skipped: p("skipped"),
    B.again: p("again"),
    B.unmatched: p("unmatched"),
    B.update_time: p("now"),
}
CORRECT = compiled(
    B.update({B.done: B.done + p("count"), B.skipped: B.skipped - p("count")}).where(B.id == p("id"))
)
NOTE = compiled(B.update({B.place_time: p("time"), B.place_id: p("row"), **COUNTED}).where(B.id == p("id")))
NOTE_LAST = compiled(
    B.update({B.state: literal(BulkState.SUCCEEDED), B.finish_time: p("now"), **COUNTED}).where(
        B.id == p("id")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many deliveries or events were acted on, and how many were skipped.

    `again` is a part of `done`, and `unmatched` of `skipped`.
    """

    done: int = 0
    skipped: int = 0
    again: int = 0
    unmatched: int = 0

    def __add__(self, more: "Counts") -> "Counts":
        """Return the sums."""
        return Counts(
            done=self.done + more.done,
            skipped=self.skipped + more.skipped,
            again=self.again + more.again,
            unmatched=self.unmatched + more.unmatched,
        )


class Progress:
    """Reads and writes the progress of bulk actions. It belongs to the writing thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._node = uuid7()

    def free_all(self, session: Session) -> None:
        """Free every bulk action. No other node has the database, so all owners are dead."""
        session.run(FREE_ALL, {})

    def own(self, session: Session, id: int) -> Named | None:
        """Take or keep a running bulk action and return its row; None if it belongs to another node."""
        now = self._clock.steady()
        if not session.run(OWN, {"id": id, "node": self._node, "now": now, "until": now + OWNED}):
            return None
        return self.row(session, id)

    @staticmethod
    def row(session: Session, id: int) -> Named:
        """Return the row of a bulk action."""
        return session.rows(FIND, {"id": id})[0]

    @staticmethod
    def correct(session: Session, id: int, count: int) -> None:
        """Note that so many were acted on that a step had skipped."""
        session.run(CORRECT, {"id": id, "count": count})

    def note(self, session: Session, row: Named, counts: Counts, reached: Place | None) -> None:
        """Add the counts of a step, and write where the next one begins; without a place, it was the last."""
        so_far = Counts(**{kind: row[kind] for kind in asdict(counts)})
        values = asdict(so_far + counts) | {"id": row["id"], "now": self._clock.wall()}
        if reached is None:
            session.run(NOTE_LAST, values)
        else:
            session.run(NOTE, values | {"time": reached[0], "row": reached[1]})


def newest(session: Session, table: type[DeliveryRow] | type[EventRow]) -> int:
    """Return the id of the table's newest row; 0 if it is empty."""
    (id,) = session.one(_newest(table), {}) or (0,)
    return int(id)


@by_shape
def _newest(table: type[DeliveryRow] | type[EventRow]) -> Statement:
    return compiled(table.select(table.id).order_by(table.id.desc()).limit(literal(1)))


def place(row: Named) -> Place | None:
    """Return where the next step begins; None at the start."""
    return None if row["place_id"] is None else (row["place_time"], row["place_id"])
