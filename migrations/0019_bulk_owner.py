"""Which node does a bulk action, and until when it is that node's alone."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big = db.field_types.get("BIGINT", "BIGINT")
    db.execute_sql('ALTER TABLE "bulk_action" ADD COLUMN "owner" TEXT')
    db.execute_sql(f'ALTER TABLE "bulk_action" ADD COLUMN "owner_until" {big} NOT NULL DEFAULT 0')
