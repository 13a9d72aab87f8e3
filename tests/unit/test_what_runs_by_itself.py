"""What runs by itself is a service; other code that starts a task or a thread is listed with its reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import bellrope_server

SERVER = Path(bellrope_server.__file__).parent
BEGIN = {"create_task", "ensure_future", "call_later", "call_at", "Thread", "ThreadPoolExecutor", "Timer"}
NOT_SERVICES = {
    "process/service.py": "the services themselves",
    "store/engine/commit.py": "the thread that writes: what it dies of ends the process",
    "store/engine/held.py": "a timer that rings once",
    "store/engine/readers.py": "threads that answer who waits for them",
    "process/watchdog.py": "a thread that only logs: without it, a blocked loop is silent again",
    "outbound/names.py": "threads that answer who waits for them",
    "scheduler/attempts.py": "one delivery; what ends it unexpectedly is said, and its lease brings it back",
    "scheduler/pacing.py": "a timer that rings once",
    "api/waiters.py": "a timer that rings once",
    "scheduler/story.py": "a timer that rings once",
    "telemetry/facts.py": "a timer that rings once",
    "telemetry/otlp.py": "a thread that sends the last spans while the server stops",
    "outbound/multi.py": "a timer that rings once",
    "api/queue_stream.py": "part of a call, which ends with it",
    "gateway/wire/stream_answer.py": "part of a call, which ends with it",
    "rpc/edge.py": "part of a call, which ends with it",
    "upkeep/backlogs.py": "a reading for those who ask; what ends it is said, and the next begins another",
    "upkeep/status.py": "a question for those who ask for the status; they see what ends it",
    "api/server.py": "a look for all who ask at the same time; they see what ends it",
    "rpc/health.py": "part of a call, which ends with it",
}


def test_what_runs_by_itself_is_a_service() -> None:
    """Only listed code starts something on its own; anything else could end unnoticed."""
    found = {str(path.relative_to(SERVER)) for path in SERVER.rglob("*.py") if begins(path)}
    assert {path for path in found if not path.startswith("cli/")} == {*NOT_SERVICES}


def begins(path: Path) -> list[str]:
    """Return the code of a file that starts something on its own."""
    return [name for name in called(ast.parse(path.read_text())) if name in BEGIN]


def called(tree: ast.AST) -> Iterator[str]:
    """Give the last name of each call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield name
