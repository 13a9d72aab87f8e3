"""Attempts keep why TLS failed."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "tls_reason" INTEGER NOT NULL DEFAULT 0')
