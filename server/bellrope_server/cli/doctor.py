"""`bellrope doctor`: check whether a server can run here, or how the running one is."""

import os
import shutil
import socket
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import typer

from bellrope_server.cli import failures
from bellrope_server.cli.settings import chosen, read, with_settings
from bellrope_server.config import Config, ConfigError
from bellrope_server.upkeep import checks
from bellrope_server.upkeep.checks import Check, Level

WORDS = {Level.OK: "ok", Level.WARNING: "warning", Level.FAILURE: "problem"}
SLOW_SYNC = 0.05  # seconds
PATIENCE = 3.0  # seconds


@with_settings
def doctor(**flags: Any) -> None:
    """Check whether a server can run here, or how the running one is.

    It takes the flags and variables of `serve` and checks what they name. Each line is ok, a warning, or a
    problem with what to do. It changes nothing. The exit code is 1 if there is a problem.
    """
    findings = list(_findings(flags))
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        print(f"{WORDS[finding.level]:7}  {finding.name:{width}}  {finding.whole}")
    if any(finding.level is Level.FAILURE for finding in findings):
        raise typer.Exit(failures.REFUSED)


def _findings(flags: dict[str, Any]) -> Iterator[Check]:
    yield checks.python()
    yield checks.sqlite()
    yield checks.clock()
    try:
        settings = read(chosen(flags))
    except ConfigError as error:
        yield from (Check(Level.FAILURE, "settings", line) for line in str(error).splitlines())
        return
    yield from checks.of_settings(settings)
    for look in LOOKS:
        yield from look(settings)


def _proxy(settings: Config) -> Iterator[Check]:
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
        yield Check(Level.FAILURE, "proxy", f"{why}. Correct --egress-proxy, or start the proxy")
        return
    yield Check(Level.OK, "proxy", f"{proxy.url} can be reached")


def _database(settings: Config) -> Iterator[Check]:
    if settings.path is None:
        yield _shared_database(settings)
        return
    from bellrope_server.store.engine.examine import examine, held
    from bellrope_server.store.engine.file import real, unusable

    path = real(settings.path)
    if not path.parent.is_dir():
        missing = f"the folder {path.parent} does not exist"
        yield Check(Level.FAILURE, "database", missing, "create it, or set --database")
        return
    yield from _disk(path.parent)
    if not path.exists():
        yield Check(Level.OK, "database", f"{path} does not exist yet: the first start creates it")
        return
    if why := unusable(path):
        yield Check(Level.FAILURE, "database", f"{path}: {why}")
        return
    holder = held(path)
    yield Check(Level.OK, "lock", f"held by {holder}" if holder else "free: no server has the database open")
    try:
        yield from _examined(path, examine(path))
    except ValueError as error:
        yield Check(Level.FAILURE, "database", f"{path} cannot be read: {error}; restore a backup")


def _shared_database(settings: Config) -> Check:
    from bellrope_server.store.engine.session import StoreUnusable
    from bellrope_server.store.store import located

    try:
        located(settings.place).hold()
    except StoreUnusable as error:
        return Check(Level.FAILURE, "database", error.sentence)
    return Check(Level.OK, "database", "PostgreSQL can be reached, and syncs its writes")


def _examined(path: Path, found: Any) -> Iterator[Check]:
    size = path.stat().st_size / 1024**2
    yield Check(Level.OK, "database", f"{path} can be read, {size:,.1f} MiB")
    if found.unknown:
        why = f"{', '.join(found.unknown)} is from a newer version: run that version, or restore a backup"
        yield Check(Level.FAILURE, "migrations", why)
    elif found.pending:
        yield Check(Level.OK, "migrations", f"the next start will apply {len(found.pending)}")
    else:
        yield Check(Level.OK, "migrations", "all applied")
    ahead = (found.newest_event or 0) / 1_000_000 - time.time()
    if ahead > 1:
        why = f"the newest event is {ahead:,.0f} s ahead"
        yield Check(Level.WARNING, "clock", why, "was the clock set back?")


def _disk(folder: Path) -> Iterator[Check]:
    yield checks.disk(shutil.disk_usage(folder).free)
    try:
        took = _sync_time(folder)
    except OSError as error:
        yield Check(Level.FAILURE, "disk", f"{folder} cannot be written to: {error.strerror}")
        return
    to_do = "every commit takes this long; use a faster disk" if took > SLOW_SYNC else ""
    yield Check(Level.WARNING if to_do else Level.OK, "fsync", f"{took * 1000:.1f} ms", to_do)


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


def _http(settings: Config) -> Iterator[Check]:
    if _free(settings.http):
        yield Check(Level.OK, "http", f"{settings.http} is free: no server runs there")
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


def _grpc(settings: Config) -> Iterator[Check]:
    if _free(settings.grpc):
        yield Check(Level.OK, "grpc", f"{settings.grpc} is free: no server runs there")
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


def _answered(about: str, address: str, *, ready: bool, ours: bool) -> Check:
    if ready:
        return Check(Level.OK, about, f"a server answers at {address} and is ready")
    if ours:
        return Check(Level.FAILURE, about, f"a server answers at {address} but is not ready: look at its log")
    return Check(Level.FAILURE, about, f"another program uses {address}: stop it, or set --{about}")


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


LOOKS: tuple[Callable[[Config], Iterator[Check]], ...] = (
    _proxy,
    _database,
    _http,
    _grpc,
)
