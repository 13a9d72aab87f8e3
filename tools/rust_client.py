"""Generate what is generated of the Rust client; with `--check`, fail if it is not what the protos say.

A checksum of the protos, the generator and what it made is kept next to the latter. So the check takes no
time, and a machine without Rust notices that the protos have changed.
"""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CRATE = "clients/rust"
GENERATED = f"{CRATE}/src/gen"
MARK = f"{GENERATED}/built.sha256"


def generate(root: Path) -> None:
    """Generate the messages and services."""
    with tempfile.TemporaryDirectory() as folder:
        descriptors = f"{folder}/descriptors.binpb"
        build = ("buf", "build", "protos", "--as-file-descriptor-set", "--output", descriptors)
        subprocess.run(build, cwd=root, check=True)
        program = ("cargo", "run", "--quiet", "--package", "bellrope-generate", "--")
        subprocess.run((*program, descriptors, str(root / GENERATED)), cwd=root / CRATE, check=True)


def mark(root: Path) -> str:
    """Return the mark of the sources and of what was made of them."""
    whole = hashlib.sha256()
    for path in sorted(_marked(root)):
        whole.update(f"{path.relative_to(root)}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _marked(root: Path) -> Iterator[Path]:
    yield from (root / "protos").rglob("*.proto")
    yield from (root / CRATE / "generate/src").rglob("*.rs")
    yield from (root / GENERATED).rglob("*.rs")


def main() -> None:
    """Generate or check."""
    if "--check" not in sys.argv:
        generate(ROOT)
        (ROOT / MARK).write_text(mark(ROOT) + "\n")
    elif (ROOT / MARK).read_text().strip() != mark(ROOT):
        sys.exit(f"{GENERATED} is not what protos/ say; run `make gen` where Rust is, and commit the result")


if __name__ == "__main__":
    main()
