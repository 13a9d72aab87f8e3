"""No file of the console needs itself: not by its imports, nor by those of what it imports."""

import os
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "clients/console/src"
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")
"""A file named by `from`, by a bare import, or by one while the console runs; types are no exception."""


def imports(source: Path) -> dict[Path, set[Path]]:
    """Return what each file imports of the others."""
    files = {path for path in source.rglob("*") if path.suffix in (".ts", ".tsx")}
    named = {path.with_suffix(""): path for path in files}

    def of(path: Path) -> set[Path]:
        paths = (Path(os.path.normpath(path.parent / name)) for name in IMPORTED.findall(path.read_text()))
        return {named[each] for each in paths if each in named}

    return {path: of(path) for path in files}


def circle(source: Path) -> list[str]:
    """Return files of which each is imported by the one before it, the first one at the end again."""
    try:
        TopologicalSorter(imports(source)).prepare()
    except CycleError as error:
        return [str(path.relative_to(source)) for path in error.args[1]]
    return []


def test_no_file_of_the_console_is_in_a_circle() -> None:
    """So each can be read, and tested, without those that use it."""
    assert sum(map(len, imports(SOURCE).values())) > 300
    assert circle(SOURCE) == []


def test_a_circle_is_found(tmp_path: Path) -> None:
    """By an import of a type and by one that comes later, too."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages.ts").write_text('export const load = () => import("./pages/One");\n')
    (tmp_path / "pages/One.tsx").write_text('import "./one.css";\nexport * from "./two";\n')
    (tmp_path / "pages/two.ts").write_text('import type {\n  Page,\n} from "../pages";\n')
    assert {*circle(tmp_path)} == {"pages.ts", "pages/One.tsx", "pages/two.ts"}
