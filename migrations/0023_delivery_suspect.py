"""Deliveries that lost a lease and wait are found apart from the others, which skip them in the index."""


def up(migrator, db):  # noqa: ANN001, ANN201
    for statement in (
        'DROP INDEX "delivery_waiting"',
        'CREATE INDEX "delivery_waiting" ON "delivery" ("trigger_id", "wake_time", "lost_leases") '
        'WHERE "state" = 1',
        'CREATE INDEX "delivery_suspect" ON "delivery" ("lost_leases", "wake_time") '
        'WHERE "state" = 1 AND "lost_leases" > 0',
    ):
        db.execute_sql(statement)
