"""The log is read newest first by time: by project, trigger, state and type, and what matched nothing.

What succeeds at its first attempt is at no time in the indexes by state.
"""


def up(migrator, db):  # noqa: ANN001, ANN201
    for statement in (
        'CREATE INDEX "trigger_any_name" ON "trigger" ("project_id", "name")',
        'DROP INDEX "delivery_project"',
        'CREATE INDEX "delivery_project" ON "delivery" ("project_id", "create_time")',
        'CREATE INDEX "delivery_trigger" ON "delivery" ("trigger_id", "create_time")',
        'CREATE INDEX "delivery_project_state" ON "delivery" ("project_id", "state", "create_time") '
        'WHERE "state" NOT IN (2, 3)',
        'CREATE INDEX "delivery_trigger_state" ON "delivery" ("trigger_id", "state", "create_time") '
        'WHERE "state" NOT IN (2, 3)',
        'CREATE INDEX "event_project" ON "event" ("project_id", "accept_time")',
        'CREATE INDEX "event_of_type" ON "event" ("project_id", "type", "accept_time")',
        'CREATE INDEX "event_unmatched" ON "event" ("project_id", "accept_time") WHERE "delivery_count" = 0',
    ):
        db.execute_sql(statement)
