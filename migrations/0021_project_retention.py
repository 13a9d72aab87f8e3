"""A project may say itself how long it keeps what is finished; NULL is what the server says."""


def up(migrator, db):  # noqa: ANN001, ANN201
    big = db.field_types.get("BIGINT", "BIGINT")
    for kind in ("succeeded", "dead_letters", "attempts", "unmatched"):
        db.execute_sql(f'ALTER TABLE "project" ADD COLUMN "retain_{kind}" {big}')
