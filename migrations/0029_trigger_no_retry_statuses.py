"""The statuses of an answer after which a trigger's deliveries are not retried."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    db.execute_sql(
        f'ALTER TABLE "trigger" ADD COLUMN "no_retry_statuses" TEXT {by_bytes} DEFAULT \'[]\' NOT NULL'
    )
