"""A trigger's filter: an expression in CEL; null is none."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "trigger" ADD COLUMN "filter" TEXT')
