"""The Connect protocol's own clients for JavaScript, and the protos that they call by."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PROTOBUF, CONNECT = "2.12.0", "2.1.2"
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
PACKAGES = [
    f"@bufbuild/protobuf@{PROTOBUF}",
    f"@connectrpc/connect@{CONNECT}",
    f"@connectrpc/connect-node@{CONNECT}",
    f"@connectrpc/connect-web@{CONNECT}",
]


class Packages(NamedTuple):
    """The folder with the clients, and the file with the protos."""

    folder: Path
    protos: Path


def installed(folder: Path) -> Packages:
    """Install the clients; they read the protos as they are in this repository, without generated code."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.fail("this test needs node and npm (on Debian: apt-get install nodejs npm)")
    subprocess.run(
        [*INSTALL, "--prefix", str(folder), *PACKAGES], check=True, capture_output=True, timeout=120
    )
    protos = folder / "protos.binpb"
    subprocess.run(["buf", "build", "--output", str(protos)], cwd=ROOT, check=True, timeout=60)
    return Packages(folder, protos)
