"""Triggers between the proto and the model: one table has the rule of each field."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bellrope.v1 import triggers_pb2
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Micros
from bellrope_server.convert import counts, masks, names, texts
from bellrope_server.convert.message_reader import step
from bellrope_server.convert.times import from_duration, to_duration, to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.model import DEFAULT_TIMEOUT, Encoding, Trigger, TriggerSpec
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules import filters
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.secrets import check_secret
from bellrope_server.rules.urls import check_url

Proto = triggers_pb2.Trigger
Values = dict[str, Any]

POLICY_PARTS = tuple(f"retry_policy.{field.name}" for field in triggers_pb2.RetryPolicy.DESCRIPTOR.fields)

MAX_RETRIES, MAX_IN_FLIGHT = 100, 512
MAX_SCHEDULE, MAX_STATUSES = counts.SCHEDULE, counts.STATUSES
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 100 * MILLISECOND, 2 * MINUTE
SHORTEST_WAIT, LONGEST_MIN, LONGEST_WAIT = 1 * MILLISECOND, 24 * HOUR, 7 * DAY
NO_RETRY_STATUS = re.compile(r"[345]([0-9]{2}|xx|XX)")
MAX_HEADERS, MAX_HEADER_NAME, MAX_HEADER_VALUE = counts.HEADERS, 128, 4096
HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, 5.6.2
HEADER_VALUE = re.compile(r"[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff\t]*[\x21-\x7e\x80-\xff])?|")
MAX_DESCRIPTION = 1024
OURS = frozenset(
    (
        *("accept", "connection", "content-length", "content-type", "cookie", "expect", "host", "keep-alive"),
        *("proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "traceparent", "trailer"),
        *("tracestate", "transfer-encoding", "upgrade", "user-agent"),
        *("webhook-id", "webhook-signature", "webhook-timestamp"),
    )
)
OUR_PREFIXES = ("webhook-", "ce-")


class TriggerReader:
    """Reads triggers from requests; the egress policy must allow their URLs."""

    def __init__(self, policy: EgressPolicy) -> None:
        self._fields: dict[str, Callable[[Proto], Any]] = {
            "type": lambda trigger: names.trigger_type(trigger.type),
            "url": lambda trigger: _url(trigger, policy),
            "retries": _retries,
            "timeout": _timeout,
            "retry_policy": _retry_policy,
            "headers": _headers,
            "secrets": _secret,
            "options": lambda trigger: names.options(trigger.options),
            "filter": _filter,
            "paused": lambda trigger: trigger.paused,
            "disable_on_gone": lambda trigger: trigger.disable_on_gone,
            "max_in_flight": _max_in_flight,
            "encoding": _encoding,
            "chain_events": lambda trigger: trigger.chain_events,
            "description": _description,
        }

    def spec(self, trigger: Proto) -> TriggerSpec:
        """Return a whole trigger, or raise InvalidField or another ServiceError."""
        name = names.trigger(trigger.name, field="name")
        return _apply(TriggerSpec(name=name, type="", url=""), self._read(trigger, self._fields))

    def edit(self, trigger: Proto, paths: Iterable[str]) -> Callable[[TriggerSpec], TriggerSpec]:
        """Return the change of these fields of a trigger. No paths or `*` mean all fields.

        The change raises InvalidField if a part of the retry policy does not go with what stays of it.
        All fields without a secret keep the secret, because a caller that read the trigger does not have it.
        """
        wanted = list(paths)
        if not wanted or wanted == ["*"]:
            wanted = [path for path in self._fields if path != "secrets" or trigger.secrets]
        masks.check(wanted, (*self._fields, *POLICY_PARTS))
        parts = [path for path in wanted if path in POLICY_PARTS]
        values = self._read(trigger, [path for path in wanted if path not in POLICY_PARTS])
        return lambda spec: _apply(_with_parts(spec, trigger, parts), values)

    def _read(self, trigger: Proto, paths: Iterable[str]) -> Values:
        return {path: self._fields[path](trigger) for path in paths}


def _apply(spec: TriggerSpec, values: Mapping[str, Any]) -> TriggerSpec:
    """Return the specification with these fields changed; retries and waits become one policy."""
    plain = {
        path: value for path, value in values.items() if path not in ("retries", "retry_policy", "secrets")
    }
    if "secrets" in values:
        plain["secret"] = values["secrets"]
    policy: RetryPolicy = values.get("retry_policy", spec.retry_policy)
    policy = replace(policy, retries=values.get("retries", spec.retry_policy.retries))
    return replace(spec, retry_policy=policy, **plain)


def _with_parts(spec: TriggerSpec, trigger: Proto, paths: Sequence[str]) -> TriggerSpec:
    """Return the specification with these parts of its retry policy changed, or raise InvalidField."""
    if not paths:
        return spec
    merged = Proto(retry_policy=_shown_policy(spec.retry_policy))
    FieldMask(paths=paths).MergeMessage(
        trigger, merged, replace_message_field=True, replace_repeated_field=True
    )
    return replace(spec, retry_policy=replace(_retry_policy(merged), retries=spec.retry_policy.retries))


def _url(trigger: Proto, policy: EgressPolicy) -> str:
    """Return the URL as it will be called, so that it is shown so, too."""
    return check_url(trigger.url, policy).url


def _retries(trigger: Proto) -> int:
    if not trigger.HasField("retries"):
        return RetryPolicy().retries
    if not 0 <= trigger.retries <= MAX_RETRIES:
        raise InvalidField(f"must be 0 to {MAX_RETRIES}", field="retries")
    return trigger.retries


def _timeout(trigger: Proto) -> Micros:
    if not trigger.HasField("timeout"):
        return DEFAULT_TIMEOUT
    return _length(trigger.timeout, "timeout", SHORTEST_TIMEOUT, LONGEST_TIMEOUT)


def _retry_policy(trigger: Proto) -> RetryPolicy:
    policy, default = trigger.retry_policy, RetryPolicy()
    if len(policy.schedule) > MAX_SCHEDULE:
        raise InvalidField(f"must not have more than {MAX_SCHEDULE} entries", field="retry_policy.schedule")
    shortest = default.min_backoff
    if policy.HasField("min_backoff"):
        shortest = _length(policy.min_backoff, "retry_policy.min_backoff", SHORTEST_WAIT, LONGEST_MIN)
    longest = max(default.max_backoff, shortest)
    if policy.HasField("max_backoff"):
        longest = _length(policy.max_backoff, "retry_policy.max_backoff", shortest, LONGEST_WAIT)
    schedule = tuple(
        _length(wait, "retry_policy.schedule", SHORTEST_WAIT, LONGEST_WAIT) for wait in policy.schedule
    )
    return RetryPolicy(
        min_backoff=shortest,
        max_backoff=longest,
        schedule=schedule,
        no_retry_statuses=_no_retry_statuses(policy.no_retry_statuses),
    )


def _no_retry_statuses(statuses: Sequence[str]) -> tuple[str, ...]:
    """Return each status and class once."""
    field = "retry_policy.no_retry_statuses"
    if len(statuses) > MAX_STATUSES:
        raise InvalidField(f"must not have more than {MAX_STATUSES} entries", field=field)
    wrong = next((at for at, status in enumerate(statuses) if not NO_RETRY_STATUS.fullmatch(status)), None)
    if wrong is not None:
        raise InvalidField(
            "must have statuses from 300 to 599 such as `410`, or classes: `3xx`, `4xx`, `5xx`",
            field=field,
            step=step(wrong),
        )
    return tuple(dict.fromkeys(status.lower() for status in statuses))


def _length(duration: Any, field: str, least: Micros, most: Micros) -> Micros:
    length = from_duration(duration, field=field)
    if not least <= length <= most:
        raise InvalidField(f"must be {least / SECOND:g} s to {most / SECOND:g} s", field=field)
    return length


def _headers(trigger: Proto) -> dict[str, str]:
    if len(trigger.headers) > MAX_HEADERS:
        raise InvalidField(f"must not have more than {MAX_HEADERS} entries", field="headers")
    for name, value in trigger.headers.items():
        try:
            _check_header(name, value)
        except InvalidField as error:
            error.step = step(name)
            raise
    if len({name.lower() for name in trigger.headers}) < len(trigger.headers):
        raise InvalidField("must not have the same name twice", field="headers")
    return dict(trigger.headers)


def _check_header(name: str, value: str) -> None:
    """Raise InvalidField for what cannot be sent; the error shows neither, since a secret may be in both."""
    if len(name) > MAX_HEADER_NAME or not HEADER_NAME.fullmatch(name):
        raise InvalidField(
            f"must have names of letters, digits and `-`, of at most {MAX_HEADER_NAME} characters",
            field="headers",
        )
    if name.lower() in OURS:
        raise InvalidField(f"must not set `{name}`, which the server sets", field="headers")
    if name.lower().startswith(OUR_PREFIXES):
        raise InvalidField("must not set `webhook-*` or `ce-*`, which the server sets", field="headers")
    if len(value) > MAX_HEADER_VALUE or not HEADER_VALUE.fullmatch(value):
        raise InvalidField(
            "must have values of one line, without spaces around it,"
            f" of at most {MAX_HEADER_VALUE:,} characters",
            field="headers",
        )


def _secret(trigger: Proto) -> str | None:
    if len(trigger.secrets) > 1:
        raise InvalidField("must not have more than one entry", field="secrets", step=step(1))
    if not trigger.secrets:
        return None
    check_secret(trigger.secrets[0])
    return trigger.secrets[0]


def _filter(trigger: Proto) -> str:
    if trigger.filter:
        filters.compile(trigger.filter)
    return trigger.filter


def _max_in_flight(trigger: Proto) -> int | None:
    if not trigger.HasField("max_in_flight"):
        return None
    if not 1 <= trigger.max_in_flight <= MAX_IN_FLIGHT:
        raise InvalidField(f"must be 1 to {MAX_IN_FLIGHT}", field="max_in_flight")
    return trigger.max_in_flight


def _encoding(trigger: Proto) -> Encoding:
    try:
        return Encoding(trigger.encoding or Encoding.DOCUMENTED)
    except ValueError:
        raise InvalidField("must be DOCUMENTED, STRUCTURED or BINARY", field="encoding") from None


def _description(trigger: Proto) -> str:
    return texts.checked(trigger.description, field="description", most=MAX_DESCRIPTION)


def _shown_policy(policy: RetryPolicy) -> triggers_pb2.RetryPolicy:
    return triggers_pb2.RetryPolicy(
        min_backoff=to_duration(policy.min_backoff),
        max_backoff=to_duration(policy.max_backoff),
        schedule=[to_duration(wait) for wait in policy.schedule],
        no_retry_statuses=policy.no_retry_statuses,
    )


def as_stored(spec: TriggerSpec) -> Proto:
    """Return a specification as its trigger will be shown, with every default, but no times."""
    trigger = Trigger(
        id=0, project_id=0, project="", spec=spec, version=0, create_time=0, update_time=0, endpoint=""
    )
    return to_proto(trigger)


def to_proto(trigger: Trigger) -> Proto:
    """Return a trigger as a message, without its secret."""
    spec, policy = trigger.spec, trigger.spec.retry_policy
    return Proto(
        project=trigger.project,
        name=spec.name,
        type=spec.type,
        url=spec.url,
        retries=policy.retries,
        timeout=to_duration(spec.timeout),
        retry_policy=_shown_policy(policy),
        headers=spec.headers,
        options=spec.options,
        filter=spec.filter,
        paused=spec.paused,
        disable_on_gone=spec.disable_on_gone,
        max_in_flight=spec.max_in_flight,
        encoding=spec.encoding.name,
        chain_events=spec.chain_events,
        description=spec.description,
        create_time=to_timestamp(trigger.create_time),
        update_time=to_timestamp(trigger.update_time),
        signed=spec.secret is not None,
    )
