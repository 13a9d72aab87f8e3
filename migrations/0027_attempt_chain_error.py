"""Why a webhook's answer did not queue all the events that it asked for."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(f'ALTER TABLE "attempt" ADD COLUMN "chain_error" TEXT {by_bytes}')
