"""A project can be paused: its deliveries wait."""


def up(migrator, db):  # noqa: ANN001, ANN201
    boolean = db.field_types["BOOL"]
    db.execute_sql(f'ALTER TABLE "project" ADD COLUMN "paused" {boolean} NOT NULL DEFAULT FALSE')
