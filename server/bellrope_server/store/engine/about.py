"""What a database says of itself."""

from dataclasses import dataclass

from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import Statement, plain

SIZE = Statement(
    sqlite="SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    postgres="SELECT pg_database_size(current_database())",
)
SCHEMA = plain("SELECT max(name) FROM schema_migration")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A database's size in bytes, and the newest migration that it has."""

    size: int
    schema_version: str


def about(session: Session) -> About:
    """Ask the database."""
    (size,), (schema_version,) = (session.all(each, {})[0] for each in (SIZE, SCHEMA))
    return About(size=int(size), schema_version=str(schema_version))
