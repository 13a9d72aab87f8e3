"""Events: each id once in a project."""

from peewee import BigAutoField, BigIntegerField, BlobField, BooleanField, IntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class Event(Model):
        id = BigAutoField()
        project_id = BigIntegerField()
        event_id = TextField()
        type = TextField()
        data = BlobField()
        accept_time = BigIntegerField()
        schedule_time = BigIntegerField(null=True)
        delay = BigIntegerField()
        due_time = BigIntegerField()
        expire_time = BigIntegerField(null=True)
        options = TextField()
        traceparent = TextField()
        sync = BooleanField()
        delivery_count = IntegerField()

        class Meta:
            database = db
            table_name = "event"

    db.create_tables([Event])
    db.execute_sql('CREATE UNIQUE INDEX "event_id" ON "event" ("project_id", "event_id")')
