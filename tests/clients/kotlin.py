"""What the tests of the Kotlin client need: the compiler, beside what those of the Java client need."""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]

PACKAGE = ROOT / "clients/kotlin"
# The runner of clients/conformance has the package and all that it needs beside it.
LIBRARIES = PACKAGE / "conformance/target/lib"
CLASSPATH = f"{LIBRARIES}/*"
TOOLS = PACKAGE / "conformance/target/tools"


def compiled(sources: Iterable[Path], folder: Path) -> str:
    """Compile programs, with all warnings as errors, and return their class path."""
    done = compiling(sources, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return f"{folder}{os.pathsep}{CLASSPATH}"


def compiling(sources: Iterable[Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Compile programs, with all warnings as errors, and return what the compiler said."""
    libraries = os.pathsep.join(map(str, LIBRARIES.glob("*.jar")))
    [serialization] = TOOLS.glob("kotlin-serialization-compiler-plugin-*.jar")
    flags = ["-no-stdlib", "-no-reflect", "-jvm-target", "17", "-Werror", f"-Xplugin={serialization}"]
    command = [
        *("java", "-XX:TieredStopAtLevel=1", "-cp", f"{TOOLS}/*{os.pathsep}{CLASSPATH}"),
        *("org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", *flags, "-d", str(folder), "-cp", libraries),
    ]
    return subprocess.run([*command, *sources], capture_output=True, text=True)
