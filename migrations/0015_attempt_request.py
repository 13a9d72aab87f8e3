"""What an attempt sent, and when there was a connection and the beginning of an answer."""


def up(migrator, db):  # noqa: ANN001, ANN201
    blob, big = (db.field_types.get(name, name) for name in ("BLOB", "BIGINT"))
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "request_url" TEXT')
    db.execute_sql(f'ALTER TABLE "attempt" ADD COLUMN "request_headers" {blob}')
    db.execute_sql('ALTER TABLE "attempt" ADD COLUMN "request_bytes" INTEGER')
    db.execute_sql(f'ALTER TABLE "attempt" ADD COLUMN "connect_duration" {big}')
    db.execute_sql(f'ALTER TABLE "attempt" ADD COLUMN "first_byte_duration" {big}')
