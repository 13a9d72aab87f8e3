"""The built files of the console, named by their content."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from bellrope_server.gateway.wire.kept_file import KeptFile

BUILT = "built"
KINDS = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def named(segments: tuple[str, ...]) -> KeptFile | None:
    """Return the file with this path in the built folder, or None if there is none."""
    return _read("/".join(segments)) if segments in _names() else None


@cache
def _names() -> frozenset[tuple[str, ...]]:
    return frozenset(_below(_folder(), ()))


def _below(folder: Traversable, above: tuple[str, ...]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for entry in folder.iterdir():
        path = (*above, entry.name)
        found += _below(entry, path) if entry.is_dir() else [path]
    return found


@cache
def _read(name: str) -> KeptFile:
    return KeptFile.of(KINDS[name.rpartition(".")[2]], _folder().joinpath(name).read_bytes())


def _folder() -> Traversable:
    return resources.files(__package__) / BUILT
