"""Reads on connections that never write, while others write."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from bellrope_server.errors import StoreUnavailable, Unstorable
from bellrope_server.store.engine.session import Database, Fault
from bellrope_server.telemetry import metrics

R = TypeVar("R")

THREADS = 2
MOST_FOUND = 2 * THREADS  # results that are read or wait to be taken: each may have megabytes


class Readers:
    """Two threads, each with a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store-reader")
        self._turns = asyncio.Semaphore(MOST_FOUND)

    async def read(self, read: Callable[..., R], *arguments: Any) -> R:
        """Return the result of `read` with a session and these arguments; raise StoreUnavailable."""
        loop = asyncio.get_running_loop()
        async with self._turns:
            return await loop.run_in_executor(self._threads, self._read_here, read, arguments)

    def close(self) -> None:
        """End the threads when all pending reads are done."""
        self._threads.shutdown()

    def _read_here(self, read: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        try:
            return self._read_connected(read, arguments)
        except self._database.errors as error:
            if self._database.fault(error) is Fault.DATA:
                raise Unstorable from None
            metrics.DATABASE_FAILURES.labels("read").inc()
            logging.getLogger(__name__).exception("store.read_failed")
            raise StoreUnavailable("The database cannot be read at the moment. Try again.") from None

    def _read_connected(self, read: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        """Read, and read again if the connection had died while it was idle."""
        try:
            return read(self._database.reader(), *arguments)
        except self._database.errors as error:
            if self._database.fault(error) is not Fault.LOST:
                raise
            return read(self._database.reader(), *arguments)
