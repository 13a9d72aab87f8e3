import datetime

from bellrope.v1 import cloudevents_pb2 as _cloudevents_pb2
from bellrope.v1 import options_pb2 as _options_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RetryPolicy(_message.Message):
    __slots__ = ("min_backoff", "max_backoff", "schedule", "no_retry_statuses")
    MIN_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    MAX_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    NO_RETRY_STATUSES_FIELD_NUMBER: _ClassVar[int]
    min_backoff: _duration_pb2.Duration
    max_backoff: _duration_pb2.Duration
    schedule: _containers.RepeatedCompositeFieldContainer[_duration_pb2.Duration]
    no_retry_statuses: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, min_backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., schedule: _Optional[_Iterable[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]]] = ..., no_retry_statuses: _Optional[_Iterable[str]] = ...) -> None: ...

class Trigger(_message.Message):
    __slots__ = ("project", "name", "type", "url", "retries", "timeout", "retry_policy", "headers", "secrets", "options", "paused", "disable_on_gone", "max_in_flight", "create_time", "update_time", "signed", "filter", "encoding", "chain_events", "description")
    class Encoding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        ENCODING_UNSPECIFIED: _ClassVar[Trigger.Encoding]
        DOCUMENTED: _ClassVar[Trigger.Encoding]
        STRUCTURED: _ClassVar[Trigger.Encoding]
        BINARY: _ClassVar[Trigger.Encoding]
    ENCODING_UNSPECIFIED: Trigger.Encoding
    DOCUMENTED: Trigger.Encoding
    STRUCTURED: Trigger.Encoding
    BINARY: Trigger.Encoding
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    RETRIES_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_POLICY_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    DISABLE_ON_GONE_FIELD_NUMBER: _ClassVar[int]
    MAX_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SIGNED_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    CHAIN_EVENTS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    project: str
    name: str
    type: str
    url: str
    retries: int
    timeout: _duration_pb2.Duration
    retry_policy: RetryPolicy
    headers: _containers.ScalarMap[str, str]
    secrets: _containers.RepeatedScalarFieldContainer[str]
    options: _containers.ScalarMap[str, str]
    paused: bool
    disable_on_gone: bool
    max_in_flight: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    signed: bool
    filter: str
    encoding: Trigger.Encoding
    chain_events: bool
    description: str
    def __init__(self, project: _Optional[str] = ..., name: _Optional[str] = ..., type: _Optional[str] = ..., url: _Optional[str] = ..., retries: _Optional[int] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry_policy: _Optional[_Union[RetryPolicy, _Mapping]] = ..., headers: _Optional[_Mapping[str, str]] = ..., secrets: _Optional[_Iterable[str]] = ..., options: _Optional[_Mapping[str, str]] = ..., paused: _Optional[bool] = ..., disable_on_gone: _Optional[bool] = ..., max_in_flight: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., signed: _Optional[bool] = ..., filter: _Optional[str] = ..., encoding: _Optional[_Union[Trigger.Encoding, str]] = ..., chain_events: _Optional[bool] = ..., description: _Optional[str] = ...) -> None: ...

class CreateTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: Trigger
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[_Union[Trigger, _Mapping]] = ...) -> None: ...

class GetTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ...) -> None: ...

class ListTriggersRequest(_message.Message):
    __slots__ = ("project", "page_size", "page_token")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    project: str
    page_size: int
    page_token: str
    def __init__(self, project: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTriggersResponse(_message.Message):
    __slots__ = ("triggers", "next_page_token")
    TRIGGERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    triggers: _containers.RepeatedCompositeFieldContainer[Trigger]
    next_page_token: str
    def __init__(self, triggers: _Optional[_Iterable[_Union[Trigger, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class UpdateTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger", "update_mask", "allow_missing")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    ALLOW_MISSING_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: Trigger
    update_mask: _field_mask_pb2.FieldMask
    allow_missing: bool
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[_Union[Trigger, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., allow_missing: _Optional[bool] = ...) -> None: ...

class DeleteTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ...) -> None: ...

class PauseTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ...) -> None: ...

class ResumeTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ...) -> None: ...

class TestTriggerRequest(_message.Message):
    __slots__ = ("project", "trigger", "type", "data", "options", "id", "cloud_event", "draft")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TRIGGER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    CLOUD_EVENT_FIELD_NUMBER: _ClassVar[int]
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    project: str
    trigger: str
    type: str
    data: bytes
    options: _containers.ScalarMap[str, str]
    id: str
    cloud_event: _cloudevents_pb2.CloudEvent
    draft: Trigger
    def __init__(self, project: _Optional[str] = ..., trigger: _Optional[str] = ..., type: _Optional[str] = ..., data: _Optional[bytes] = ..., options: _Optional[_Mapping[str, str]] = ..., id: _Optional[str] = ..., cloud_event: _Optional[_Union[_cloudevents_pb2.CloudEvent, _Mapping]] = ..., draft: _Optional[_Union[Trigger, _Mapping]] = ...) -> None: ...

class TestTriggerResponse(_message.Message):
    __slots__ = ("matches", "obstacles", "filter_error", "schema_error", "request")
    class Obstacle(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        OBSTACLE_UNSPECIFIED: _ClassVar[TestTriggerResponse.Obstacle]
        TYPE: _ClassVar[TestTriggerResponse.Obstacle]
        OPTIONS: _ClassVar[TestTriggerResponse.Obstacle]
        FILTER: _ClassVar[TestTriggerResponse.Obstacle]
        FILTER_FAILED: _ClassVar[TestTriggerResponse.Obstacle]
        SCHEMA: _ClassVar[TestTriggerResponse.Obstacle]
        PAUSED: _ClassVar[TestTriggerResponse.Obstacle]
    OBSTACLE_UNSPECIFIED: TestTriggerResponse.Obstacle
    TYPE: TestTriggerResponse.Obstacle
    OPTIONS: TestTriggerResponse.Obstacle
    FILTER: TestTriggerResponse.Obstacle
    FILTER_FAILED: TestTriggerResponse.Obstacle
    SCHEMA: TestTriggerResponse.Obstacle
    PAUSED: TestTriggerResponse.Obstacle
    class HttpRequest(_message.Message):
        __slots__ = ("url", "headers", "body")
        URL_FIELD_NUMBER: _ClassVar[int]
        HEADERS_FIELD_NUMBER: _ClassVar[int]
        BODY_FIELD_NUMBER: _ClassVar[int]
        url: str
        headers: _containers.RepeatedScalarFieldContainer[str]
        body: bytes
        def __init__(self, url: _Optional[str] = ..., headers: _Optional[_Iterable[str]] = ..., body: _Optional[bytes] = ...) -> None: ...
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    OBSTACLES_FIELD_NUMBER: _ClassVar[int]
    FILTER_ERROR_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_ERROR_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    matches: bool
    obstacles: _containers.RepeatedScalarFieldContainer[TestTriggerResponse.Obstacle]
    filter_error: str
    schema_error: str
    request: TestTriggerResponse.HttpRequest
    def __init__(self, matches: _Optional[bool] = ..., obstacles: _Optional[_Iterable[_Union[TestTriggerResponse.Obstacle, str]]] = ..., filter_error: _Optional[str] = ..., schema_error: _Optional[str] = ..., request: _Optional[_Union[TestTriggerResponse.HttpRequest, _Mapping]] = ...) -> None: ...
