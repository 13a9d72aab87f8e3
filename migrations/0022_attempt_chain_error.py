"""Why a webhook's answer did not queue all the events that it asked for."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "chain_error" TEXT')
