"""Bulk actions: found by their id, those that run first."""

from peewee import BigAutoField, BigIntegerField, IntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class BulkAction(Model):
        id = BigAutoField()
        project_id = BigIntegerField()
        bulk_id = TextField()
        action = IntegerField()
        state = IntegerField()
        wanted = TextField()
        rate = IntegerField()
        due_time = BigIntegerField(null=True)
        last_delivery = BigIntegerField()
        place_time = BigIntegerField(null=True)
        place_id = BigIntegerField(null=True)
        matched = BigIntegerField()
        done = BigIntegerField()
        skipped = BigIntegerField()
        create_time = BigIntegerField()
        update_time = BigIntegerField()
        finish_time = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "bulk_action"

    db.create_tables([BulkAction])
    for statement in (
        'CREATE UNIQUE INDEX "bulk_action_id" ON "bulk_action" ("bulk_id")',
        'CREATE INDEX "bulk_action_project" ON "bulk_action" ("project_id", "id")',
        'CREATE INDEX "bulk_action_running" ON "bulk_action" ("id") WHERE "state" = 1',
    ):
        db.execute_sql(statement)
