"""Attempts keep why the proxy made no tunnel."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "proxy_reason" INTEGER NOT NULL DEFAULT 0')
