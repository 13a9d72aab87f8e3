"""Full disks."""

from contextlib import suppress
from pathlib import Path


def fill(ballast: Path) -> None:
    """Fill the rest of a file system."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
