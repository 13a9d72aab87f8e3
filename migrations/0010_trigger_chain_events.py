"""Whether a webhook's answer may queue events; it could not before."""


def up(migrator, db):  # noqa: ANN001, ANN201
    boolean = db.field_types["BOOL"]
    db.execute_sql(f'ALTER TABLE "trigger" ADD COLUMN "chain_events" {boolean} DEFAULT FALSE NOT NULL')
