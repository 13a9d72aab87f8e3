"""A week of a project's counts, written into a server's SQLite file: what a new server cannot have yet."""

import math
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bellrope_server.clock import DAY, HOUR, MINUTE, Micros
from bellrope_server.rules import histograms
from bellrope_server.store.statistics.outcomes import ACCEPTED, DUE, SCHEDULED

NODE = 4711  # not that of the server, which goes on counting
MINUTES = 25 * HOUR  # in minutes; before that there are hours
DRAWN = 20  # attempts that stand for all of their time
OK, UNAVAILABLE, TOO_MANY, TIMEOUT = 200, 1503, 1429, 3000
"""How attempts ended, as the store numbers it."""

Row = tuple[int, int, Micros, Micros, int, int, int, bytes]
INSERT = """INSERT INTO statistic
(project_id, trigger_id, start_time, length, outcome, node, count, counts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


def write(database: Path, project: str, *, most: int = 10) -> None:
    """Count a week of attempts of the first triggers of a project; its warehouse was down a while ago."""
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        (project_id,) = connection.execute('SELECT id FROM "project" WHERE name = ?', (project,)).fetchone()
        find = 'SELECT id, name FROM "trigger" WHERE project_id = ? ORDER BY id LIMIT ?'
        found = connection.execute(find, (project_id, most))
        rows = list(_rows(project_id, dict(found.fetchall())))
        connection.executemany(INSERT, rows)


def _rows(project_id: int, triggers: dict[int, str]) -> Iterator[Row]:
    chance = random.Random(4)
    now = time.time_ns() // 1000
    for start, length in _steps(now):
        accepted = round(_load(now - start) * length / MINUTE * chance.uniform(0.9, 1.1))
        yield _row(project_id, 0, start, length, ACCEPTED, accepted)
        everything: dict[int, int] = {}
        for trigger_id, name in triggers.items():
            age = now - start
            for outcome, counts in (_attempts(chance, name, accepted, age=age) | _waiting(name, age)).items():
                yield _row(project_id, trigger_id, start, length, outcome, counts)
                everything[outcome] = everything.get(outcome, 0) + counts
        for outcome, counts in everything.items():
            yield _row(project_id, 0, start, length, outcome, counts)


def _waiting(name: str, age: Micros) -> dict[int, int]:
    """What waited: reminders for the next hour, and what the warehouse could not take while it was down."""
    if name != "warehouse":
        return {SCHEDULED: round(_load(age) * 4)} if name == "mailer" else {}
    down, behind = max(0, 32 - age // MINUTE), max(0, age // MINUTE - 6)
    due = 9 * min(down, 2 * behind)
    return {DUE: due, SCHEDULED: due + 4 * min(down, 8)} if due else {}


def _row(project: int, trigger: int, start: Micros, length: Micros, outcome: int, counts: int) -> Row:
    packed = histograms.packed(counts)
    return project, trigger, start, length, outcome, NODE, histograms.total(counts), packed


def _steps(now: Micros) -> Iterator[tuple[Micros, Micros]]:
    """The hours of a week, and the minutes of the last day."""
    turn = now - MINUTES
    turn -= turn % HOUR
    yield from ((start, HOUR) for start in range(turn - 6 * DAY, turn, HOUR))
    yield from ((start, MINUTE) for start in range(turn, now - now % MINUTE, MINUTE))


def _load(age: Micros) -> float:
    """Events a minute: a day with a morning, an evening and a night; it is afternoon now."""
    hour = 16 - age % DAY / HOUR
    return 30 + 22 * math.sin((hour - 7) / 24 * 2 * math.pi) + 8 * math.sin((hour - 3) / 12 * 2 * math.pi)


def _attempts(chance: random.Random, name: str, accepted: int, *, age: Micros) -> dict[int, int]:
    share = {"audit": 1.0, "mailer": 0.6, "billing": 0.3, "warehouse": 0.25}.get(name, 0.1)
    down = name == "warehouse" and 14 * MINUTE < age < 32 * MINUTE
    slow = {"billing": 7.0, "pricing": 3.0}.get(name, 1.0)
    found: dict[int, int] = {}
    wanted = round(accepted * share)
    alike = max(1, wanted // DRAWN)
    for _ in range(wanted // alike):
        lot = chance.random()
        outcome = OK if lot > 0.02 else TOO_MANY if lot > 0.004 else UNAVAILABLE
        if down:
            outcome = UNAVAILABLE if lot > 0.2 else TIMEOUT
        took = 10_000_000 if outcome == TIMEOUT else round(slow * chance.lognormvariate(10.6, 0.7))
        late = round(chance.lognormvariate(8, 1.2)) * (40 if down else 1)
        dead = outcome != OK and chance.random() < 0.05
        found[outcome] = found.get(outcome, 0) + alike * histograms.counted(took, late, dead=dead)
    return found
