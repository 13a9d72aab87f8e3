"""The release, built once, and installed in two clean environments: the server, and the client alone."""

from pathlib import Path

import pytest
from deploy.released import environment, tool


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `make release` fills with wheels and their sources."""
    folder = tmp_path_factory.mktemp("dist")
    tool().build(folder)
    return folder


@pytest.fixture(scope="session")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a clean environment with the server."""
    return environment(tmp_path_factory.mktemp("server-alone"), dist, "bellrope-server")


@pytest.fixture(scope="session")
def sender(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a clean environment with the Python client only."""
    return environment(tmp_path_factory.mktemp("client-alone"), dist, "bellrope")
