"""Which nodes are there: each says so now and then, because they keep the caps on attempts together."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big = db.field_types.get("BIGINT", "BIGINT")
    db.execute_sql(f'CREATE TABLE "node" ("id" TEXT NOT NULL PRIMARY KEY, "seen_time" {big} NOT NULL)')
