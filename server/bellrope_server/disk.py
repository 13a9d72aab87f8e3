"""Whether the disk that the database is on has space to spare."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

from bellrope_server import facts


class DiskSpace:
    """Knows of one file's disk whether it is short of space; says in the log when that changes."""

    def __init__(self, file: Path | None, *, least: int) -> None:
        """`least` is how many bytes have to be free; 0, or no file, asks for nothing."""
        self._folder = file and file.resolve().parent
        self._least = least
        self.short = False

    async def look(self) -> None:
        """Look how much is free, in a thread: a disk that hangs is somebody else's news."""
        if self._folder and self._least:
            with suppress(OSError):  # a folder that cannot be looked at: the commits will tell
                self._judge((await asyncio.to_thread(shutil.disk_usage, self._folder)).free)

    def _judge(self, free: int) -> None:
        short = free < self._least
        if short != self.short:
            self.short = short
            facts.say("disk.short" if short else "disk.recovered", free_bytes=free, least_bytes=self._least)
