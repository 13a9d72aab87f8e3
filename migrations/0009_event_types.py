"""Types of events, with the schema that their data must satisfy."""

from peewee import BigAutoField, BigIntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class EventType(Model):
        id = BigAutoField()
        project_id = BigIntegerField()
        type = TextField()
        schema = TextField()
        json_schema = TextField()
        create_time = BigIntegerField()
        update_time = BigIntegerField()

        class Meta:
            database = db
            table_name = "event_type"

    db.create_tables([EventType])
    db.execute_sql('CREATE UNIQUE INDEX "event_type_name" ON "event_type" ("project_id", "type")')
