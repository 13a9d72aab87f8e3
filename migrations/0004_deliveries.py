"""Deliveries: what waits is found by its trigger and time, what is leased by its lease's end."""

from peewee import BigAutoField, BigIntegerField, IntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class Delivery(Model):
        id = BigAutoField()
        project_id = BigIntegerField()
        delivery_id = TextField()
        event_row = BigIntegerField()
        trigger_id = BigIntegerField()
        state = IntegerField()
        due_time = BigIntegerField()
        wake_time = BigIntegerField()
        expire_time = BigIntegerField(null=True)
        attempt_count = IntegerField()
        failure_count = IntegerField()
        lease = IntegerField()
        lease_until = BigIntegerField()
        lost_leases = IntegerField()
        reason = TextField()
        create_time = BigIntegerField()
        finish_time = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "delivery"

    db.create_tables([Delivery])
    for statement in (
        'CREATE UNIQUE INDEX "delivery_id" ON "delivery" ("delivery_id")',
        'CREATE INDEX "delivery_event" ON "delivery" ("event_row")',
        'CREATE INDEX "delivery_project" ON "delivery" ("project_id", "id")',
        'CREATE INDEX "delivery_waiting" ON "delivery" ("trigger_id", "wake_time") WHERE "state" = 1',
        'CREATE INDEX "delivery_leased" ON "delivery" ("lease_until") WHERE "state" = 2',
    ):
        db.execute_sql(statement)
