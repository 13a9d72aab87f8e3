"""The newest rows that were removed: ids are counted on from them, so that none is used twice."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql(
        'CREATE TABLE "retention" ("id" INTEGER NOT NULL PRIMARY KEY, '
        '"last_event" INTEGER NOT NULL, "last_delivery" INTEGER NOT NULL)'
    )
    db.execute_sql('INSERT INTO "retention" VALUES (1, 0, 0)')
