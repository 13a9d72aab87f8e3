"""What each node is called and which version it runs, for people who look at all of them."""

from peewee import PostgresqlDatabase


def up(migrator, db):  # noqa: ANN001, ANN201
    by_bytes = 'COLLATE "C"' if isinstance(db, PostgresqlDatabase) else ""
    for column in ("name", "version"):
        db.execute_sql(f'ALTER TABLE "node" ADD COLUMN "{column}" TEXT {by_bytes} NOT NULL DEFAULT \'\'')
