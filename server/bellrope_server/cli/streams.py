"""The program's standard streams: each is open, and takes any text."""

import io
import os
import sys
from contextlib import suppress

FLAGS = {0: os.O_RDONLY, 1: os.O_WRONLY, 2: os.O_WRONLY}


def prepare() -> None:
    """Open the streams that the caller closed, and let the others show what they cannot encode.

    A stream that stayed closed would be the next file that the program opens, such as a database.
    """
    for number, flags in FLAGS.items():
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)
    sys.stdin = sys.stdin or open(0, closefd=False)  # noqa: SIM115  # it stays open
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        with suppress(OSError):  # a pipe that took the place of a file cannot be changed
            sys.stdout.reconfigure(errors="backslashreplace")


def give_up(error: OSError) -> int:
    """Print why the output could not be written, drop the rest of it, and return the exit code."""
    with suppress(OSError):
        print(f"bellrope: {error.strerror or error}", file=sys.stderr, flush=True)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return 3
