"""How often projects, triggers and event types were changed: nodes that remember them then look anew."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big = db.field_types.get("BIGINT", "BIGINT")
    db.execute_sql(f'CREATE TABLE "settings" ("id" {big} NOT NULL PRIMARY KEY, "version" {big} NOT NULL)')
    db.execute_sql('INSERT INTO "settings" VALUES (1, 0)')
