"""The TypeScript client in Node; its tests are in clients/typescript/tests."""

from pathlib import Path

import pytest

from tests.clients.typescript import PACKAGE, for_node, needs_node, program, run
from tests.kit import Server

TESTS = sorted((PACKAGE / "tests").glob("*.test.ts"))


@needs_node
@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
async def test_the_client_does_what_its_tests_say(test: Path, server: Server, tmp_path: Path) -> None:
    """Each of the package's own tests passes in Node against a server; a failure names the sentence."""
    file = for_node(test, tmp_path)
    reporter = "--test-reporter=spec"
    node = (program("node"), "--test", reporter)
    code, printed = await run(*node, file, TEST_SERVER=server.grpc, TEST_HTTP=server.http)
    assert (code, printed.count("✖")) == (0, 0), printed
    assert "✔" in printed
