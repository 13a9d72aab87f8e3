"""What an attempt sent, and when there was a connection and the beginning of an answer."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "request_url" TEXT')
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "request_headers" BLOB')
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "request_bytes" INTEGER')
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "connect_duration" INTEGER')
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "first_byte_duration" INTEGER')
