"""Functions of the server fit a screen, files are short, and the top level can be taken in at a glance."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

TESTS = Path(__file__).parents[1]
SERVER = TESTS.parent / "server/bellrope_server"
MOST_LINES = 50  # of a function
USUAL_LINES = 6  # of a function: half of them have no more
MOST_FILE_LINES = 300
MOST_TEST_FILE_LINES = 350
MOST_ENTRIES = 24  # modules and rooms on the top level
LONG_FILES = {
    "config.py": "the table of settings",
    "errors.py": "the table of errors",
    "store/engine/schema.py": "the tables of the database",
}
"""The longer files, each with what it has that reads better in one piece."""


def functions(server: Path) -> Iterator[tuple[str, int]]:
    """Yield each function below a folder, as `file:name`, with its lines."""
    for path in server.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno
                yield f"{path.relative_to(server)}:{node.name}", node.end_lineno - node.lineno + 1


def long_functions(server: Path) -> set[str]:
    """Return the functions that do not fit a screen."""
    return {name for name, lines in functions(server) if lines > MOST_LINES}


def long_files(folder: Path, *, most: int = MOST_FILE_LINES) -> set[str]:
    """Return the files that are too long."""
    paths = (path for path in folder.rglob("*.py") if path.read_text().count("\n") > most)
    return {str(path.relative_to(folder)) for path in paths}


def entries(server: Path) -> set[str]:
    """Return the modules and rooms of the top level."""
    modules = {path.stem for path in server.glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in server.glob("*/__init__.py")}


def test_a_function_fits_a_screen() -> None:
    """No function of the server has more than 50 lines, and half of them have at most 6."""
    assert long_functions(SERVER) == set()
    assert median(lines for _, lines in functions(SERVER)) <= USUAL_LINES


def test_a_file_is_short() -> None:
    """No file of the server has more than 300 lines, but for those that are listed with a reason."""
    assert long_files(SERVER) == LONG_FILES.keys()


def test_a_file_of_tests_is_short() -> None:
    """No file of the tests has more than 350 lines."""
    assert long_files(TESTS, most=MOST_TEST_FILE_LINES) == set()


def test_the_top_level_is_short() -> None:
    """The top level of the server has at most 24 modules and rooms."""
    assert len(entries(SERVER)) <= MOST_ENTRIES


@pytest.mark.parametrize("more", [0, 1])
def test_one_line_too_many_would_be_seen(tmp_path: Path, more: int) -> None:
    """The control: a method or a file one line over its limit is found."""
    body = "        pass\n" * (MOST_LINES - 1 + more)
    (tmp_path / "room").mkdir()
    (tmp_path / "room/long.py").write_text(f"class One:\n    async def run(self):\n{body}")
    (tmp_path / "full.py").write_text("#\n" * (MOST_FILE_LINES + more))
    assert long_functions(tmp_path) == ({"room/long.py:run"} if more else set())
    assert long_files(tmp_path) == ({"full.py"} if more else set())


def test_rooms_and_modules_are_counted(tmp_path: Path) -> None:
    """The control: rooms and modules count as entries, and what Python keeps of them does not."""
    for name in ("app.py", "__init__.py", "store/__init__.py", "store/store.py", "__pycache__/app.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert entries(tmp_path) == {"app", "store"}
