"""How much free space an embedded database has, and how large its write-ahead log is."""

import asyncio
import shutil
from contextlib import suppress
from math import inf
from pathlib import Path

from bellrope_server.process.service import Service
from bellrope_server.store.engine.file import real
from bellrope_server.store.engine.room import Space
from bellrope_server.telemetry import facts

LOOK_EVERY = 0.5  # seconds
LARGE_LOG = 64 * 1024 * 1024  # bytes: sixteen times its size while no reader holds it up


class DiskSpace:
    """Checks whether one file's disk is short of space. Logs when that changes."""

    def __init__(self, file: Path | None, space: Space, *, least: int) -> None:
        """`least` bytes must be free; 0, or no file, turns the check off. `space` gets the result."""
        self._space = space
        file = file and real(file)
        self._folder = file and file.parent
        self._log = file and file.with_name(f"{file.name}-wal")
        self._least = least
        self._large = False
        self.service = Service("disk", self._turn, period=LOOK_EVERY)
        self.log_bytes = 0
        """The size of the database's write-ahead log, in bytes."""
        self.free = 0
        """The free bytes on the disk; 0 if there is no file."""

    async def _turn(self) -> float:
        """Check the free space in a thread: a disk that hangs must not hold up the loop."""
        if not self._folder:
            return inf
        with suppress(OSError):  # if the folder cannot be read, the commits will show what is wrong
            self.free, self.log_bytes = await asyncio.to_thread(self._sizes, self._folder)
            self._judge(self.free)
        return LOOK_EVERY

    def _sizes(self, folder: Path) -> tuple[int, int]:
        log = self._log.stat().st_size if self._log and self._log.exists() else 0
        return shutil.disk_usage(folder).free, log

    def _judge(self, free: int) -> None:
        short = bool(self._least) and free < self._least
        if short != self._space.short:
            self._space.note(short=short)
            facts.say("disk.short" if short else "disk.recovered", free_bytes=free, least_bytes=self._least)
        large = self.log_bytes > LARGE_LOG
        if large != self._large:
            self._large = large
            facts.say("wal.large" if large else "wal.recovered", wal_bytes=self.log_bytes, most=LARGE_LOG)
