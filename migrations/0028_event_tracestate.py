"""The tracestate that came with an event's traceparent."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(f'ALTER TABLE "event" ADD COLUMN "tracestate" TEXT {by_bytes}')
