"""The schema: models and migrations agree, and what runs for every event finds its rows by an index."""

import re
from types import ModuleType

import apsw
import pytest
from bellrope_server.store.actions import act, transitions
from bellrope_server.store.engine import migrate
from bellrope_server.store.engine.schema import TABLES
from bellrope_server.store.engine.sql import Insert, Statement
from bellrope_server.store.engine.sqlite import Embedded
from bellrope_server.store.intake import dead_letter, queue, same_id
from bellrope_server.store.leases import claim, orphans, record, rescue, suspects, triggers
from bellrope_server.store.statistics import tally
from integration.store.rig import Sqlite

MODULES = (
    *(claim, triggers, suspects, rescue, orphans, queue, same_id, record, act, transitions, dead_letter),
    tally,
)

INDEXES = {
    "FIND_DUE": "USING INDEX delivery_waiting (trigger_id=? AND wake_time<?)",
    "FIND_NEXT_WAKE": "USING COVERING INDEX delivery_waiting (trigger_id=?)",
    "CANCEL_SOME": "USING COVERING INDEX delivery_waiting (trigger_id=?)",
    "FIND_LOST": "USING INDEX delivery_leased (lease_until<?)",
    "END_ALL": "delivery_leased",
    "FIND_SUSPECTS": "USING INDEX delivery_suspect (lost_leases>?)",
    "WAITING": "delivery_suspect",
    "BEING_SENT": "USING INDEX delivery_leased (lease_until>?)",
    "FIND_UNSWEPT": "trigger_unswept",
    "FIND_SAME_ID": "USING INDEX event_id (project_id=? AND event_id=?)",
    "FIND_DELIVERY": "USING INDEX delivery_id (delivery_id=?)",
    "FIND_CURRENT": "USING INTEGER PRIMARY KEY (rowid=?)",
    "SETTLE": "USING INTEGER PRIMARY KEY (rowid=?)",
    "LEASE": "USING INTEGER PRIMARY KEY (rowid=?)",
    "RELEASE": "USING INTEGER PRIMARY KEY (rowid=?)",
    "FIND": "USING INDEX statistic_of (project_id=? AND trigger_id=? AND start_time=? AND length=?",
    "FIND_DEAD_LETTER": "USING INDEX attempt_number (delivery_row=?)",
}
SMALL = ("json_each", "delivery_leased", "trigger_unswept")  # as long as a batch, or as what is under way


def statements(module: ModuleType) -> dict[str, str]:
    """Return the module's compiled statements by name."""
    kinds = (Statement, Insert)
    return {name: value.sqlite for name, value in vars(module).items() if isinstance(value, kinds)}


AT_START = ("FIND_WAITING",)  # as long as there are triggers
HOT = {name: text for module in MODULES for name, text in statements(module).items() if name not in AT_START}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """A database as the migrations make it."""
    sqlite = Sqlite(tmp_path_factory.mktemp("migrated"))
    sqlite.migrate()
    return sqlite


def plan(database: Sqlite, statement: str) -> list[str]:
    """Return the steps in which the database runs the statement."""
    values = dict.fromkeys(re.findall(r":(\w+)", statement))
    connection = apsw.Connection(str(database.path))
    try:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    finally:
        connection.close()


def slow(steps: list[str]) -> list[str]:
    """Return the steps that take longer the more rows there are: those without an index, scans, and sorts."""
    found = [step for step in steps if not re.match("(SEARCH .*USING|LIST|CORRELATED)", step)]
    return [step for step in found if not any(word in step for word in SMALL)]


def columns(database: Embedded, table: str) -> list[tuple[object, ...]]:
    """Return the columns of a table in the database, in order."""
    found = database.get_columns(table)
    return [(each.name, each.data_type, each.null, each.primary_key, each.default) for each in found]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.table_name)
def test_a_model_is_what_the_migrations_made(migrated: Sqlite, model: type) -> None:
    """Every table has the columns of its model: the same names, types and nulls, in the same order."""
    table = model._meta.table_name  # type: ignore[attr-defined]
    drawn = Embedded(":memory:")
    with drawn.bind_ctx([model]), drawn:
        drawn.create_tables([model])
        expected = columns(drawn, table)
    with Embedded(str(migrated.path)) as database:
        assert columns(database, table) == expected


def test_every_table_has_a_model(migrated: Sqlite) -> None:
    """The migrations create the tables of the models, and no others but their own."""
    with Embedded(str(migrated.path)) as database:
        tables = set(database.get_tables())
    assert tables - {"schema_migration"} == {model._meta.table_name for model in TABLES}


def test_migrating_again_does_nothing(migrated: Sqlite) -> None:
    """A database that is up to date stays unchanged."""
    with Embedded(str(migrated.path)) as database:
        assert migrate.pending(database) == []
        assert migrate.up(database) == []


@pytest.mark.parametrize("name", HOT)
def test_no_hot_statement_reads_a_whole_table(migrated: Sqlite, name: str) -> None:
    """Statements that run for every event take the same time however many rows there are."""
    assert slow(plan(migrated, HOT[name])) == []


@pytest.mark.parametrize("name", INDEXES)
def test_a_hot_statement_uses_its_index(migrated: Sqlite, name: str) -> None:
    """Due, leased and duplicate rows are found by the index that was made for them."""
    assert INDEXES[name] in "\n".join(plan(migrated, HOT[name]))


def test_a_statement_without_an_index_would_be_seen(migrated: Sqlite) -> None:
    """The control: a query on a column without an index is a scan; a partial index needs its condition."""
    text = HOT["FIND_DUE"]
    without_state = text.replace('AND ("t1"."state" = 1)', "")
    bound_state = text.replace('"state" = 1', '"state" = :state')
    other_order = text.replace('ORDER BY "t1"."wake_time"', 'ORDER BY "t1"."due_time"')
    assert slow(plan(migrated, text)) == []
    assert [bool(slow(plan(migrated, each))) for each in (without_state, bound_state, other_order)] == [
        True
    ] * 3
