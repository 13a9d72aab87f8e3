"""A bulk action says why it was started."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(f'ALTER TABLE "bulk_action" ADD COLUMN "reason" TEXT {by_bytes} NOT NULL DEFAULT \'\'')
