"""Which delivery's answer queued an event, and how many such steps lie behind it."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "cause" TEXT')
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "hop" INTEGER DEFAULT 0 NOT NULL')
