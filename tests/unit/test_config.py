"""The configuration: where each setting comes from, and that all errors come at once."""

import re
from typing import Any

import pytest
from bellrope_server.cli import program
from bellrope_server.cli.settings import read
from bellrope_server.config import Config
from typer.main import get_command
from unit.settings_given import LIMITS, SAMPLES, faults


def test_the_samples_are_complete() -> None:
    """Every setting has a sample, which the tests below use."""
    assert set(SAMPLES) == set(Config.model_fields)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_setting_has_a_variable(name: str) -> None:
    """Every setting can be given as a variable."""
    text, value = SAMPLES[name]
    assert getattr(read({}, {f"BELLROPE_{name.upper()}": text}), name) == value


@pytest.mark.parametrize("name", SAMPLES)
def test_every_setting_has_a_flag(name: str) -> None:
    """Every setting can be given as a flag."""
    text, value = SAMPLES[name]
    assert getattr(read({name: value if isinstance(value, tuple) else text}, {}), name) == value


def test_several_workers_need_a_database_that_they_can_share() -> None:
    """Several workers need PostgreSQL, because an embedded database belongs to one process."""
    assert read({"workers": "2", "database": "postgresql://db/x"}, {}).workers == 2
    [line] = faults({"workers": "2"})
    assert line.startswith("--workers needs --database postgresql://")


def test_flags_and_settings_are_the_same() -> None:
    """`bellrope serve` has a flag for every setting, under its name, and no other flag."""
    command: Any = get_command(program)
    flags = {parameter.opts[0]: parameter.name for parameter in command.get_command(None, "serve").params}
    assert flags == {f"--{name.replace('_', '-')}": name for name in SAMPLES}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_flag_wins(name: str) -> None:
    """A flag wins over the variable, and the variable over the default."""
    text, value = SAMPLES[name]
    given_flag = value if isinstance(value, tuple) else text
    assert getattr(read({name: given_flag}, {f"BELLROPE_{name.upper()}": "nonsense"}), name) == value


def test_without_flags_and_variables_there_are_the_documented_defaults() -> None:
    """The defaults: an open server on loopback, its database in the current folder."""
    config = read(dict.fromkeys(Config.model_fields), {"PATH": "/bin", "BELLROPE_SERVER": "x:1"})
    assert (config.database, config.http, config.grpc) == (
        "sqlite:///bellrope.db",
        "127.0.0.1:4122",
        "127.0.0.1:4123",
    )
    assert (config.admin_key, config.reflection, config.drain_grace) == (None, None, 20)
    assert (config.min_ping_interval, config.idle_pings) == (5, True)
    assert {name: getattr(config, name) for name in LIMITS} == {
        "max_data_bytes": 1024 * 1024,
        "max_request_bytes": 1024 * 1024 + 64 * 1024,
        "max_batch_events": 1000,
        "max_batch_bytes": 16 * 1024 * 1024,
        "max_header_bytes": 8 * 1024,
        "max_connections_per_address": 1024,
        "max_grpc_connections": 4096,
        "max_streams_per_connection": 256,
        "max_calls": 4096,
        "max_waiting_events": 8192,
        "max_parked": 1_000_000,
        "max_chained_events": 10_000,
        "max_body_memory": 256 * 1024 * 1024,
        "max_body_memory_per_address": 128 * 1024 * 1024,
        "max_answer_memory": 256 * 1024 * 1024,
        "max_in_flight_per_trigger": 32,
        "max_in_flight_per_endpoint": 64,
        "max_in_flight": 512,
    }


def test_the_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a given environment, the variables are those of the process."""
    monkeypatch.delenv("BELLROPE_FULL", raising=False)  # of the long tests; a server does not know it
    monkeypatch.setenv("BELLROPE_MAX_CALLS", "77")
    assert read({}).max_calls == 77


def test_all_faults_come_at_once() -> None:
    """I17: All errors come at once, each with the name of its flag or variable; so do unknown variables."""
    told = faults(
        {
            "database": "mysql://x",
            "http": "0.0.0.0:80",
            "grpc": "nowhere",
            "drain_grace": "-1",
            "max_data_bytes": "3000",
            "max_request_bytes": "2000",
        },
        BELLROPE_MAX_CALLS="0",
        BELLROPE_LOG_LEVEL="LOUD",
        BELLROPE_EGRESS_ALLOW="169.254.0.0/16,***",
        BELLROPE_ADMINKEY="whsec_no_such_variable",
    )
    assert [line.split()[0] for line in told] == [
        "BELLROPE_ADMINKEY",
        "--database",
        "--grpc",
        "--admin-key",
        "BELLROPE_EGRESS_ALLOW",
        "--drain-grace",
        "BELLROPE_LOG_LEVEL",
        "--max-request-bytes",
        "BELLROPE_MAX_CALLS",
    ]
    assert told[0] == "BELLROPE_ADMINKEY is not a known variable; did you mean BELLROPE_ADMIN_KEY?"
    assert told[3] == "--admin-key is needed, because --http 0.0.0.0:80 can be reached from outside"
    assert "169.254.0.0/16" in told[4]
    assert "***" in told[4]
    assert told[7] == "--max-request-bytes must be at least --max-data-bytes"


def test_a_variable_like_no_other_is_named_alone() -> None:
    """Nothing is guessed where nothing is near."""
    assert faults({}, BELLROPE_ZEBRA="1") == ["BELLROPE_ZEBRA is not a known variable"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("workers", "abc", "must be a whole number"),
        ("workers", "1.5", "must be a whole number"),
        ("workers", "65", "must be at most 64"),
        ("max_calls", "0", "must be at least 1"),
        ("min_ping_interval", "abc", "must be a number"),
        ("idle_pings", "maybe", "must be true or false"),
        ("log_level", "LOUD", "must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("source", "x" * 256, "must have at most 255 characters"),
    ],
)
def test_what_a_setting_must_be_is_said_in_plain_words(name: str, value: str, said: str) -> None:
    """No fault has the words of a library: it says what the value must be."""
    assert faults({name: value}) == [f"--{name.replace('_', '-')} {said}"]


def test_a_setting_says_what_it_is() -> None:
    """Every setting has a description that ends in a full stop."""
    for name, field in Config.model_fields.items():
        assert re.fullmatch(r"[A-Z].*\.", field.description or ""), name


def test_the_configuration_can_not_be_changed() -> None:
    """A configuration does not change once it is read."""
    with pytest.raises(ValueError, match="frozen"):
        read({}, {}).max_calls = 1
