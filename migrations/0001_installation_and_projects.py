"""Projects, and the installation that they are in."""

from peewee import BigAutoField, BigIntegerField, Model, TextField


def up(migrator, db):  # noqa: ANN001, ANN201
    class Installation(Model):
        id = BigAutoField()
        source = TextField()

        class Meta:
            database = db
            table_name = "installation"

    class Project(Model):
        id = BigAutoField()
        name = TextField()
        create_time = BigIntegerField()
        delete_time = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "project"

    db.create_tables([Installation, Project])
    db.execute_sql('CREATE UNIQUE INDEX "project_name" ON "project" ("name") WHERE "delete_time" IS NULL')
