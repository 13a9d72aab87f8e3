"""Attempts: the log of what was sent and what came back."""

from peewee import BigAutoField, BigIntegerField, BlobField, BooleanField, IntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class Attempt(Model):
        id = BigAutoField()
        delivery_row = BigIntegerField()
        number = IntegerField()
        start_time = BigIntegerField()
        duration = BigIntegerField()
        status_code = IntegerField()
        error = IntegerField()
        response_headers = TextField()
        response_body = BlobField()
        truncated = BooleanField()
        next_attempt_time = BigIntegerField(null=True)
        late = BooleanField()

        class Meta:
            database = db
            table_name = "attempt"

    db.create_tables([Attempt])
    db.execute_sql('CREATE UNIQUE INDEX "attempt_number" ON "attempt" ("delivery_row", "number")')
