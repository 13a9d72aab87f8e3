"""The newest rows that were removed: ids are counted on from them, so that none is used twice."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big = db.field_types.get("BIGINT", "BIGINT")
    db.execute_sql(
        f'CREATE TABLE "retention" ("id" {big} NOT NULL PRIMARY KEY, '
        f'"last_event" {big} NOT NULL, "last_delivery" {big} NOT NULL)'
    )
    db.execute_sql('INSERT INTO "retention" VALUES (1, 0, 0)')
