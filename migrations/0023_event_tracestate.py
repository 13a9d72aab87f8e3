"""The tracestate that came with an event's traceparent."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "tracestate" TEXT')
