"""How far a bulk action has come, and which node takes its steps."""

from dataclasses import asdict, dataclass
from typing import Any

from bellrope_server.clock import Clock
from bellrope_server.ids import uuid7
from bellrope_server.model import BulkState, Micros
from bellrope_server.store.engine.schema import BulkActionRow, DeliveryRow, EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.walks.pages import Place

B = BulkActionRow
OWNED: Micros = 5_000_000  # after each step


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
        session.query(B.update(owner_until=0).where(B.state == int(BulkState.RUNNING)))

    def own(self, session: Session, id: int) -> dict[str, Any] | None:
        """Take or keep a running bulk action and return its row; None if it belongs to another node."""
        now = self._clock.steady()
        mine = (B.owner == self._node) | (B.owner_until <= now)
        owned = B.update(owner=self._node, owner_until=now + OWNED)
        if not session.query(owned.where(B.id == id, B.state == int(BulkState.RUNNING), mine)):
            return None
        row: dict[str, Any] = session.query(B.select().where(B.id == id))[0]
        return row

    def note(self, session: Session, row: dict[str, Any], counts: Counts, reached: Place | None) -> None:
        """Add the counts of a step, and write where the next one begins; without a place, it was the last."""
        now = self._clock.wall()
        so_far = Counts(**{kind: row[kind] for kind in asdict(counts)})
        values: dict[str, Any] = asdict(so_far + counts) | {"update_time": now}
        if reached is None:
            values |= {"state": int(BulkState.SUCCEEDED), "finish_time": now}
        else:
            values |= {"place_time": reached[0], "place_id": reached[1]}
        session.query(B.update(values).where(B.id == row["id"]))


def newest(session: Session, table: type[DeliveryRow] | type[EventRow]) -> int:
    """Return the id of the table's newest row; 0 if it is empty."""
    found = session.query(table.select(table.id).order_by(table.id.desc()).limit(1))
    return int(found[0]["id"]) if found else 0


def place(row: dict[str, Any]) -> Place | None:
    """Return where the next step begins; None at the start."""
    return None if row["place_id"] is None else (row["place_time"], row["place_id"])
