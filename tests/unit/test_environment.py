"""Secrets in files, and the variables that Kubernetes sets by itself."""

from pathlib import Path

import pytest
from bellrope_server.cli.settings import read
from bellrope_server.config import Config
from unit.settings_given import KEY, faults

SECRETS = {
    "admin_key": KEY,
    "database": "postgresql://me:marked@db.example.com/x",
    "database_direct": "postgresql://me:marked@direct.example.com/x",
}


def test_whatever_may_hold_a_secret_can_be_in_a_file(tmp_path: Path) -> None:
    """For each setting that may hold a secret, BELLROPE_..._FILE names a file with its value."""
    file = tmp_path / "secret"
    for name in (name for name, field in Config.model_fields.items() if not field.repr):
        value = SECRETS.get(name, "http://me:marked@proxy.example.com:3128")
        file.write_text(f"{value}\n")
        assert getattr(read({}, {f"BELLROPE_{name.upper()}_FILE": str(file)}), name) == value


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_end_of_the_line_is_not_part_of_the_key(tmp_path: Path, end: str) -> None:
    """A file that an editor or `openssl rand` wrote ends with a line break, which is left out."""
    (tmp_path / "key").write_bytes(KEY.encode() + end.encode())
    assert read({}, {"BELLROPE_ADMIN_KEY_FILE": str(tmp_path / "key")}).admin_key == KEY


def test_a_flag_wins_over_a_file(tmp_path: Path) -> None:
    """A flag wins over the file, which is then not read."""
    missing = {"BELLROPE_ADMIN_KEY_FILE": str(tmp_path / "missing")}
    assert read({"admin_key": KEY}, missing).admin_key == KEY


def test_a_key_in_a_variable_and_in_a_file_is_refused() -> None:
    """Nobody has to guess which of the two counts."""
    both = {"BELLROPE_ADMIN_KEY": KEY, "BELLROPE_ADMIN_KEY_FILE": "/run/key"}
    assert faults({}, **both) == [
        "BELLROPE_ADMIN_KEY and BELLROPE_ADMIN_KEY_FILE are both set: remove one of them"
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, " cannot be read: No such file or directory"),
        (b"marked\xff" * 9, " is not UTF-8; save it as UTF-8"),
        (b"marked", " must be at least 16 printable ASCII characters without white space"),
        (b"", " must be at least 16 printable ASCII characters without white space"),
    ],
)
def test_a_file_without_a_key_is_named(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    """An error about a key in a file names its variable, and never repeats what is in the file."""
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    [line] = faults({}, BELLROPE_ADMIN_KEY_FILE=str(file))
    assert line.replace(f" {str(file)!r}", "") == f"BELLROPE_ADMIN_KEY_FILE{sentence}"


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    """What Docker makes of a file that is missing, a folder, is refused with a sentence."""
    assert faults({}, BELLROPE_ADMIN_KEY_FILE=str(tmp_path)) == [
        f"BELLROPE_ADMIN_KEY_FILE {str(tmp_path)!r} cannot be read: Is a directory"
    ]


def test_only_secrets_have_files() -> None:
    """A file for another setting is an unknown variable, like any mistyped one."""
    assert faults({}, BELLROPE_HTTP_FILE="/x")[0].startswith("BELLROPE_HTTP_FILE is not a known variable")
    assert faults({}, BELLROPE_ADMIN_KEYFILE="/x") == [
        "BELLROPE_ADMIN_KEYFILE is not a known variable; did you mean BELLROPE_ADMIN_KEY_FILE?"
    ]


@pytest.mark.parametrize("service", ["BELLROPE", "BELLROPE_GRPC", "BELLROPE_POSTGRESQL"])
def test_the_variables_of_a_kubernetes_service_do_not_stop_the_start(service: str) -> None:
    """Beside a Service whose name begins with `bellrope`, a server starts as anywhere else."""
    links = {
        f"{service}_SERVICE_HOST": "10.0.0.9",
        f"{service}_SERVICE_PORT": "4122",
        f"{service}_SERVICE_PORT_HTTP": "4122",
        f"{service}_PORT": "tcp://10.0.0.9:4122",
        f"{service}_PORT_4122_TCP": "tcp://10.0.0.9:4122",
        f"{service}_PORT_4122_TCP_PROTO": "tcp",
        f"{service}_PORT_4122_TCP_PORT": "4122",
        f"{service}_PORT_4122_TCP_ADDR": "10.0.0.9",
    }
    assert read({}, links | {"BELLROPE_MAX_CALLS": "7"}).max_calls == 7
    assert faults({}, **links, BELLROPE_PORTS="1")[0].startswith("BELLROPE_PORTS ")


@pytest.mark.parametrize("name", ["BELLROPE_PORT", "BELLROPE_HTTP_PORT", "BELLROPE_SERVICE_HOST"])
def test_a_variable_like_those_of_kubernetes_is_a_mistake_where_it_stands_alone(name: str) -> None:
    """A port that somebody set by a wrong name is refused, not ignored."""
    assert faults({}, **{name: "4122"})[0].startswith(f"{name} is not a known variable")
