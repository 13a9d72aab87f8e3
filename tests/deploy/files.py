"""What the files of deploy/ say, in the words of the product."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from bellrope_server.app.app import DRAIN_NOTICE
from bellrope_server.cli.settings import read
from bellrope_server.config import Config

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KEY = "a-key-for-these-tests-only"
URL = "postgresql://bellrope:marked@postgres/bellrope"
SPARE = 5  # seconds to close everything after the drain


def instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    """Yield each instruction of a Dockerfile and its arguments, in one line."""
    lines = (line for line in dockerfile.read_text().splitlines() if not line.startswith("#"))
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if line:
            word, _, rest = line.partition(" ")
            yield word, rest


DOCKERFILE = list(instructions(DEPLOY / "Dockerfile"))
[IMAGE] = [
    {name: text for name, text in (each.split("=", 1) for each in shlex.split(rest)) if name != "PATH"}
    for word, rest in DOCKERFILE
    if word == "ENV"
]
"""The variables that the image sets, whatever runs it."""


def settings(variables: Mapping[str, str], folder: Path) -> Config:
    """Return the settings of a server that is started with these variables; its secrets are in a folder.

    A variable that does not exist is an error, as it is for a server.
    """
    contents = {"BELLROPE_ADMIN_KEY_FILE": KEY, "BELLROPE_DATABASE_FILE": URL}
    found = dict(variables)
    for name, text in contents.items():
        if name in found:
            found[name] = str(folder / Path(found[name]).name)
            Path(found[name]).write_text(text)
    return read({}, found)


def ports(config: Config) -> tuple[int, int]:
    """Return the ports of HTTP and gRPC."""
    return int(config.http.rpartition(":")[2]), int(config.grpc.rpartition(":")[2])


def stop_takes(config: Config) -> float:
    """Return how many seconds a stop may take."""
    return DRAIN_NOTICE + config.drain_grace + SPARE


def seconds(text: str) -> int:
    """Return a length such as `30s`."""
    assert re.fullmatch(r"\d+s", text)
    return int(text[:-1])
