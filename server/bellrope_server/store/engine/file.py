"""The file of an SQLite database: it has one name, which one process uses.

SQLite finds its write-ahead log by the database's name. Two names for one file mean two logs, and each loses
what the other has. No lock helps against that.
"""

import fcntl
import os
import re
import stat
import struct
from pathlib import Path
from typing import IO

from bellrope_server.store.engine.session import StoreInUse, StoreUnusable, Whereabouts

MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(r"\\([0-7]{3})")  # how proc_pid_mountinfo(5) writes spaces
# A lock on one byte far beyond those that SQLite locks, for as long as our descriptor is open: struct flock
# of fcntl_locking(2).
_WHOLE_LIFE = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 2**62, 1, 0)


def real(path: Path) -> Path:
    """Return the one path that a database's other paths lead to through symbolic links."""
    return Path(os.path.realpath(path))


def unusable(path: Path) -> str | None:
    """Return why this is no file of one name, and what to do; None if it is."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file. Give the path of a file, or of one that does not exist yet"
    if (names := found.st_nlink) > 1:
        return (
            f"it has {names} names (hard links), and SQLite keeps a log beside each. "
            f"Keep one name and remove the others: find -samefile {path}"
        )
    if str(path) in _mounted():
        return (
            "it is mounted as a single file, and SQLite would keep its log outside the mount. "
            f"Mount its folder instead, at {path.parent}"
        )
    return None


def _mounted() -> set[str]:
    """Return where something is mounted, as far as the system shows it."""
    try:
        lines = MOUNTS.read_text().splitlines()
    except OSError:
        return set()
    return {_OCTAL.sub(lambda code: chr(int(code[1], 8)), line.split()[4]) for line in lines}


class DatabaseFile:
    """A file that this process alone uses as a database, from its creation here to `let_go`."""

    def __init__(self, path: Path) -> None:
        """Take the file at a real path; raise StoreInUse, StoreUnusable or OSError."""
        self.path = path
        # It holds secrets. SQLite creates its other files with the same mode.
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+", buffering=0)
        try:
            if why := unusable(path):
                raise StoreUnusable(f"{path} cannot be used as the database: {why}")
            self._lock = _locked(path, self._file.fileno())
        except BaseException:
            self._file.close()
            raise

    def let_go(self) -> None:
        """Release the locks. SQLite must have closed the file: this ends its locks, too."""
        self._lock.close()
        self._file.close()

    def whereabouts(self) -> Whereabouts:
        """Return where the file is now."""
        ours = os.fstat(self._file.fileno())
        if ours.st_nlink == 0:
            return Whereabouts.DELETED
        try:
            there = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return Whereabouts.MOVED
        if not os.path.samestat(ours, there):
            return Whereabouts.MOVED
        return Whereabouts.LINKED if ours.st_nlink > 1 else Whereabouts.IN_PLACE


def _locked(path: Path, file: int) -> IO[bytes]:
    """Lock the name, by a file next to it, and the file itself, which may have been renamed while in use."""
    lock = path.with_name(path.name + ".lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if hasattr(fcntl, "F_OFD_SETLK"):
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, _WHOLE_LIFE)
    except BlockingIOError:
        lock.close()
        raise StoreInUse(
            f"Another server has {path} open; stop it, or give --database another path."
        ) from None
    return lock
