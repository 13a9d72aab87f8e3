"""What an event that came as a CloudEvent says of itself, as JSON; null for all others."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "cloud_event" TEXT')
