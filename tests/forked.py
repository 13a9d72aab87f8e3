"""Our programs without the second that their imports take: forked from a process that has imported it all.

A program runs as `python -m bellrope_server ...` or `python SCRIPT ...` would, in a process of its own with
its own arguments, environment, folder and streams. The only difference is that its modules are already
imported. The process that forks is forker.py; `bin/bellrope` uses it too.
"""

import atexit
import contextlib
import functools
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

FORKER = Path(__file__).with_name("forker.py")
HERE = Path("/proc/thread-self/ns/net")
SAID = 1024 * 1024  # bytes of what a command says that are looked at


class Forked:
    """A running program, with the methods of `subprocess.Popen` that tests use."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
    ) -> None:
        """Start it: `command` is what Python would get, `-m MODULE ...` or `SCRIPT ...`."""
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
            weakref.finalize(self, self._forker.close)
            self._forker.connect(forker())
            socket.send_fds(self._forker, [json.dumps(asked).encode()], descriptors)
        self.pid = int(self._forker.recv(100))

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs; a signal that ended it is a negative number."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended; raise TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._forker, selectors.EVENT_READ)
                if not selector.select(timeout):
                    raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._forker.recv(100, socket.MSG_PEEK))  # another thread may wait too
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send it SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _network() -> int:
    """Return which network this thread is in."""
    return HERE.stat().st_ino


HOME = _network()


def start(
    command: Sequence[str], *, env: Mapping[str, str], stdout: int | IO[bytes], stderr: int | IO[bytes]
) -> Forked | subprocess.Popen[bytes]:
    """Start a command: one of this Python's is forked, any other (`env python ...`, too) is executed.

    So is each from a thread in a network of its own, for the forker is not in that.
    """
    if command[0] == sys.executable and _network() == HOME:
        return Forked(command[1:], env=env, stdout=stdout, stderr=stderr)
    return subprocess.Popen(command, env=env, stdout=stdout, stderr=stderr)


def ended(command: Sequence[str], *, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of this Python's to its end, which must come within half a minute."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        program = start(command, env=env, stdout=stdout, stderr=stderr)
        try:
            code = program.wait(30)
        finally:
            program.kill()
            program.wait()
        said = [os.pread(each.fileno(), SAID, 0).decode() for each in (stdout, stderr)]
    return subprocess.CompletedProcess(command, code, *said)


def on_path() -> dict[str, str]:
    """Return the variables that put our programs, with a forked `bellrope`, on a shell's PATH."""
    here, python = Path(__file__).parent / "bin", Path(sys.executable).parent
    return {"PATH": os.pathsep.join([str(here), str(python), os.environ["PATH"]]), "FORKER": forker()}


@functools.cache
def forker() -> str:
    """Return the address of this process's own forker, which ends with this process."""
    folder = tempfile.mkdtemp(prefix="bellrope-forker-")
    path = f"{folder}/socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        listener.listen(64)
        number = listener.fileno()
        command = [sys.executable, str(FORKER), str(number)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[number])

    @atexit.register
    def end() -> None:
        process.communicate()
        shutil.rmtree(folder, ignore_errors=True)

    return path
