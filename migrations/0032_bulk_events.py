"""A bulk action may send kept events to a trigger, and counts those that it had before or does not match."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big, boolean = db.field_types.get("BIGINT", "BIGINT"), db.field_types["BOOL"]
    for column in (
        f'"last_event" {big}',
        f'"forced" {boolean} NOT NULL DEFAULT FALSE',
        f'"again" {big} NOT NULL DEFAULT 0',
        f'"unmatched" {big} NOT NULL DEFAULT 0',
    ):
        db.execute_sql(f'ALTER TABLE "bulk_action" ADD COLUMN {column}')
