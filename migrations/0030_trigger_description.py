"""What a trigger is for, in the words of who made it."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(f'ALTER TABLE "trigger" ADD COLUMN "description" TEXT {by_bytes} DEFAULT \'\' NOT NULL')
