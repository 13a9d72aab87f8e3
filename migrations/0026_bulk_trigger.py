"""A bulk action may replay to a trigger that is named; NULL is each delivery's own."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big = db.field_types.get("BIGINT", "BIGINT")
    db.execute_sql(f'ALTER TABLE "bulk_action" ADD COLUMN "trigger_id" {big}')
