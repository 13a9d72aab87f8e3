"""The built files of the console, as a browser gets them: compressed once, and named by their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

BUILT = "built"
KINDS = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file with its type and its mark (RFC 9110, 8.8.3), as it is and in gzip."""

    kind: str
    body: bytes
    gzipped: bytes
    mark: str


def named(segments: tuple[str, ...]) -> File | None:
    """Return the file with this path in the built folder, or None if there is none."""
    return _read("/".join(segments)) if segments in _names() else None


def made(kind: str, body: bytes) -> File:
    """Return a file with this content."""
    return File(kind, body, gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:32])


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
def _read(name: str) -> File:
    return made(KINDS[name.rpartition(".")[2]], _folder().joinpath(name).read_bytes())


def _folder() -> Traversable:
    return resources.files(__package__) / BUILT
