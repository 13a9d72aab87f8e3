"""The image: its Dockerfile builds what runs, and what runs is safe by default."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from bellrope_server.config import Config
from deploy.files import DEPLOY, DOCKERFILE, IMAGE, KEY, ROOT, ports, settings, stop_takes
from deploy.released import FULL, outside, started

pytestmark = pytest.mark.xdist_group("image")
START = [place for place, (word, _) in enumerate(DOCKERFILE) if word == "FROM"]
BUILD, FINAL = DOCKERFILE[START[0] : START[1]], DOCKERFILE[START[1] :]


def last(word: str) -> str:
    """Return the arguments of an instruction of the final stage."""
    return [rest for each, rest in FINAL if each == word][-1]


def copied(folder: Path) -> None:
    """Copy into a folder what the build stage copies, without what is ignored."""
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    for _, rest in (each for each in BUILD if each[0] == "COPY"):
        *sources, target = rest.split()
        for source in sources:
            assert f"!/{source}" in ignored
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, folder / target)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs that the steps of the build stage install, run here in place of in a container."""
    root = tmp_path_factory.mktemp("image")
    source = root / "source"
    source.mkdir()
    copied(source)
    offline = {"PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1"}  # 0: none
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for _, step in (each for each in BUILD if each[0] == "RUN"):
        here = step.replace("/wheels", f"{root}/wheels").replace("/opt/bellrope", f"{root}/opt/bellrope")
        environment = os.environ | path | ({} if FULL else offline)
        ran = subprocess.run(["sh", "-ec", here], cwd=source, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
    [site] = root.glob("opt/bellrope/lib/python*/site-packages")
    if not FULL:
        (site / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return root / "opt/bellrope/bin"


def inside() -> dict[str, str]:
    """Return the image's variables, with free ports."""
    return {name: text.replace(":4122", ":0").replace(":4123", ":0") for name, text in IMAGE.items()}


def test_the_dockerfile_has_no_fault_that_hadolint_knows() -> None:
    """hadolint, which knows the faults that Dockerfiles usually have, finds none."""
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("make test installs what checks deploy/")
    checked = subprocess.run(
        [hadolint, DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, "")


def test_the_image_refuses_to_serve_without_a_key(built: Path, tmp_path: Path) -> None:
    """It listens on all addresses, so a container without a key ends at once and says what is missing."""
    program = (str(built / "bellrope"), *json.loads(last("CMD")))
    environment = outside(built) | inside()
    ended = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.split(",")[0]) == (1, "bellrope: --admin-key is needed")


async def test_the_image_serves_with_a_key_in_a_file_and_its_check_says_so(
    built: Path, tmp_path: Path
) -> None:
    """With BELLROPE_ADMIN_KEY_FILE a container serves, and it is healthy as long as the server is ready."""
    (tmp_path / "key").write_text(f"{KEY}\n")
    [entry], arguments = json.loads(last("ENTRYPOINT")), json.loads(last("CMD"))
    named = {"BELLROPE_ADMIN_KEY_FILE": str(tmp_path / "key")}
    command = (str(built / entry), *arguments)
    async with started(command, tmp_path, outside(built) | inside() | named) as at:
        port = at["http"].rpartition(":")[2]
        assert (healthy(port), (tmp_path / "bellrope.db").exists()) == (0, True)
    assert healthy(port) != 0


def healthy(port: str) -> int:
    """Run the image's check against a port, and return its exit code."""
    word, command = last("HEALTHCHECK").split(" CMD ")
    assert word.startswith("--interval=")
    python, *arguments = json.loads(command)
    assert python == "python"
    script = [each.replace("4122", port) for each in arguments]
    return subprocess.run([sys.executable, *script], capture_output=True).returncode


def test_the_image_uses_the_ports_of_the_documentation(tmp_path: Path) -> None:
    """The container's ports are the defaults, and every variable that the image sets exists."""
    config = settings(IMAGE | {"BELLROPE_ADMIN_KEY_FILE": "key"}, tmp_path)
    assert ports(config) == ports(Config())
    assert last("EXPOSE").split() == [str(port) for port in ports(config)]
    assert (config.path, last("WORKDIR"), last("VOLUME")) == (Path("bellrope.db"), "/data", "/data")


def test_the_image_does_not_run_as_root() -> None:
    """Its user is a number other than 0, so Kubernetes can see that it is not root."""
    user, group = map(int, last("USER").split(":"))
    assert user
    assert group
    assert (last("STOPSIGNAL"), Config().drain_grace) == ("SIGTERM", 20)
    assert stop_takes(Config()) <= 30  # what the comment beside it says


def test_signals_reach_the_server() -> None:
    """No shell stands between Docker and the server: SIGTERM drains it."""
    assert [json.loads(last(word)) for word in ("ENTRYPOINT", "CMD")] == [["bellrope"], ["serve"]]


def test_only_what_the_wheels_are_made_of_is_sent_to_the_builder() -> None:
    """The build ignores everything else: databases, keys and .venv of a clone are in no layer."""
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    first, *others = [line for line in lines if not line.startswith("#")]
    assert first == "*"
    wanted = {source for word, rest in BUILD if word == "COPY" for source in rest.split()[:-1]}
    assert {line.removeprefix("!/") for line in others if line.startswith("!")} == wanted


def test_a_port_can_be_published() -> None:
    """The image listens on all addresses of its container, without which no published port reaches it."""
    hosts = {IMAGE[name].rpartition(":")[0] for name in ("BELLROPE_HTTP", "BELLROPE_GRPC")}
    assert hosts == {"0.0.0.0"}
