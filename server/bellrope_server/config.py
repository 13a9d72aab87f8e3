"""The settings of a server: one frozen value."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bellrope_server.model import Micros, Retention
from bellrope_server.rules import database_urls
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.hosts import check_address, is_loopback
from bellrope_server.rules.origins import ANY, Origins
from bellrope_server.rules.places import Places
from bellrope_server.rules.proxies import Proxy
from bellrope_server.telemetry import otel
from bellrope_server.text.lengths import length_of

PREFIX = "BELLROPE_"
KEY = re.compile(r"[!-~]{16,}")  # what a header can carry after `Bearer `
LISTS = ("egress_allow", "egress_no_proxy", "cors_origin")


class ConfigError(Exception):
    """The configuration is wrong. The message has one line for each fault."""


def readable(read: Callable[[Any], object]) -> AfterValidator:
    """Return the check that `read` takes a value, if there is one. It raises ValueError if not."""

    def checked(value: Any) -> Any:
        if value is not None:
            read(value)
        return value

    return AfterValidator(checked)


Address = Annotated[str, readable(check_address)]
Length = Annotated[str, readable(length_of)]


class Config(BaseModel):
    """The settings of `bellrope serve`. Each is a flag `--like-this` and a variable `BELLROPE_LIKE_THIS`."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    database: Annotated[str, readable(database_urls.check)] = Field(
        "sqlite:///bellrope.db",
        description="The database: sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME,"
        " which several servers can share.",
        repr=False,
    )
    prepared_statements: bool = Field(
        True,
        description="Keep prepared statements. Turn it off for PgBouncer in transaction mode, unless its"
        " max_prepared_statements is over 0.",
    )
    database_direct: Annotated[str | None, readable(database_urls.check_postgres)] = Field(
        None,
        repr=False,
        description="The direct URL of the same PostgreSQL, for hints between servers."
        " Needed only if --database points to PgBouncer in transaction mode.",
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="Processes that share the ports, for machines with several cores. PostgreSQL only."
    )
    http: Address = Field("127.0.0.1:4122", description="HOST:PORT for HTTP. Port 0 takes a free port.")
    grpc: Address = Field("127.0.0.1:4123", description="HOST:PORT for gRPC. Port 0 takes a free port.")
    admin_key: str | None = Field(
        None,
        repr=False,
        description="The key that every call must carry, at least 16 characters."
        " Without a key the server is open, and listens on loopback only.",
    )
    egress_allow: Annotated[tuple[str, ...] | None, readable(EgressPolicy.parse)] = Field(
        None,
        description="What webhooks may reach besides public addresses: CIDRs, host names, suffixes like"
        " `*.svc.cluster.local`, `loopback`, `private`. Without an admin key `loopback` is the default.",
    )
    egress_proxy: Annotated[str | None, readable(Proxy.parse)] = Field(
        None,
        max_length=2048,
        repr=False,
        description="The HTTP proxy through which webhooks are called: http://USER:PASSWORD@HOST:PORT, or the"
        " same with https://. It must allow CONNECT. The variables of other programs, such as HTTPS_PROXY,"
        " are not read.",
    )
    egress_no_proxy: Annotated[tuple[str, ...] | None, readable(Places.parse)] = Field(
        None,
        description="What is called without --egress-proxy, written as for --egress-allow. It opens nothing.",
    )
    cors_origin: tuple[str, ...] | None = Field(
        None,
        description="Origins whose pages may call the HTTP API from a browser, for example"
        " https://app.example.com, or `*` for all, which needs an admin key. By default none.",
    )
    config: str | None = Field(
        None, description="A YAML file of projects to apply at the start (see `bellrope apply`)."
    )
    source: str | None = Field(
        None,
        max_length=255,
        description="The `source` of events. By default the server makes an id once and keeps it.",
    )
    reflection: bool | None = Field(
        None, description="Offer gRPC reflection. By default only without an admin key."
    )
    drain_grace: Annotated[float, Field(ge=0, le=600)] = Field(
        20, description="How many seconds attempts and calls may take to finish when the server stops."
    )
    retain_succeeded: Length = Field(
        "7d",
        description="How long to keep deliveries after they succeeded, expired or were cancelled:"
        " a number with `s`, `m`, `h` or `d`, or `forever`.",
    )
    retain_dead_letters: Length = Field("30d", description="How long to keep dead letters.")
    retain_attempts: Length = Field(
        "7d",
        description="How long to keep attempts after their delivery ended, but not longer than the delivery.",
    )
    retain_unmatched: Length = Field("7d", description="How long to keep events that matched no trigger.")
    retain_statistics: Length = Field(
        "30d", description="How long to keep statistics: by the minute for 48 hours, then by the hour."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="The lowest level of messages from libraries that is logged."
    )
    otel: bool = Field(
        False,
        description="Send traces to an OpenTelemetry collector, as the variables `OTEL_*` say. Needs"
        f" `{otel.INSTALL}`.",
    )
    max_data_bytes: int = Field(1_048_576, ge=1, le=8_388_608, description="The largest `data` of an event.")
    max_request_bytes: int = Field(1_114_112, ge=1024, le=16_777_216, description="The largest request.")
    max_batch_events: int = Field(
        1000, ge=1, le=10_000, description="The largest number of events in one batch."
    )
    max_batch_bytes: int = Field(16_777_216, ge=1024, le=16_777_216, description="The largest batch.")
    max_header_bytes: int = Field(
        8192, ge=1024, le=65_536, description="The largest HTTP header or gRPC metadata."
    )
    max_connections_per_address: int = Field(
        1024, ge=1, le=65_536, description="The most HTTP connections from one address."
    )
    max_grpc_connections: int = Field(
        4096, ge=1, le=65_536, description="The most connections to the gRPC port, from all addresses."
    )
    max_streams_per_connection: int = Field(
        256,
        ge=1,
        le=65_536,
        description="The most calls at once on one gRPC connection. A client holds back further ones itself.",
    )
    min_ping_interval: float = Field(
        5.0,
        ge=0.1,
        le=7200,
        description="How many seconds must pass between two keepalive pings of a gRPC client. A client that"
        " often pings sooner is disconnected.",
    )
    idle_pings: bool = Field(
        True, description="Let gRPC clients ping a connection on which no call is under way."
    )
    max_calls: int = Field(4096, ge=1, le=65_536, description="The most calls that queue or trigger at once.")
    max_waiting_events: int = Field(
        8192,
        ge=1,
        le=1_000_000,
        description="The most events and other writes that wait for the database."
        " An event counts once more for each 32 KiB of its data.",
    )
    max_body_memory: int = Field(
        268_435_456,
        ge=1_048_576,
        le=1_099_511_627_776,
        description="The most bytes of requests over 16 KiB that are under way. Beyond it, large requests"
        " are refused and streams wait.",
    )
    max_body_memory_per_address: int = Field(
        134_217_728,
        ge=1_048_576,
        le=1_099_511_627_776,
        description="The most bytes of --max-body-memory for requests from one address. Raise it if your"
        " callers come through a proxy, which is one address.",
    )
    max_answer_memory: int = Field(
        268_435_456,
        ge=1_048_576,
        le=1_099_511_627_776,
        description="The most bytes of answers over 16 KiB that their callers have not read yet. One address"
        " gets half of them. Beyond it, large answers are refused.",
    )
    min_free_disk: int = Field(
        104_857_600,
        ge=0,
        le=1_099_511_627_776,
        description="If fewer bytes are free on the disk of an SQLite database, new events are refused."
        " 0 turns this off.",
    )
    max_parked: int = Field(
        1_000_000,
        ge=1,
        le=1_000_000_000,
        description="The most due deliveries that may wait for one trigger, because it is paused or at its"
        " limit. Beyond it, events for the trigger are refused.",
    )
    max_chained_events: int = Field(
        10_000,
        ge=1,
        le=1_000_000_000,
        description="The most events that one event may lead to, through the answers of webhooks.",
    )
    max_in_flight_per_trigger: int = Field(
        32, ge=1, le=4096, description="The most attempts at once for one trigger."
    )
    max_in_flight_per_endpoint: int = Field(
        64, ge=1, le=4096, description="The most attempts at once for one endpoint (scheme, host and port)."
    )
    max_in_flight: int = Field(512, ge=1, le=16_384, description="The most attempts at once on one server.")

    @property
    def path(self) -> Path | None:
        """The file of the SQLite database, or None for PostgreSQL."""
        return database_urls.path_of(self.database)

    @property
    def place(self) -> Path | str:
        """Where the database is: the path of a file, or a URL."""
        return self.path or self.database

    @property
    def policy(self) -> EgressPolicy:
        """Where webhooks may go."""
        default = () if self.admin_key else ("loopback",)
        return EgressPolicy.parse(default if self.egress_allow is None else self.egress_allow)

    @property
    def proxy(self) -> Proxy | None:
        """The proxy through which webhooks are called."""
        if self.egress_proxy is None:
            return None
        return Proxy.parse(self.egress_proxy, direct=self.egress_no_proxy or ())

    @property
    def origins(self) -> Origins:
        """Whose pages may call."""
        return Origins.parse(self.cors_origin or ())

    @property
    def retention(self) -> Retention:
        """How long to keep what is finished."""
        return Retention(
            succeeded=length_of(self.retain_succeeded),
            dead_letters=length_of(self.retain_dead_letters),
            attempts=length_of(self.retain_attempts),
            unmatched=length_of(self.retain_unmatched),
        )

    @property
    def statistics_kept(self) -> Micros | None:
        """How long to keep statistics. None means for ever."""
        return length_of(self.retain_statistics)

    @field_validator("workers")
    @classmethod
    def _workers(cls, value: int, others: ValidationInfo) -> int:
        if value > 1 and not database_urls.is_postgres(
            others.data.get("database", database_urls.POSTGRES[0])
        ):
            raise ValueError("needs --database postgresql://...: only one process can use an SQLite database")
        return value

    @field_validator("cors_origin")
    @classmethod
    def _origins(cls, value: tuple[str, ...] | None, others: ValidationInfo) -> tuple[str, ...] | None:
        if ANY in Origins.parse(value or ()).names and others.data.get("admin_key") is None:
            raise ValueError("* needs --admin-key: without a key every page could call this server")
        return value

    @field_validator("otel")
    @classmethod
    def _otel(cls, value: bool) -> bool:
        if value:
            otel.check()
        return value

    @field_validator("admin_key")
    @classmethod
    def _closed_without_a_key(cls, value: str | None, others: ValidationInfo) -> str | None:
        """Check the key, and that one is set if an address is not loopback."""
        if value is not None and not KEY.fullmatch(value):
            raise ValueError("must be at least 16 printable ASCII characters without white space")
        outside = [
            f"--{name} {others.data[name]}"
            for name in ("http", "grpc")
            if name in others.data and not is_loopback(others.data[name].rpartition(":")[0])
        ]
        if outside and value is None:
            raise ValueError(f"is needed, because {' and '.join(outside)} can be reached from outside")
        return value

    @field_validator("max_request_bytes")
    @classmethod
    def _holds_the_data(cls, value: int, others: ValidationInfo) -> int:
        if value < others.data.get("max_data_bytes", 0):
            raise ValueError("must be at least --max-data-bytes")
        return value
