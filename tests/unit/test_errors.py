"""Errors belong to no protocol: gRPC and HTTP each map an error's code to a status of their own."""

import subprocess
import sys

import pytest
from bellrope_server.convert.errors import to_status
from bellrope_server.errors import Code, ServiceError
from grpc import StatusCode

DOORS = {"grpc", "google", "aiohttp", "pycurl"}


@pytest.mark.parametrize("name", ["errors", "config"])
def test_the_words_that_everybody_uses_bring_no_protocol_with_them(name: str) -> None:
    """The errors and the settings import neither gRPC nor an HTTP library."""
    code = f"import sys, bellrope_server.{name}; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set() == DOORS & {module.partition(".")[0] for module in ended.stdout.split()}


@pytest.mark.parametrize("code", Code, ids=lambda code: code.name)
def test_every_code_is_one_of_grpc_s(code: Code) -> None:
    """A code has the name and the number that gRPC and google.rpc.Status give it."""
    error: ServiceError = type("Example", (ServiceError,), {"code": code})()
    assert StatusCode[code.name].value[0] == to_status(error).code
