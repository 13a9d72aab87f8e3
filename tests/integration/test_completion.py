"""What the shell completes when Tab is pressed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from forked import on_path
from kit import environment

# Executed, because they look which shell started them: a forked program has the parents of the test.
PROGRAM = Path(sys.executable).with_name("bellrope")
SHOWN = f'eval "$({PROGRAM} --show-completion)"'
INSTALLED = f"{PROGRAM} --install-completion >/dev/null; source ~/.bashrc"


def bash(script: str, home: Path) -> list[str]:
    """Run a script in a bash with an empty home folder, and return its lines."""
    ended = subprocess.run(
        ["bash", "--norc", "-ec", script],
        capture_output=True,
        text=True,
        env=environment(**on_path(), HOME=str(home)),
        timeout=60,
        check=True,
    )
    return ended.stdout.splitlines()


def completed(line: str, home: Path, *, begin: str = SHOWN) -> list[str]:
    """Return what bash offers for the last word of a line, after the other words."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    press_tab = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _bellrope_completion bellrope"
    return bash(f'{begin}; {press_tab}; printf "%s\\n" "${{COMPREPLY[@]}}"', home)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bellrope de", ["deliveries"]),
        ("bellrope --ver", ["--version"]),
        ("bellrope deliveries re", ["replay", "reschedule"]),
        ("bellrope deliveries list --st", ["--state", "--status-code"]),
        ("bellrope deliveries list --state D", ["DELIVERING", "DEAD_LETTERED"]),
        ("bellrope tail --state d", ["delivering", "dead_lettered"]),
        ("bellrope deliveries list --error tl", ["tls_error"]),
        ("bellrope bulk start re", ["reschedule", "replay"]),
        ("bellrope triggers create --encoding b", ["binary"]),
        ("bellrope queue --dela", ["--delay"]),
        ("bellrope nothing-like-it", [""]),
    ],
)
def test_bash_completes(line: str, offered: list[str], tmp_path: Path) -> None:
    """Bash completes commands, subcommands, options, and the values of options."""
    assert completed(line, tmp_path) == offered


def test_completion_can_be_installed(tmp_path: Path) -> None:
    """`bellrope --install-completion` makes the next bash complete."""
    assert completed("bellrope event-t", tmp_path, begin=INSTALLED) == ["event-types"]


@pytest.mark.parametrize(
    ("shell", "variables"),
    [
        ("zsh", {"_TYPER_COMPLETE_ARGS": "bellrope event"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "bellrope event", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_other_shells_are_told_what_commands_do(shell: str, variables: dict[str, str]) -> None:
    """In zsh and fish each command is offered with its description."""
    variables = os.environ | on_path() | {"_BELLROPE_COMPLETE": f"complete_{shell}"} | variables
    told = subprocess.run(["bellrope"], capture_output=True, text=True, env=variables, check=True).stdout
    assert "event-types" in told
    assert "Look up, cancel and replay events" in told


def test_completing_a_command_imports_none() -> None:
    """Completion does not wait for the imports of the commands."""
    code = (
        "import sys; from bellrope_server.__main__ import main\n"
        "sys.argv = ['bellrope']\ntry: main()\nexcept SystemExit: pass\n"
        "print(' '.join(sys.modules), file=sys.stderr)"
    )
    asked = {"_BELLROPE_COMPLETE": "complete_bash", "COMP_WORDS": "bellrope d", "COMP_CWORD": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | asked, check=True
    )
    assert ended.stdout.split() == ["doctor", "deliveries"]
    assert {"grpc", "bellrope_server.cli.doctor", "bellrope_server.cli.deliveries"} & set(
        ended.stderr.split()
    ) == set()
