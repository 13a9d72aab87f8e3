"""Brings a database to the schema that this version of the server expects."""

from pathlib import Path
from typing import Any

from peewee import Database
from playhouse.migrations import Runner

from bellrope_server.errors import ServiceError


class SchemaTooNew(ServiceError):
    """This database was migrated by a newer version of bellrope; run that version, or restore a backup."""


def folder() -> Path:
    """Return the folder of the migrations: next to this file in the wheel, at the top in a checkout."""
    package = Path(__file__).parents[2]
    packaged = package / "migrations"
    return packaged if packaged.is_dir() else package.parents[1] / "migrations"


def pending(database: Database) -> list[str]:
    """Return the names of the migrations that the database lacks; raise SchemaTooNew for unknown ones."""
    status: list[Any] = _runner(database).status()
    unknown = [migration.name for migration in status if migration.path is None]
    if unknown:
        raise SchemaTooNew(f"{SchemaTooNew.__doc__} (it has {', '.join(unknown)})")
    return [migration.name for migration in status if not migration.applied]


def up(database: Database) -> list[str]:
    """Apply the pending migrations, in the caller's transaction if there is one, and return their names."""
    if not pending(database):
        return []
    applied: list[str] = _runner(database).up()
    return applied


def _runner(database: Database) -> Any:
    return Runner(database, directory=str(folder()))
