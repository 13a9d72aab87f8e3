"""Text is compared and ordered by its bytes, whatever the locale of the database, as SQLite always does.

No row is written again. The indexes that have a text column are built again, and the table is locked
meanwhile.
"""

from peewee import PostgresqlDatabase

OURS = (
    "installation",
    "project",
    "trigger",
    "event_type",
    "event",
    "delivery",
    "attempt",
    "bulk_action",
    "retention",
    "settings",
    "node",
)
BY_LOCALE = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = ANY(%s)
      AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
    ORDER BY table_name, ordinal_position
"""


def up(migrator, db):  # noqa: ANN001, ANN201
    if not isinstance(db, PostgresqlDatabase):
        return
    changes = {}
    for table, column in db.execute_sql(BY_LOCALE, (list(OURS),)).fetchall():
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE text COLLATE "C"')
    for table, columns in changes.items():
        db.execute_sql(f'ALTER TABLE "{table}" {", ".join(columns)}')
