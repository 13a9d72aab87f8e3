"""A PostgreSQL for the tests: a cluster in memory or in a temporary folder, started once and then stopped."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg
from ports import lasting_port

NOBODY = "postgres"  # PostgreSQL does not run as root; Debian's package brings this user
SETTINGS = ("listen_addresses=127.0.0.1", "max_connections=300", "shared_buffers=64MB", "log_lock_waits=on")


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, in the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = shutil.which(name) or (str(found[-1]) if found else None)
    assert path, f"{name} is not here: install PostgreSQL (on Debian: apt-get install postgresql)"
    return path


class Cluster:
    """A running PostgreSQL."""

    def __init__(self, folder: Path, *settings: str) -> None:
        """Create it in a folder and start it."""
        self.folder = folder
        self.host = "127.0.0.1"
        """The host that clients connect to."""
        self._user = NOBODY if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._locales = folder / "locales"
        self._run("initdb", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync")
        self.start(*settings)

    def start(self, *settings: str) -> None:
        """Start it with these settings and the usual ones, on a socket in its folder."""
        options = " ".join(
            f"-c {each}" for each in (*SETTINGS, f"unix_socket_directories={self.folder}", *settings)
        )
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", f"-p {self.port} {options}", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast`, or `immediate` as in a crash."""
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    @functools.cached_property
    def port(self) -> int:
        """A free port, which stays the same."""
        return lasting_port()

    def url(self, name: str = "postgres") -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@{self.host}:{self.port}/{name}"

    def create(self, *, template: str = "template0", options: str = "") -> str:
        """Create a database and return its name; `options` are those of CREATE DATABASE."""
        name = f"bellrope_{uuid.uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {options}')  # type: ignore[arg-type]
        return name

    def locale(self, name: str) -> str:
        """Make a locale of the C library, like `en_US`, for databases of this cluster; return its name."""
        made = self._locales / f"{name}.UTF-8"
        if not made.exists():
            self._locales.mkdir(exist_ok=True)
            subprocess.run(["localedef", "--no-archive", "-i", name, "-f", "UTF-8", made], check=True)
            self._locales.chmod(0o755)
        return made.name

    def drop(self, name: str) -> None:
        """Drop a database, even if it has connections."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]

    def processes(self) -> list[int]:
        """Return the ids of its processes."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        return [first, *(child.pid for child in psutil.Process(first).children())]

    def rows(self, name: str, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query in one of its databases."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            return connection.execute(query, values or None).fetchall()  # type: ignore[arg-type]

    def _run(self, name: str, *arguments: str) -> None:
        command = [program(name), "-D", str(self.folder / "data"), *arguments]
        done = subprocess.run(
            command,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            cwd=self.folder,
            env=os.environ | {"LOCPATH": str(self._locales)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


@functools.cache
def cluster() -> Cluster:
    """Return this process's cluster, which stops with it; it is in memory if there is room, for speed."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    folder = Path(tempfile.mkdtemp(prefix="bellrope-postgres-", dir=memory if roomy else None))
    made = Cluster(folder)

    @atexit.register
    def end() -> None:
        made.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)

    return made
