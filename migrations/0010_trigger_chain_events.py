"""Whether a webhook's answer may queue events; it could not before."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "trigger" ADD COLUMN "chain_events" INTEGER DEFAULT FALSE NOT NULL')
