"""How many more events an event may lead to (NULL: as many as one may), and by how many that is divided."""


def up(migrator, db):  # noqa: ANN001, ANN201
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "chain_left" INTEGER')
    db.execute_sql('ALTER TABLE "event" ADD COLUMN "chain_parts" INTEGER')
