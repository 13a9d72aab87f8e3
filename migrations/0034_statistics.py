"""Attempts and accepted events are counted by the minute, and attempts are found by the time of their end.

An attempt keeps the trigger that it was for: a replay may give its delivery to another one later.
"""


def up(migrator, db):  # noqa: ANN001, ANN201
    types = db.field_types
    id, big, blob = types["BIGAUTO"], types.get("BIGINT", "BIGINT"), types.get("BLOB", "BLOB")
    for statement in (
        f'CREATE TABLE "statistic" ("id" {id} NOT NULL PRIMARY KEY, "project_id" {big} NOT NULL, '
        f'"trigger_id" {big} NOT NULL, "start_time" {big} NOT NULL, "length" {big} NOT NULL, '
        f'"outcome" INTEGER NOT NULL, "node" {big} NOT NULL, "count" {big} NOT NULL, '
        f'"counts" {blob} NOT NULL)',
        'CREATE UNIQUE INDEX "statistic_of" ON "statistic" '
        '("project_id", "trigger_id", "start_time", "length", "outcome", "node")',
        'CREATE INDEX "statistic_age" ON "statistic" ("length", "start_time")',
        f'ALTER TABLE "attempt" ADD COLUMN "trigger_id" {big}',
        'CREATE INDEX "attempt_end" ON "attempt" (("start_time" + "duration"), "id")',
    ):
        db.execute_sql(statement)
