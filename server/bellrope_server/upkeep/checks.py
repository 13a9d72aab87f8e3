"""What may be wrong with a machine or with a server's settings: each check costs milliseconds at most."""

import platform
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from bellrope_server.config import Config

OLDEST_SQLITE = (3, 51, 3)  # before this version a reset of the write-ahead log could lose commits
LITTLE, TOO_LITTLE = 1024**3, 100 * 1024**2  # bytes of free disk
EARLIEST = 1_767_225_600  # 2026-01-01: an earlier clock was never set
SPARE_FILES = 256


class Level(Enum):
    """How a check ended."""

    OK = auto()
    WARNING = auto()
    FAILURE = auto()


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check: its level, its name, what was found, and what to do if it is not OK."""

    level: Level
    name: str
    sentence: str
    to_do: str = ""

    @property
    def whole(self) -> str:
        """What was found and what to do, as one sentence."""
        return f"{self.sentence}: {self.to_do}" if self.to_do else self.sentence


def of_settings(settings: Config) -> Iterator[Check]:
    """Check what a server with these settings meets on this machine, but for its database and network."""
    yield key(settings)
    yield egress(settings)
    yield certificates()
    yield files(settings)


def python() -> Check:
    """Return the version of Python."""
    return Check(Level.OK, "python", platform.python_version())


def sqlite() -> Check:
    """Check the version of SQLite."""
    from bellrope_server.store.engine.examine import sqlite_version

    version = sqlite_version()
    if tuple(map(int, version.split("."))) < OLDEST_SQLITE:
        return Check(Level.FAILURE, "sqlite", f"{version} can lose commits", "install a newer `apsw`")
    return Check(Level.OK, "sqlite", version)


def clock() -> Check:
    """Check that the clock was set."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if time.time() < EARLIEST:
        to_do = "set it, because events are due by it"
        return Check(Level.FAILURE, "clock", f"{now} cannot be right", to_do)
    return Check(Level.OK, "clock", now)


def key(settings: Config) -> Check:
    """Check that callers need a key."""
    if settings.admin_key is None:
        why = "none, so everyone on this machine can call it"
        return Check(Level.WARNING, "key", why, "set BELLROPE_ADMIN_KEY")
    return Check(Level.OK, "key", f"set, {len(settings.admin_key)} characters")


def egress(settings: Config) -> Check:
    """Return where webhooks may go."""
    allowed = settings.egress_allow
    if allowed is None:
        allowed = () if settings.admin_key else ("loopback",)
    return Check(Level.OK, "egress", f"public addresses{''.join(f', {each}' for each in allowed)}")


def certificates() -> Check:
    """Check that there are certificates to check https webhooks with."""
    from bellrope_server.outbound.trust import fault, trusted

    found = trusted()
    if why := fault(found):
        to_do = "correct SSL_CERT_FILE or SSL_CERT_DIR, or https webhooks fail"
        return Check(Level.FAILURE, "certificates", why, to_do)
    if any(found):
        return Check(Level.OK, "certificates", f"https webhooks are checked with {found}")
    to_do = "install `ca-certificates`, or set SSL_CERT_FILE"
    return Check(Level.FAILURE, "certificates", "none found, so https webhooks fail", to_do)


def files(settings: Config) -> Check:
    """Check that the process may open enough files."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_in_flight + settings.max_connections_per_address + SPARE_FILES
    if soft < wanted:
        why = f"{soft:,} can be open, {wanted:,} may be needed"
        return Check(Level.WARNING, "files", why, "raise `ulimit -n`")
    return Check(Level.OK, "files", f"{soft:,} can be open")


def disk(free: int) -> Check:
    """Check how many bytes are free on the disk of an SQLite database."""
    found = f"{free / 1024**3:,.1f} GiB free"
    if free >= LITTLE:
        return Check(Level.OK, "disk", found)
    level = Level.FAILURE if free < TOO_LITTLE else Level.WARNING
    return Check(level, "disk", found, "free some space, or soon no event can be stored")
