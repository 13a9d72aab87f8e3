import datetime

from bellrope.v1 import cloudevents_pb2 as _cloudevents_pb2
from bellrope.v1 import options_pb2 as _options_pb2
from bellrope.v1 import triggers_pb2 as _triggers_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Event(_message.Message):
    __slots__ = ("project", "event_id", "type", "data", "accept_time", "due_time", "expire_time", "options", "delivery_count", "traceparent", "cloud_event", "cause", "hop", "tracestate")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    CLOUD_EVENT_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    HOP_FIELD_NUMBER: _ClassVar[int]
    TRACESTATE_FIELD_NUMBER: _ClassVar[int]
    project: str
    event_id: str
    type: str
    data: bytes
    accept_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    options: _containers.ScalarMap[str, str]
    delivery_count: int
    traceparent: str
    cloud_event: _cloudevents_pb2.CloudEvent
    cause: str
    hop: int
    tracestate: str
    def __init__(self, project: _Optional[str] = ..., event_id: _Optional[str] = ..., type: _Optional[str] = ..., data: _Optional[bytes] = ..., accept_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., options: _Optional[_Mapping[str, str]] = ..., delivery_count: _Optional[int] = ..., traceparent: _Optional[str] = ..., cloud_event: _Optional[_Union[_cloudevents_pb2.CloudEvent, _Mapping]] = ..., cause: _Optional[str] = ..., hop: _Optional[int] = ..., tracestate: _Optional[str] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("project", "delivery_id", "event_id", "trigger", "state", "due_time", "attempt_count", "reason", "create_time", "finish_time", "attempts", "type")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[Delivery.State]
        SCHEDULED: _ClassVar[Delivery.State]
        DELIVERING: _ClassVar[Delivery.State]
        SUCCEEDED: _ClassVar[Delivery.State]
        DEAD_LETTERED: _ClassVar[Delivery.State]
        CANCELLED: _ClassVar[Delivery.State]
        EXPIRED: _ClassVar[Delivery.State]
    STATE_UNSPECIFIED: Delivery.State
    SCHEDULED: Delivery.State
    DELIVERING: Delivery.State
    SUCCEEDED: Delivery.State
    DEAD_LETTERED: Delivery.State
    CANCELLED: Delivery.State
    EXPIRED: Delivery.State
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_COUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FINISH_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    project: str
    delivery_id: str
    event_id: str
    trigger: str
    state: Delivery.State
    due_time: _timestamp_pb2.Timestamp
    attempt_count: int
    reason: str
    create_time: _timestamp_pb2.Timestamp
    finish_time: _timestamp_pb2.Timestamp
    attempts: _containers.RepeatedCompositeFieldContainer[Attempt]
    type: str
    def __init__(self, project: _Optional[str] = ..., delivery_id: _Optional[str] = ..., event_id: _Optional[str] = ..., trigger: _Optional[str] = ..., state: _Optional[_Union[Delivery.State, str]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempt_count: _Optional[int] = ..., reason: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempts: _Optional[_Iterable[_Union[Attempt, _Mapping]]] = ..., type: _Optional[str] = ...) -> None: ...

class Attempt(_message.Message):
    __slots__ = ("number", "start_time", "duration", "status_code", "error", "response_headers", "response_body", "truncated", "next_attempt_time", "late", "request", "connect_duration", "first_byte_duration", "brief", "tls_reason", "proxy_reason", "chain_error")
    class Error(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ERROR_UNSPECIFIED: _ClassVar[Attempt.Error]
        STATUS: _ClassVar[Attempt.Error]
        REDIRECT: _ClassVar[Attempt.Error]
        TIMEOUT: _ClassVar[Attempt.Error]
        DNS_ERROR: _ClassVar[Attempt.Error]
        CONNECT_FAILED: _ClassVar[Attempt.Error]
        CONNECTION_RESET: _ClassVar[Attempt.Error]
        PROTOCOL_ERROR: _ClassVar[Attempt.Error]
        TLS_ERROR: _ClassVar[Attempt.Error]
        BLOCKED: _ClassVar[Attempt.Error]
        PROXY_ERROR: _ClassVar[Attempt.Error]
    ERROR_UNSPECIFIED: Attempt.Error
    STATUS: Attempt.Error
    REDIRECT: Attempt.Error
    TIMEOUT: Attempt.Error
    DNS_ERROR: Attempt.Error
    CONNECT_FAILED: Attempt.Error
    CONNECTION_RESET: Attempt.Error
    PROTOCOL_ERROR: Attempt.Error
    TLS_ERROR: Attempt.Error
    BLOCKED: Attempt.Error
    PROXY_ERROR: Attempt.Error
    class Request(_message.Message):
        __slots__ = ("url", "headers", "body_bytes")
        class HeadersEntry(_message.Message):
            __slots__ = ("key", "value")
            KEY_FIELD_NUMBER: _ClassVar[int]
            VALUE_FIELD_NUMBER: _ClassVar[int]
            key: str
            value: str
            def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
        URL_FIELD_NUMBER: _ClassVar[int]
        HEADERS_FIELD_NUMBER: _ClassVar[int]
        BODY_BYTES_FIELD_NUMBER: _ClassVar[int]
        url: str
        headers: _containers.ScalarMap[str, str]
        body_bytes: int
        def __init__(self, url: _Optional[str] = ..., headers: _Optional[_Mapping[str, str]] = ..., body_bytes: _Optional[int] = ...) -> None: ...
    class ResponseHeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_HEADERS_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_BODY_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_TIME_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    CONNECT_DURATION_FIELD_NUMBER: _ClassVar[int]
    FIRST_BYTE_DURATION_FIELD_NUMBER: _ClassVar[int]
    BRIEF_FIELD_NUMBER: _ClassVar[int]
    TLS_REASON_FIELD_NUMBER: _ClassVar[int]
    PROXY_REASON_FIELD_NUMBER: _ClassVar[int]
    CHAIN_ERROR_FIELD_NUMBER: _ClassVar[int]
    number: int
    start_time: _timestamp_pb2.Timestamp
    duration: _duration_pb2.Duration
    status_code: int
    error: Attempt.Error
    response_headers: _containers.ScalarMap[str, str]
    response_body: bytes
    truncated: bool
    next_attempt_time: _timestamp_pb2.Timestamp
    late: bool
    request: Attempt.Request
    connect_duration: _duration_pb2.Duration
    first_byte_duration: _duration_pb2.Duration
    brief: bool
    tls_reason: str
    proxy_reason: str
    chain_error: str
    def __init__(self, number: _Optional[int] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., status_code: _Optional[int] = ..., error: _Optional[_Union[Attempt.Error, str]] = ..., response_headers: _Optional[_Mapping[str, str]] = ..., response_body: _Optional[bytes] = ..., truncated: _Optional[bool] = ..., next_attempt_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., late: _Optional[bool] = ..., request: _Optional[_Union[Attempt.Request, _Mapping]] = ..., connect_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., first_byte_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., brief: _Optional[bool] = ..., tls_reason: _Optional[str] = ..., proxy_reason: _Optional[str] = ..., chain_error: _Optional[str] = ...) -> None: ...

class GetEventRequest(_message.Message):
    __slots__ = ("project", "event_id")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    project: str
    event_id: str
    def __init__(self, project: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class ExplainEventRequest(_message.Message):
    __slots__ = ("project", "event_id", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    event_id: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., event_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ExplainEventResponse(_message.Message):
    __slots__ = ("matches", "next_page_token")
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[TriggerMatch]
    next_page_token: str
    def __init__(self, matches: _Optional[_Iterable[_Union[TriggerMatch, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class TriggerMatch(_message.Message):
    __slots__ = ("trigger", "matches", "obstacles", "filter_error", "delivery_id")
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    OBSTACLES_FIELD_NUMBER: _ClassVar[int]
    FILTER_ERROR_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    trigger: str
    matches: bool
    obstacles: _containers.RepeatedScalarFieldContainer[_triggers_pb2.TestTriggerResponse.Obstacle]
    filter_error: str
    delivery_id: str
    def __init__(self, trigger: _Optional[str] = ..., matches: _Optional[bool] = ..., obstacles: _Optional[_Iterable[_Union[_triggers_pb2.TestTriggerResponse.Obstacle, str]]] = ..., filter_error: _Optional[str] = ..., delivery_id: _Optional[str] = ...) -> None: ...

class GetDeliveryRequest(_message.Message):
    __slots__ = ("project", "delivery_id")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    project: str
    delivery_id: str
    def __init__(self, project: _Optional[str] = ..., delivery_id: _Optional[str] = ...) -> None: ...

class ListEventsRequest(_message.Message):
    __slots__ = ("project", "page_size", "page_token", "type", "id_prefix", "from_time", "until_time", "unmatched")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_PREFIX_FIELD_NUMBER: _ClassVar[int]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_FIELD_NUMBER: _ClassVar[int]
    project: str
    page_size: int
    page_token: str
    type: str
    id_prefix: str
    from_time: _timestamp_pb2.Timestamp
    until_time: _timestamp_pb2.Timestamp
    unmatched: bool
    def __init__(self, project: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., type: _Optional[str] = ..., id_prefix: _Optional[str] = ..., from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unmatched: _Optional[bool] = ...) -> None: ...

class ListEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[Event]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[Event, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeliveryFilter(_message.Message):
    __slots__ = ("event_id", "trigger", "state", "type", "from_time", "until_time", "error", "error_text", "status_code", "attempt_from_time", "attempt_until_time", "attempt_outcome", "due_from_time", "due_until_time")
    class AttemptOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ATTEMPT_OUTCOME_UNSPECIFIED: _ClassVar[DeliveryFilter.AttemptOutcome]
        SUCCEEDED: _ClassVar[DeliveryFilter.AttemptOutcome]
        FAILED: _ClassVar[DeliveryFilter.AttemptOutcome]
    ATTEMPT_OUTCOME_UNSPECIFIED: DeliveryFilter.AttemptOutcome
    SUCCEEDED: DeliveryFilter.AttemptOutcome
    FAILED: DeliveryFilter.AttemptOutcome
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    ERROR_TEXT_FIELD_NUMBER: _ClassVar[int]
    STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    DUE_FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    trigger: str
    state: Delivery.State
    type: str
    from_time: _timestamp_pb2.Timestamp
    until_time: _timestamp_pb2.Timestamp
    error: Attempt.Error
    error_text: str
    status_code: int
    attempt_from_time: _timestamp_pb2.Timestamp
    attempt_until_time: _timestamp_pb2.Timestamp
    attempt_outcome: DeliveryFilter.AttemptOutcome
    due_from_time: _timestamp_pb2.Timestamp
    due_until_time: _timestamp_pb2.Timestamp
    def __init__(self, event_id: _Optional[str] = ..., trigger: _Optional[str] = ..., state: _Optional[_Union[Delivery.State, str]] = ..., type: _Optional[str] = ..., from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., error: _Optional[_Union[Attempt.Error, str]] = ..., error_text: _Optional[str] = ..., status_code: _Optional[int] = ..., attempt_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempt_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempt_outcome: _Optional[_Union[DeliveryFilter.AttemptOutcome, str]] = ..., due_from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("project", "page_size", "page_token", "event_id", "trigger", "state", "filter", "order", "attempts_each")
    class Order(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ORDER_UNSPECIFIED: _ClassVar[ListDeliveriesRequest.Order]
        DUE_TIME: _ClassVar[ListDeliveriesRequest.Order]
    ORDER_UNSPECIFIED: ListDeliveriesRequest.Order
    DUE_TIME: ListDeliveriesRequest.Order
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_EACH_FIELD_NUMBER: _ClassVar[int]
    project: str
    page_size: int
    page_token: str
    event_id: str
    trigger: str
    state: Delivery.State
    filter: DeliveryFilter
    order: ListDeliveriesRequest.Order
    attempts_each: int
    def __init__(self, project: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., event_id: _Optional[str] = ..., trigger: _Optional[str] = ..., state: _Optional[_Union[Delivery.State, str]] = ..., filter: _Optional[_Union[DeliveryFilter, _Mapping]] = ..., order: _Optional[_Union[ListDeliveriesRequest.Order, str]] = ..., attempts_each: _Optional[int] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("deliveries", "next_page_token")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    next_page_token: str
    def __init__(self, deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReplayDeliveryRequest(_message.Message):
    __slots__ = ("project", "delivery_id", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    delivery_id: str
    trigger: str
    def __init__(self, project: _Optional[str] = ..., delivery_id: _Optional[str] = ..., trigger: _Optional[str] = ...) -> None: ...

class ListAttemptsRequest(_message.Message):
    __slots__ = ("project", "delivery_id", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    delivery_id: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., delivery_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAttemptsResponse(_message.Message):
    __slots__ = ("attempts", "next_page_token")
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    attempts: _containers.RepeatedCompositeFieldContainer[Attempt]
    next_page_token: str
    def __init__(self, attempts: _Optional[_Iterable[_Union[Attempt, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetBacklogRequest(_message.Message):
    __slots__ = ("project", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ...) -> None: ...

class ListBacklogsRequest(_message.Message):
    __slots__ = ("project", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBacklogsResponse(_message.Message):
    __slots__ = ("backlogs", "next_page_token")
    BACKLOGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    backlogs: _containers.RepeatedCompositeFieldContainer[Backlog]
    next_page_token: str
    def __init__(self, backlogs: _Optional[_Iterable[_Union[Backlog, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class Backlog(_message.Message):
    __slots__ = ("project", "trigger", "scheduled_count", "due_count", "delivering_count", "dead_lettered_count", "due_time", "held_by", "last_failure", "paused", "project_paused")
    class HeldBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        HELD_BY_UNSPECIFIED: _ClassVar[Backlog.HeldBy]
        PAUSED: _ClassVar[Backlog.HeldBy]
        CAP: _ClassVar[Backlog.HeldBy]
    HELD_BY_UNSPECIFIED: Backlog.HeldBy
    PAUSED: Backlog.HeldBy
    CAP: Backlog.HeldBy
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    SCHEDULED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_COUNT_FIELD_NUMBER: _ClassVar[int]
    DELIVERING_COUNT_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    HELD_BY_FIELD_NUMBER: _ClassVar[int]
    LAST_FAILURE_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    PROJECT_PAUSED_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    scheduled_count: int
    due_count: int
    delivering_count: int
    dead_lettered_count: int
    due_time: _timestamp_pb2.Timestamp
    held_by: Backlog.HeldBy
    last_failure: Attempt
    paused: bool
    project_paused: bool
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ..., scheduled_count: _Optional[int] = ..., due_count: _Optional[int] = ..., delivering_count: _Optional[int] = ..., dead_lettered_count: _Optional[int] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., held_by: _Optional[_Union[Backlog.HeldBy, str]] = ..., last_failure: _Optional[_Union[Attempt, _Mapping]] = ..., paused: _Optional[bool] = ..., project_paused: _Optional[bool] = ...) -> None: ...

class GetStatisticsRequest(_message.Message):
    __slots__ = ("project", "trigger", "from_time", "until_time", "step", "by_trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    BY_TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    from_time: _timestamp_pb2.Timestamp
    until_time: _timestamp_pb2.Timestamp
    step: _duration_pb2.Duration
    by_trigger: bool
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ..., from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., step: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., by_trigger: _Optional[bool] = ...) -> None: ...

class Statistics(_message.Message):
    __slots__ = ("from_time", "until_time", "step", "bars", "triggers")
    class OutcomeCount(_message.Message):
        __slots__ = ("status_code", "error", "count")
        STATUS_CODE_FIELD_NUMBER: _ClassVar[int]
        ERROR_FIELD_NUMBER: _ClassVar[int]
        COUNT_FIELD_NUMBER: _ClassVar[int]
        status_code: int
        error: Attempt.Error
        count: int
        def __init__(self, status_code: _Optional[int] = ..., error: _Optional[_Union[Attempt.Error, str]] = ..., count: _Optional[int] = ...) -> None: ...
    class Bar(_message.Message):
        __slots__ = ("start_time", "accepted_count", "succeeded_count", "failed_count", "dead_lettered_count", "outcomes", "duration_p50", "duration_p95", "lateness_p50", "lateness_p95", "scheduled_count", "due_count")
        START_TIME_FIELD_NUMBER: _ClassVar[int]
        ACCEPTED_COUNT_FIELD_NUMBER: _ClassVar[int]
        SUCCEEDED_COUNT_FIELD_NUMBER: _ClassVar[int]
        FAILED_COUNT_FIELD_NUMBER: _ClassVar[int]
        DEAD_LETTERED_COUNT_FIELD_NUMBER: _ClassVar[int]
        OUTCOMES_FIELD_NUMBER: _ClassVar[int]
        DURATION_P50_FIELD_NUMBER: _ClassVar[int]
        DURATION_P95_FIELD_NUMBER: _ClassVar[int]
        LATENESS_P50_FIELD_NUMBER: _ClassVar[int]
        LATENESS_P95_FIELD_NUMBER: _ClassVar[int]
        SCHEDULED_COUNT_FIELD_NUMBER: _ClassVar[int]
        DUE_COUNT_FIELD_NUMBER: _ClassVar[int]
        start_time: _timestamp_pb2.Timestamp
        accepted_count: int
        succeeded_count: int
        failed_count: int
        dead_lettered_count: int
        outcomes: _containers.RepeatedCompositeFieldContainer[Statistics.OutcomeCount]
        duration_p50: _duration_pb2.Duration
        duration_p95: _duration_pb2.Duration
        lateness_p50: _duration_pb2.Duration
        lateness_p95: _duration_pb2.Duration
        scheduled_count: int
        due_count: int
        def __init__(self, start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., accepted_count: _Optional[int] = ..., succeeded_count: _Optional[int] = ..., failed_count: _Optional[int] = ..., dead_lettered_count: _Optional[int] = ..., outcomes: _Optional[_Iterable[_Union[Statistics.OutcomeCount, _Mapping]]] = ..., duration_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., duration_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lateness_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lateness_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., scheduled_count: _Optional[int] = ..., due_count: _Optional[int] = ...) -> None: ...
    class TriggerTotals(_message.Message):
        __slots__ = ("trigger", "succeeded_count", "failed_count", "dead_lettered_count", "duration_p50", "duration_p95", "lateness_p95")
        TRIGGER_FIELD_NUMBER: _ClassVar[int]
        SUCCEEDED_COUNT_FIELD_NUMBER: _ClassVar[int]
        FAILED_COUNT_FIELD_NUMBER: _ClassVar[int]
        DEAD_LETTERED_COUNT_FIELD_NUMBER: _ClassVar[int]
        DURATION_P50_FIELD_NUMBER: _ClassVar[int]
        DURATION_P95_FIELD_NUMBER: _ClassVar[int]
        LATENESS_P95_FIELD_NUMBER: _ClassVar[int]
        trigger: str
        succeeded_count: int
        failed_count: int
        dead_lettered_count: int
        duration_p50: _duration_pb2.Duration
        duration_p95: _duration_pb2.Duration
        lateness_p95: _duration_pb2.Duration
        def __init__(self, trigger: _Optional[str] = ..., succeeded_count: _Optional[int] = ..., failed_count: _Optional[int] = ..., dead_lettered_count: _Optional[int] = ..., duration_p50: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., duration_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., lateness_p95: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    BARS_FIELD_NUMBER: _ClassVar[int]
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    from_time: _timestamp_pb2.Timestamp
    until_time: _timestamp_pb2.Timestamp
    step: _duration_pb2.Duration
    bars: _containers.RepeatedCompositeFieldContainer[Statistics.Bar]
    triggers: _containers.RepeatedCompositeFieldContainer[Statistics.TriggerTotals]
    def __init__(self, from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., step: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., bars: _Optional[_Iterable[_Union[Statistics.Bar, _Mapping]]] = ..., triggers: _Optional[_Iterable[_Union[Statistics.TriggerTotals, _Mapping]]] = ...) -> None: ...

class CancelDeliveryRequest(_message.Message):
    __slots__ = ("project", "delivery_id")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    project: str
    delivery_id: str
    def __init__(self, project: _Optional[str] = ..., delivery_id: _Optional[str] = ...) -> None: ...

class CancelEventRequest(_message.Message):
    __slots__ = ("project", "event_id")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    project: str
    event_id: str
    def __init__(self, project: _Optional[str] = ..., event_id: _Optional[str] = ...) -> None: ...

class CancelEventResponse(_message.Message):
    __slots__ = ("cancelled_count",)
    CANCELLED_COUNT_FIELD_NUMBER: _ClassVar[int]
    cancelled_count: int
    def __init__(self, cancelled_count: _Optional[int] = ...) -> None: ...

class RescheduleDeliveryRequest(_message.Message):
    __slots__ = ("project", "delivery_id", "due_time")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    project: str
    delivery_id: str
    due_time: _timestamp_pb2.Timestamp
    def __init__(self, project: _Optional[str] = ..., delivery_id: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReplayEventRequest(_message.Message):
    __slots__ = ("project", "event_id", "trigger", "force")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    project: str
    event_id: str
    trigger: str
    force: bool
    def __init__(self, project: _Optional[str] = ..., event_id: _Optional[str] = ..., trigger: _Optional[str] = ..., force: _Optional[bool] = ...) -> None: ...

class ReplayEventResponse(_message.Message):
    __slots__ = ("replayed_count",)
    REPLAYED_COUNT_FIELD_NUMBER: _ClassVar[int]
    replayed_count: int
    def __init__(self, replayed_count: _Optional[int] = ...) -> None: ...

class BulkAction(_message.Message):
    __slots__ = ("project", "bulk_action", "action", "state", "max_per_second", "matched_count", "done_count", "skipped_count", "done_per_second", "create_time", "update_time", "finish_time", "again_count", "unmatched_count", "reason")
    class Action(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ACTION_UNSPECIFIED: _ClassVar[BulkAction.Action]
        CANCEL: _ClassVar[BulkAction.Action]
        RESCHEDULE: _ClassVar[BulkAction.Action]
        REPLAY: _ClassVar[BulkAction.Action]
        REPLAY_EVENTS: _ClassVar[BulkAction.Action]
    ACTION_UNSPECIFIED: BulkAction.Action
    CANCEL: BulkAction.Action
    RESCHEDULE: BulkAction.Action
    REPLAY: BulkAction.Action
    REPLAY_EVENTS: BulkAction.Action
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[BulkAction.State]
        RUNNING: _ClassVar[BulkAction.State]
        SUCCEEDED: _ClassVar[BulkAction.State]
        CANCELLED: _ClassVar[BulkAction.State]
    STATE_UNSPECIFIED: BulkAction.State
    RUNNING: BulkAction.State
    SUCCEEDED: BulkAction.State
    CANCELLED: BulkAction.State
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    BULK_ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MAX_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    MATCHED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DONE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    DONE_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FINISH_TIME_FIELD_NUMBER: _ClassVar[int]
    AGAIN_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    project: str
    bulk_action: str
    action: BulkAction.Action
    state: BulkAction.State
    max_per_second: int
    matched_count: int
    done_count: int
    skipped_count: int
    done_per_second: float
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    finish_time: _timestamp_pb2.Timestamp
    again_count: int
    unmatched_count: int
    reason: str
    def __init__(self, project: _Optional[str] = ..., bulk_action: _Optional[str] = ..., action: _Optional[_Union[BulkAction.Action, str]] = ..., state: _Optional[_Union[BulkAction.State, str]] = ..., max_per_second: _Optional[int] = ..., matched_count: _Optional[int] = ..., done_count: _Optional[int] = ..., skipped_count: _Optional[int] = ..., done_per_second: _Optional[float] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., again_count: _Optional[int] = ..., unmatched_count: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class EventFilter(_message.Message):
    __slots__ = ("type", "id_prefix", "from_time", "until_time", "unmatched")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_PREFIX_FIELD_NUMBER: _ClassVar[int]
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_FIELD_NUMBER: _ClassVar[int]
    type: str
    id_prefix: str
    from_time: _timestamp_pb2.Timestamp
    until_time: _timestamp_pb2.Timestamp
    unmatched: bool
    def __init__(self, type: _Optional[str] = ..., id_prefix: _Optional[str] = ..., from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., unmatched: _Optional[bool] = ...) -> None: ...

class StartBulkActionRequest(_message.Message):
    __slots__ = ("project", "action", "filter", "due_time", "max_per_second", "dry_run", "trigger", "events", "force", "reason")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    MAX_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    FORCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    project: str
    action: BulkAction.Action
    filter: DeliveryFilter
    due_time: _timestamp_pb2.Timestamp
    max_per_second: int
    dry_run: bool
    trigger: str
    events: EventFilter
    force: bool
    reason: str
    def __init__(self, project: _Optional[str] = ..., action: _Optional[_Union[BulkAction.Action, str]] = ..., filter: _Optional[_Union[DeliveryFilter, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., max_per_second: _Optional[int] = ..., dry_run: _Optional[bool] = ..., trigger: _Optional[str] = ..., events: _Optional[_Union[EventFilter, _Mapping]] = ..., force: _Optional[bool] = ..., reason: _Optional[str] = ...) -> None: ...

class GetBulkActionRequest(_message.Message):
    __slots__ = ("project", "bulk_action")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    BULK_ACTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    bulk_action: str
    def __init__(self, project: _Optional[str] = ..., bulk_action: _Optional[str] = ...) -> None: ...

class ListBulkActionsRequest(_message.Message):
    __slots__ = ("project", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListBulkActionsResponse(_message.Message):
    __slots__ = ("bulk_actions", "next_page_token")
    BULK_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    bulk_actions: _containers.RepeatedCompositeFieldContainer[BulkAction]
    next_page_token: str
    def __init__(self, bulk_actions: _Optional[_Iterable[_Union[BulkAction, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CancelBulkActionRequest(_message.Message):
    __slots__ = ("project", "bulk_action")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    BULK_ACTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    bulk_action: str
    def __init__(self, project: _Optional[str] = ..., bulk_action: _Optional[str] = ...) -> None: ...

class WatchBulkActionRequest(_message.Message):
    __slots__ = ("project", "bulk_action")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    BULK_ACTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    bulk_action: str
    def __init__(self, project: _Optional[str] = ..., bulk_action: _Optional[str] = ...) -> None: ...

class TailRequest(_message.Message):
    __slots__ = ("project", "trigger", "type", "state")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    type: str
    state: Delivery.State
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ..., type: _Optional[str] = ..., state: _Optional[_Union[Delivery.State, str]] = ...) -> None: ...

class TailResponse(_message.Message):
    __slots__ = ("kind", "time", "type", "event_id", "trigger", "delivery_id", "state", "due_time", "delivery_count", "attempt", "dropped_count")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[TailResponse.Kind]
        EVENT_ACCEPTED: _ClassVar[TailResponse.Kind]
        ATTEMPT_RECORDED: _ClassVar[TailResponse.Kind]
        DELIVERY_CHANGED: _ClassVar[TailResponse.Kind]
    KIND_UNSPECIFIED: TailResponse.Kind
    EVENT_ACCEPTED: TailResponse.Kind
    ATTEMPT_RECORDED: TailResponse.Kind
    DELIVERY_CHANGED: TailResponse.Kind
    KIND_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    DROPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    kind: TailResponse.Kind
    time: _timestamp_pb2.Timestamp
    type: str
    event_id: str
    trigger: str
    delivery_id: str
    state: Delivery.State
    due_time: _timestamp_pb2.Timestamp
    delivery_count: int
    attempt: Attempt
    dropped_count: int
    def __init__(self, kind: _Optional[_Union[TailResponse.Kind, str]] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., type: _Optional[str] = ..., event_id: _Optional[str] = ..., trigger: _Optional[str] = ..., delivery_id: _Optional[str] = ..., state: _Optional[_Union[Delivery.State, str]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delivery_count: _Optional[int] = ..., attempt: _Optional[_Union[Attempt, _Mapping]] = ..., dropped_count: _Optional[int] = ...) -> None: ...
