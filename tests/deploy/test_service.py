"""The systemd unit: it starts the server that is installed, and lets it do nothing else."""

import asyncio
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from bellrope_server.config import Config
from deploy.files import DEPLOY, KEY, seconds, settings, stop_takes
from deploy.released import outside, started
from kit import post, until
from receiver import Receiver

FILE = DEPLOY / "bellrope.service"
LINES = re.findall(r"^(\w+)=(.*)$", FILE.read_text(), re.MULTILINE)
PROGRAM = "/opt/bellrope/bin/bellrope"
EXPOSURE = "15"  # of 100, as `systemd-analyze security` counts

MORE = {  # as lines of /etc/bellrope/bellrope.env
    "BELLROPE_EGRESS_ALLOW": "loopback",
    "BELLROPE_HTTP": "127.0.0.1:0",
    "BELLROPE_GRPC": "127.0.0.1:0",
}
CONFINED = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, on Linux 6.3: what MemoryDenyWriteExecute= does
os.umask(0o077)
os.execvp(sys.argv[1], sys.argv[1:])
"""

unit: dict[str, list[str]] = defaultdict(list)
for key, value in LINES:
    unit[key].append(value)


def variables(folder: Path) -> dict[str, str]:
    """Return the variables of the unit, with its folders below another one."""
    text = "\n".join(unit["Environment"]).replace("%S", str(folder)).replace("%d", str(folder))
    return dict(line.split("=", 1) for line in text.splitlines())


def systemd(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `systemd-analyze`."""
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def here(installed: Path, tmp_path: Path) -> Path:
    """The unit with the program where the tests have it."""
    copy = tmp_path / FILE.name
    copy.write_text(FILE.read_text().replace(PROGRAM, str(installed / "bellrope")))
    return copy


@pytest.mark.xdist_group("release")
def test_systemd_understands_every_line(here: Path) -> None:
    """`systemd-analyze verify` has nothing to say about the unit, and notices a misspelled line."""
    checked = systemd("verify", "--man=no", str(here))
    assert (checked.returncode, checked.stderr) == (0, "")
    here.write_text(here.read_text().replace("KillMode", "KillMod"))
    assert "KillMod" in systemd("verify", "--man=no", str(here)).stderr


def test_the_unit_gives_the_server_little_to_misuse() -> None:
    """`systemd-analyze security` rates the exposure at 1.5 of 10 or less."""
    rated = systemd("security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", str(FILE))
    assert rated.returncode == 0, rated.stdout


def test_a_stop_has_the_time_that_it_needs() -> None:
    """systemd waits longer for a stop than the server takes, and tells only the first process to stop."""
    assert seconds(unit["TimeoutStopSec"][0]) >= stop_takes(Config())
    assert (unit["KillMode"], unit["Restart"]) == (["mixed"], ["always"])
    assert "ExecReload" not in unit


def test_every_variable_exists(tmp_path: Path) -> None:
    """The server starts with the variables of the unit, and its database is in the unit's folder."""
    assert settings(variables(tmp_path), tmp_path).path == Path("bellrope.db")
    assert unit["WorkingDirectory"] == [f"%S/{unit['StateDirectory'][0]}"]
    name, _, _ = unit["LoadCredential"][0].partition(":")
    assert Path(variables(tmp_path)["BELLROPE_ADMIN_KEY_FILE"]).name == name


def allowed() -> set[str]:
    """Return the system calls that the unit's filters let pass."""
    [first, *others] = unit["SystemCallFilter"]
    denied = {call for each in others for call in calls(each.removeprefix("~"))}
    assert all(each.startswith("~") for each in others)
    return set(calls(first)) - denied


def calls(group: str) -> Iterator[str]:
    """Yield the system calls of one of systemd's groups."""
    for word in re.findall(r"^ +(@?[\w-]+)$", systemd("syscall-filter", group).stdout, re.MULTILINE):
        if word.startswith("@"):
            yield from calls(word)
        else:
            yield word


@pytest.mark.xdist_group("release")
async def test_the_server_delivers_with_the_rights_of_the_unit(installed: Path, tmp_path: Path) -> None:
    """What the unit starts serves and delivers an event; it needs no system call that the unit forbids."""
    folder, used = tmp_path / unit["StateDirectory"][0], tmp_path / "used"
    folder.mkdir(mode=0o700)
    (tmp_path / "admin-key").write_text(f"{KEY}\n")
    [command] = unit["ExecStart"]
    strace = ("strace", "-D", "-f", "-c", "-S", "name", f"-o{used}")
    confined = (str(installed / "python"), "-c", CONFINED, *strace)
    program = command.replace(PROGRAM, str(installed / "bellrope")).split()
    async with (
        started((*confined, *program), folder, outside(installed) | variables(tmp_path) | MORE) as at,
        Receiver() as receiver,
    ):
        await asyncio.to_thread(deliver, f"http://{at['http']}", receiver.url)
        await receiver.received(1)
    await until(lambda: used.exists() and used.read_text().rstrip().endswith("total"))
    names = {line.split()[-1] for line in used.read_text().splitlines()[2:-2]}
    assert {"fdatasync", "sendto"} & names
    names -= {"fchown"}  # SQLite calls it only for root, to keep a file's owner
    assert names - allowed() == set()


def deliver(server: str, url: str) -> None:
    """Queue an event for a webhook."""
    key = {"Authorization": f"Bearer {KEY}"}
    assert post(f"{server}/v1/config/projects/shop", {}, **key) == (200, {})
    trigger = {"type": "order", "url": url}
    assert post(f"{server}/v1/config/projects/shop/eventing/triggers/t", trigger, **key) == (200, {})
    assert post(f"{server}/v1/api/shop/eventing/queue", {"type": "order"}, **key)[1]["deliveryCount"] == 1
