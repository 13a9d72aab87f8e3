"""Build the console into the server's package; with `--check`, fail if what is committed is something else.

A checksum of the sources is kept next to the built files, so a machine without Node notices that they are
old. Where `.ci/node` has set up Vite, and always in CI, the console is built again and compared.
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOM = "server/bellrope_server/gateway/console"
VITE = "clients/node_modules/vite/bin/vite.js"
CONSOLE = "clients/console"
GENERATED = "clients/typescript/src/gen"
COMMENTS = re.compile(rb"/\*\*.*?\*/", re.DOTALL)  # those of the protos change nothing that is built


def build(root: Path, out: Path) -> None:
    """Build the console into a folder, which has nothing else afterwards."""
    command = ["node", str(root / VITE), "build", "--logLevel=warn", "--emptyOutDir", f"--outDir={out}"]
    subprocess.run(command, cwd=root / CONSOLE, check=True)


def mark(root: Path) -> str:
    """Return the mark of the sources."""
    whole = hashlib.sha256()
    for path in sorted(_sources(root)):
        text = path.read_bytes()
        if path.is_relative_to(root / GENERATED):
            text = COMMENTS.sub(b"", text)
        whole.update(f"{path.relative_to(root)}\n{hashlib.sha256(text).hexdigest()}\n".encode())
    return whole.hexdigest()


def objection(root: Path, *, again: bool) -> str | None:
    """Return what is wrong with the committed files, or None. `again` builds them to compare."""
    if (root / ROOM / "built.sha256").read_text().strip() != mark(root):
        return "clients/console or its protos have changed"
    if not again:
        return None
    with tempfile.TemporaryDirectory() as folder:
        build(root, Path(folder))
        if _contents(Path(folder)) != _contents(root / ROOM / "built"):
            return f"{ROOM}/built is not what Vite makes of clients/console"
    return None


def _sources(root: Path) -> Iterator[Path]:
    yield from (root / CONSOLE / name for name in ("index.html", "vite.config.ts"))
    for folder in (f"{CONSOLE}/src", GENERATED):
        yield from (path for path in (root / folder).rglob("*") if path.is_file())


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main() -> None:
    """Build or check."""
    if "--check" not in sys.argv:
        build(ROOT, ROOT / ROOM / "built")
        (ROOT / ROOM / "built.sha256").write_text(mark(ROOT) + "\n")
        return
    if not (again := (ROOT / VITE).exists()) and os.environ.get("CI") == "true":
        sys.exit("Vite is missing; run .ci/node")
    if wrong := objection(ROOT, again=again):
        sys.exit(f"{wrong}; run `make gen` and commit the result")


if __name__ == "__main__":
    main()
