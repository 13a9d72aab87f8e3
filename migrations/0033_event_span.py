"""The span that accepted an event, if its server traces: the parent of its attempts."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(f'ALTER TABLE "event" ADD COLUMN "span" TEXT {by_bytes}')
