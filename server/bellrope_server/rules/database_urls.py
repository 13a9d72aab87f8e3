"""Which URLs name a database: sqlite:///PATH, or postgresql:// with a server."""

from pathlib import Path

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


def check(url: str) -> None:
    """Raise ValueError unless this is the URL of a database."""
    _check_user(url)
    if not is_postgres(url) and url.removeprefix(SQLITE) in (url, "", ":memory:"):
        raise ValueError("must be sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    if url.startswith(SQLITE) and "?" in url:  # it would begin a new file of that name
        raise ValueError("must be sqlite:///PATH without `?`: SQLite has no parameters here")


def check_postgres(url: str) -> None:
    """Raise ValueError unless this is a URL of PostgreSQL."""
    if not is_postgres(url):
        raise ValueError("must be postgresql://USER:PASSWORD@HOST/NAME")
    _check_user(url)


def is_postgres(url: str) -> bool:
    """Return whether a database is one that several processes can use."""
    return url.startswith(POSTGRES)


def path_of(url: str) -> Path | None:
    """Return the file of an SQLite database, or None for PostgreSQL.

    >>> str(path_of("sqlite:///data/bellrope.db"))
    'data/bellrope.db'
    """
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def _check_user(url: str) -> None:
    """Raise ValueError if part of a password would be taken for the host, which errors and logs show."""
    user, at, rest = url.removeprefix(POSTGRES[0]).removeprefix(POSTGRES[1]).partition("?")[0].partition("@")
    if is_postgres(url) and at and ("/" in user or "@" in rest):
        raise ValueError("has a password with @ or /; write them as %40 and %2F")
