"""How a trigger's webhook gets its events; 1 is the documented body, as it was for all before."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "trigger" ADD COLUMN "encoding" INTEGER DEFAULT 1 NOT NULL')
