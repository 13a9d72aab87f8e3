"""What waits is listed by its due time, of all triggers of a project together."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql(
        'CREATE INDEX "delivery_due" ON "delivery" ("project_id", "due_time", "id", "trigger_id") '
        'WHERE "state" = 1'
    )
