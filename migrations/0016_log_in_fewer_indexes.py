"""A trigger's deliveries and a type's events are found on the way along their project's.

An index by trigger or by type is written at as many places at once as there are triggers and types, and each
place costs every commit a page. An index by time alone grows at its end; what it names besides is read there.
"""


def up(migrator, db):  # noqa: ANN001, ANN201
    for statement in (
        'DROP INDEX "delivery_trigger"',
        'DROP INDEX "event_of_type"',
        'DROP INDEX "delivery_project"',
        'DROP INDEX "event_project"',
        'CREATE INDEX "delivery_project" ON "delivery" ("project_id", "create_time", "id", "trigger_id")',
        'CREATE INDEX "event_project" ON "event" ("project_id", "accept_time", "id", "type")',
    ):
        db.execute_sql(statement)
