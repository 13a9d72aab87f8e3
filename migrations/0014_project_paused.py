"""A project can be paused: its deliveries wait."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "project" ADD COLUMN "paused" INTEGER NOT NULL DEFAULT 0')
