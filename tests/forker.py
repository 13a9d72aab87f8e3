"""The process that forks our programs once it has done their imports: `python forker.py FD`, for forked.py.

FD is a listening socket. A client sends a JSON list of command, environment, folder and priority, with the
descriptors of the three streams; it receives the process's number, then its exit code.
"""

import contextlib
import gc
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple

MOST = 1024 * 1024  # bytes of a command with its environment
STREAMS = 3


class Child(NamedTuple):
    """What was forked: the process's number, a descriptor of it, and the connection that asked for it."""

    pid: int
    ends: int
    asker: socket.socket


class Forker:
    """Forks a program for each connection; sends it the process's number and, at the end, its exit code.

    A program whose client is gone is killed.
    """

    def __init__(self, listener: socket.socket, *, until: IO[bytes]) -> None:
        """Listen until `until` has something to read or is closed."""
        self._listener = listener
        self._until = until
        self._children: set[Child] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(until, selectors.EVENT_READ)

    def run(self) -> list[str] | None:
        """Fork until it is over, then return None; in each child, return what to run."""
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
        """Fork; in the child, which keeps nothing else of ours, return what to run."""
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
        """Send the client the exit code of its program, or kill the program if the client is gone."""
        if gone:
            os.kill(child.pid, signal.SIGKILL)
        _, status = os.waitpid(child.pid, 0)
        self._children.remove(child)
        for file in (child.ends, child.asker):
            self._selector.unregister(file)
        os.close(child.ends)
        with child.asker, contextlib.suppress(OSError):  # the client may be gone
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
    import bellrope_server.app.app
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
