"""Our programs without the second that their imports take: forked from a process that has done them.

A program runs as `python -m bellrope_server ...` or `python SCRIPT ...` would run it, in a process of its own
with its own arguments, environment, folder and streams. Only what it imports is there already. This file is
both sides: tests import it, and `python forked.py FD` is the process that forks. `bin/bellrope` asks it, too.
"""

import atexit
import contextlib
import functools
import gc
import json
import os
import pkgutil
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple

MOST = 1024 * 1024  # bytes of a command with its environment
STREAMS = 3


class Forked:
    """A running program, with those names of `subprocess.Popen` that tests use."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
    ) -> None:
        """Start it: `command` is what Python would be given, `-m MODULE ...` or `SCRIPT ...`."""
        self.returncode: int | None = None
        self.stdout: IO[bytes] | None = None
        asked = [list(command), dict(env), str(Path.cwd()), os.getpriority(os.PRIO_PROCESS, 0)]
        with contextlib.ExitStack() as stack:
            null = stack.enter_context(open(os.devnull, "r+b"))
            if stdout == subprocess.PIPE:
                reads, writes = os.pipe()
                self.stdout, stdout = os.fdopen(reads, "rb"), stack.enter_context(os.fdopen(writes, "wb"))
            streams = (null, stdout, stderr)
            descriptors = [each if isinstance(each, int) else each.fileno() for each in streams]
            self._forker = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._forker.connect(forker())
            socket.send_fds(self._forker, [json.dumps(asked).encode()], descriptors)
        self.pid = int(self._forker.recv(100))

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs; minus the signal's number if one ended it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when it has ended; raise TimeoutExpired if that takes too many seconds."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._forker, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._forker.recv(100))
            self._forker.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(
    command: Sequence[str], *, env: Mapping[str, str], stdout: int | IO[bytes], stderr: int | IO[bytes]
) -> Forked | subprocess.Popen[bytes]:
    """Start a command: one of this Python's is forked, any other (`env python ...`, too) is executed."""
    if command[0] == sys.executable:
        return Forked(command[1:], env=env, stdout=stdout, stderr=stderr)
    return subprocess.Popen(command, env=env, stdout=stdout, stderr=stderr)


def ended(command: Sequence[str], *, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of this Python's to its end, which has to come within half a minute."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        program = start(command, env=env, stdout=stdout, stderr=stderr)
        try:
            code = program.wait(30)
        finally:
            program.kill()
            program.wait()
        said = [os.pread(each.fileno(), MOST, 0).decode() for each in (stdout, stderr)]
    return subprocess.CompletedProcess(command, code, *said)


def on_path() -> dict[str, str]:
    """Return the variables that give a shell our programs, with a `bellrope` that is forked."""
    here, python = Path(__file__).parent / "bin", Path(sys.executable).parent
    return {"PATH": os.pathsep.join([str(here), str(python), os.environ["PATH"]]), "FORKER": forker()}


@functools.cache
def forker() -> str:
    """Return where this process's own forker is asked; it ends with this process."""
    folder = tempfile.mkdtemp(prefix="bellrope-forker-")
    path = f"{folder}/socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen(64)
        number = listener.fileno()
        command = [sys.executable, __file__, str(number)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number])

    @atexit.register
    def end() -> None:
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)

    return path


class Child(NamedTuple):
    """What was forked: the process's number, a descriptor of it, and who asked for it."""

    pid: int
    ends: int
    asker: socket.socket


class Forker:
    """Forks a program for each connection, and tells it the process's number and, in the end, its exit code.

    A program whose asker is gone is killed.
    """

    def __init__(self, listener: socket.socket, *, until: IO[bytes]) -> None:
        """Listen until there is something to read from `until`, or its end."""
        self._listener = listener
        self._until = until
        self._children: set[Child] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(until, selectors.EVENT_READ)

    def run(self) -> list[str] | None:
        """Fork until it is over, and return None; in each child return what it has to run."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._until:
                    return None
                if key.fileobj is self._listener:
                    if command := self._forked():
                        return command
                elif key.data in self._children:
                    self._look_after(key.data, gone=key.fileobj is key.data.asker)

    def _forked(self) -> list[str] | None:
        """Fork, and return what the child has to run in the child, which has nothing else of ours then."""
        asker, _ = self._listener.accept()
        message, streams, _, _ = socket.recv_fds(asker, MOST, STREAMS)
        pid = os.fork()
        if pid == 0:
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
        for stream in streams:
            os.close(stream)
        child = Child(pid, os.pidfd_open(pid or os.getpid()), asker)
        self._children.add(child)
        if pid == 0:
            return self._begin(*json.loads(message))
        asker.sendall(b"%d" % pid)
        for file in (child.ends, asker):
            self._selector.register(file, selectors.EVENT_READ, child)
        return None

    def _begin(self, command: list[str], environment: dict[str, str], folder: str, nice: int) -> list[str]:
        for child in self._children:
            os.close(child.ends)
            child.asker.close()
        self._selector.close()
        self._listener.close()
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        os.setpriority(os.PRIO_PROCESS, 0, nice)
        return command

    def _look_after(self, child: Child, *, gone: bool) -> None:
        """Tell the asker that its program has ended, or end the program if the asker is gone."""
        if gone:
            os.kill(child.pid, signal.SIGKILL)
        _, status = os.waitpid(child.pid, 0)
        self._children.remove(child)
        for file in (child.ends, child.asker):
            self._selector.unregister(file)
        os.close(child.ends)
        with child.asker, contextlib.suppress(OSError):  # it may be gone
            child.asker.sendall(b"%d" % os.waitstatus_to_exitcode(status))


def _execute(command: list[str]) -> None:
    """Run a program in this process as Python would."""
    if command[0] == "-m":
        sys.argv = command[1:]
        sys.path[0] = str(Path.cwd())
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        sys.path[0] = str(Path(command[0]).parent)
        runpy.run_path(command[0], run_name="__main__")


def _main() -> None:
    os.environ["GRPC_VERBOSITY"] = "NONE"  # as the program itself does, before it imports gRPC
    import bellrope_server.app
    import bellrope_server.cli

    for module in pkgutil.iter_modules(bellrope_server.cli.__path__, "bellrope_server.cli."):
        import_module(module.name)
    listener = socket.socket(fileno=int(sys.argv[1]))
    gc.collect()
    gc.freeze()
    if command := Forker(listener, until=sys.stdin.buffer).run():
        _execute(command)


if __name__ == "__main__":
    _main()
