"""Settings as flags and variables, and what is wrong with them."""

from typing import Any

import pytest
from bellrope_server.cli.settings import read
from bellrope_server.config import Config, ConfigError

KEY = "a-key-for-these-tests-only"
SAMPLES: dict[str, tuple[str, Any]] = {
    "database": ("sqlite:////var/lib/bellrope.db", "sqlite:////var/lib/bellrope.db"),
    "prepared_statements": ("false", False),
    "database_direct": ("postgresql://db.example.com/direct", "postgresql://db.example.com/direct"),
    "workers": ("1", 1),
    "http": ("127.0.0.2:80", "127.0.0.2:80"),
    "grpc": ("[::1]:81", "[::1]:81"),
    "admin_key": (KEY, KEY),
    "egress_allow": ("10.0.0.0/8,receiver.corp", ("10.0.0.0/8", "receiver.corp")),
    "egress_proxy": ("http://me:pass@proxy:3128", "http://me:pass@proxy:3128"),
    "egress_no_proxy": ("*.svc.cluster.local,private", ("*.svc.cluster.local", "private")),
    "cors_origin": ("https://a.example.com,http://b:8", ("https://a.example.com", "http://b:8")),
    "config": ("bellrope.yaml", "bellrope.yaml"),
    "source": ("the-source", "the-source"),
    "reflection": ("true", True),
    "drain_grace": ("1.5", 1.5),
    "retain_succeeded": ("36h", "36h"),
    "retain_dead_letters": ("forever", "forever"),
    "retain_attempts": ("90m", "90m"),
    "retain_unmatched": ("5s", "5s"),
    "retain_statistics": ("90d", "90d"),
    "log_level": ("DEBUG", "DEBUG"),
    "otel": ("true", True),
    "max_data_bytes": ("1000", 1000),
    "max_request_bytes": ("8000000", 8_000_000),
    "max_batch_events": ("7", 7),
    "max_batch_bytes": ("2000", 2000),
    "max_header_bytes": ("1025", 1025),
    "max_connections_per_address": ("3", 3),
    "max_grpc_connections": ("4", 4),
    "max_streams_per_connection": ("5", 5),
    "min_ping_interval": ("0.5", 0.5),
    "idle_pings": ("false", False),
    "max_calls": ("4", 4),
    "max_waiting_events": ("8", 8),
    "min_free_disk": ("0", 0),
    "max_parked": ("9", 9),
    "max_chained_events": ("50", 50),
    "max_body_memory": ("2000000", 2_000_000),
    "max_body_memory_per_address": ("3000000", 3_000_000),
    "max_answer_memory": ("4000000", 4_000_000),
    "max_in_flight_per_trigger": ("5", 5),
    "max_in_flight_per_endpoint": ("6", 6),
    "max_in_flight": ("7", 7),
}
LIMITS = {name: field for name, field in Config.model_fields.items() if name.startswith("max_")}


def faults(flags: dict[str, Any], **environment: str) -> list[str]:
    """Return what is wrong, one line for each error."""
    with pytest.raises(ConfigError) as caught:
        read(flags, environment)
    return str(caught.value).splitlines()
