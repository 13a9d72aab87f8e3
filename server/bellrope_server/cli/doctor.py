"""`bellrope doctor`: check whether a server can run here, or how the running one is."""

import os
import platform
import resource
import shutil
import socket
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer

from bellrope_server.cli import failures
from bellrope_server.cli.settings import chosen, read, with_settings
from bellrope_server.config import Config, ConfigError

OK, WARNING, PROBLEM = "ok", "warning", "problem"
OLDEST_SQLITE = (3, 51, 3)  # before this version a reset of the write-ahead log could lose commits
LITTLE, TOO_LITTLE = 1024**3, 100 * 1024**2  # bytes of free disk
SLOW_SYNC = 0.05  # seconds
EARLIEST = 1_767_225_600  # 2026-01-01: an earlier clock was never set
SPARE_FILES = 256
PATIENCE = 3.0  # seconds


class Finding(NamedTuple):
    """The result of one check: the outcome, the subject, and what was found and what to do."""

    outcome: str
    about: str
    sentence: str


@with_settings
def doctor(**flags: Any) -> None:
    """Check whether a server can run here, or how the running one is.

    It takes the flags and variables of `serve` and checks what they name. Each line is ok, a warning, or a
    problem with what to do. It changes nothing. The exit code is 1 if there is a problem.
    """
    findings = list(_findings(flags))
    width = max(len(finding.about) for finding in findings)
    for finding in findings:
        print(f"{finding.outcome:7}  {finding.about:{width}}  {finding.sentence}")
    if any(finding.outcome == PROBLEM for finding in findings):
        raise typer.Exit(failures.REFUSED)


def _findings(flags: dict[str, Any]) -> Iterator[Finding]:
    yield _python()
    yield _sqlite()
    yield _clock()
    try:
        settings = read(chosen(flags))
    except ConfigError as error:
        yield from (Finding(PROBLEM, "settings", line) for line in str(error).splitlines())
        return
    for look in LOOKS:
        yield from look(settings)


def _python() -> Finding:
    return Finding(OK, "python", platform.python_version())


def _sqlite() -> Finding:
    from bellrope_server.store.engine.examine import sqlite_version

    version = sqlite_version()
    if tuple(map(int, version.split("."))) < OLDEST_SQLITE:
        return Finding(PROBLEM, "sqlite", f"{version} can lose commits: install a newer `apsw`")
    return Finding(OK, "sqlite", version)


def _clock() -> Finding:
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    if time.time() < EARLIEST:
        return Finding(PROBLEM, "clock", f"{now} cannot be right: set it, because events are due by it")
    return Finding(OK, "clock", now)


def _key(settings: Config) -> Iterator[Finding]:
    if settings.admin_key is None:
        yield Finding(WARNING, "key", "none: everyone on this machine can call it; set BELLROPE_ADMIN_KEY")
    else:
        yield Finding(OK, "key", f"set, {len(settings.admin_key)} characters")


def _egress(settings: Config) -> Iterator[Finding]:
    allowed = settings.egress_allow
    if allowed is None:
        allowed = () if settings.admin_key else ("loopback",)
    yield Finding(OK, "egress", f"public addresses{''.join(f', {each}' for each in allowed)}")


def _proxy(settings: Config) -> Iterator[Finding]:
    """Connect to the proxy. What it allows shows only when it is asked for a webhook's address."""
    proxy = settings.proxy
    if proxy is None:
        return
    try:
        with socket.create_connection((proxy.host, proxy.port), PATIENCE) as connection:
            if proxy.scheme == "https":
                ssl.create_default_context().wrap_socket(connection, server_hostname=proxy.host).close()
    except OSError as error:
        why = f"{proxy.url} cannot be reached, so webhooks fail: {error.strerror or error}"
        yield Finding(PROBLEM, "proxy", f"{why}. Correct --egress-proxy, or start the proxy")
        return
    yield Finding(OK, "proxy", f"{proxy.url} can be reached")


def _certificates(_settings: Config) -> Iterator[Finding]:
    from bellrope_server.outbound.trust import fault, trusted

    found = trusted()
    if why := fault(found):
        why += ": correct SSL_CERT_FILE or SSL_CERT_DIR, or https webhooks fail"
        yield Finding(PROBLEM, "certificates", why)
    elif any(found):
        yield Finding(OK, "certificates", f"https webhooks are checked with {found}")
    else:
        why = "none found, so https webhooks fail: install `ca-certificates`, or set SSL_CERT_FILE"
        yield Finding(PROBLEM, "certificates", why)


def _database(settings: Config) -> Iterator[Finding]:
    if settings.path is None:
        yield _shared_database(settings)
        return
    from bellrope_server.store.engine.examine import examine, held
    from bellrope_server.store.engine.file import real, unusable

    path = real(settings.path)
    if not path.parent.is_dir():
        yield Finding(
            PROBLEM, "database", f"the folder {path.parent} does not exist: create it, or set --database"
        )
        return
    yield from _disk(path.parent)
    if not path.exists():
        yield Finding(OK, "database", f"{path} does not exist yet: the first start creates it")
        return
    if why := unusable(path):
        yield Finding(PROBLEM, "database", f"{path}: {why}")
        return
    holder = held(path)
    yield Finding(OK, "lock", f"held by {holder}" if holder else "free: no server has the database open")
    try:
        yield from _examined(path, examine(path))
    except ValueError as error:
        yield Finding(PROBLEM, "database", f"{path} cannot be read: {error}; restore a backup")


def _shared_database(settings: Config) -> Finding:
    from bellrope_server.store.engine.session import StoreUnusable
    from bellrope_server.store.store import located

    try:
        located(settings.place).hold()
    except StoreUnusable as error:
        return Finding(PROBLEM, "database", error.sentence)
    return Finding(OK, "database", "PostgreSQL can be reached, and syncs its writes")


def _examined(path: Path, found: Any) -> Iterator[Finding]:
    size = path.stat().st_size / 1024**2
    yield Finding(OK, "database", f"{path} can be read, {size:,.1f} MiB")
    if found.unknown:
        why = f"{', '.join(found.unknown)} is from a newer version: run that version, or restore a backup"
        yield Finding(PROBLEM, "migrations", why)
    elif found.pending:
        yield Finding(OK, "migrations", f"the next start will apply {len(found.pending)}")
    else:
        yield Finding(OK, "migrations", "all applied")
    ahead = (found.newest_event or 0) / 1_000_000 - time.time()
    if ahead > 1:
        yield Finding(WARNING, "clock", f"the newest event is {ahead:,.0f} s ahead: was the clock set back?")


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    outcome = PROBLEM if free < TOO_LITTLE else WARNING if free < LITTLE else OK
    more = "" if outcome == OK else ": free some space, or soon no event can be stored"
    yield Finding(outcome, "disk", f"{free / 1024**3:,.1f} GiB free{more}")
    try:
        took = _sync_time(folder)
    except OSError as error:
        yield Finding(PROBLEM, "disk", f"{folder} cannot be written to: {error.strerror}")
        return
    slow = ": every commit takes this long; use a faster disk" if took > SLOW_SYNC else ""
    yield Finding(WARNING if slow else OK, "fsync", f"{took * 1000:.1f} ms{slow}")


def _sync_time(folder: Path) -> float:
    """Return how long the disk takes to write and sync 4 KiB, in seconds: the median of five."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(5):
            start = time.perf_counter()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def _http(settings: Config) -> Iterator[Finding]:
    if _free(settings.http):
        yield Finding(OK, "http", f"{settings.http} is free: no server runs there")
        return
    try:
        with urlopen(f"http://{_reached(settings.http)}/readyz", timeout=PATIENCE) as answer:
            said = answer.read(100)
    except HTTPError as error:
        said = error.read(100)
    except (URLError, OSError):
        said = b""
    yield _answered(
        "http", settings.http, ready=said == b"ready\n", ours=said in (b"ready\n", b"not ready\n")
    )


def _grpc(settings: Config) -> Iterator[Finding]:
    if _free(settings.grpc):
        yield Finding(OK, "grpc", f"{settings.grpc} is free: no server runs there")
        return
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    request = health_pb2.HealthCheckRequest(service="bellrope.v1.Eventing")
    with grpc.insecure_channel(_reached(settings.grpc)) as channel:
        try:
            status = health_pb2_grpc.HealthStub(channel).Check(request, timeout=PATIENCE).status
        except grpc.RpcError:
            status = None
    serving = status == health_pb2.HealthCheckResponse.SERVING
    yield _answered("grpc", settings.grpc, ready=serving, ours=status is not None)


def _answered(about: str, address: str, *, ready: bool, ours: bool) -> Finding:
    if ready:
        return Finding(OK, about, f"a server answers at {address} and is ready")
    if ours:
        return Finding(PROBLEM, about, f"a server answers at {address} but is not ready: look at its log")
    return Finding(PROBLEM, about, f"another program uses {address}: stop it, or set --{about}")


def _free(address: str) -> bool:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if port == "0":
        return True
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError:
            return False
    return True


def _reached(address: str) -> str:
    """Return the address to call for a server that listens on `address`."""
    host, _, port = address.rpartition(":")
    return f"{ {'0.0.0.0': '127.0.0.1', '[::]': '[::1]'}.get(host, host) }:{port}"


def _files(settings: Config) -> Iterator[Finding]:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = settings.max_in_flight + settings.max_connections_per_address + SPARE_FILES
    if soft < wanted:
        yield Finding(WARNING, "files", f"{soft:,} can be open, {wanted:,} may be needed: raise `ulimit -n`")
    else:
        yield Finding(OK, "files", f"{soft:,} can be open")


LOOKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    _key,
    _egress,
    _proxy,
    _certificates,
    _database,
    _http,
    _grpc,
    _files,
)
