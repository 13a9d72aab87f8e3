"""Triggers, found by name or by the type of event they match."""

from peewee import BigAutoField, BigIntegerField, BooleanField, IntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class Trigger(Model):
        id = BigAutoField()
        project_id = BigIntegerField()
        name = TextField()
        type = TextField()
        url = TextField()
        retries = IntegerField()
        min_backoff = BigIntegerField()
        max_backoff = BigIntegerField()
        schedule = TextField()
        timeout = BigIntegerField()
        headers = TextField()
        secret = TextField(null=True)
        options = TextField()
        paused = BooleanField()
        disable_on_gone = BooleanField()
        max_in_flight = IntegerField(null=True)
        version = IntegerField()
        create_time = BigIntegerField()
        update_time = BigIntegerField()
        delete_time = BigIntegerField(null=True)
        swept = BooleanField()

        class Meta:
            database = db
            table_name = "trigger"

    db.create_tables([Trigger])
    db.execute_sql(
        'CREATE UNIQUE INDEX "trigger_name" ON "trigger" ("project_id", "name") WHERE "delete_time" IS NULL'
    )
    db.execute_sql(
        'CREATE INDEX "trigger_type" ON "trigger" ("project_id", "type") WHERE "delete_time" IS NULL'
    )
    db.execute_sql(
        'CREATE INDEX "trigger_unswept" ON "trigger" ("id") WHERE "delete_time" IS NOT NULL AND NOT "swept"'
    )
