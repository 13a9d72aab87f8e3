import datetime

from bellrope.v1 import cloudevents_pb2 as _cloudevents_pb2
from bellrope.v1 import deliveries_pb2 as _deliveries_pb2
from bellrope.v1 import options_pb2 as _options_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QueueRequest(_message.Message):
    __slots__ = ("project", "type", "data", "schedule_time", "delay", "id", "options", "expire_time", "traceparent", "cloud_event", "tracestate")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TIME_FIELD_NUMBER: _ClassVar[int]
    DELAY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    CLOUD_EVENT_FIELD_NUMBER: _ClassVar[int]
    TRACESTATE_FIELD_NUMBER: _ClassVar[int]
    project: str
    type: str
    data: bytes
    schedule_time: _timestamp_pb2.Timestamp
    delay: _duration_pb2.Duration
    id: str
    options: _containers.ScalarMap[str, str]
    expire_time: _timestamp_pb2.Timestamp
    traceparent: str
    cloud_event: _cloudevents_pb2.CloudEvent
    tracestate: str
    def __init__(self, project: _Optional[str] = ..., type: _Optional[str] = ..., data: _Optional[bytes] = ..., schedule_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., id: _Optional[str] = ..., options: _Optional[_Mapping[str, str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., traceparent: _Optional[str] = ..., cloud_event: _Optional[_Union[_cloudevents_pb2.CloudEvent, _Mapping]] = ..., tracestate: _Optional[str] = ...) -> None: ...

class QueueResponse(_message.Message):
    __slots__ = ("event_id", "delivery_count", "due_time", "duplicate")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_COUNT_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    delivery_count: int
    due_time: _timestamp_pb2.Timestamp
    duplicate: bool
    def __init__(self, event_id: _Optional[str] = ..., delivery_count: _Optional[int] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., duplicate: _Optional[bool] = ...) -> None: ...

class TriggerSyncRequest(_message.Message):
    __slots__ = ("project", "type", "data", "schedule_time", "delay", "id", "options", "expire_time", "traceparent", "cloud_event", "tracestate")
    class OptionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_TIME_FIELD_NUMBER: _ClassVar[int]
    DELAY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    CLOUD_EVENT_FIELD_NUMBER: _ClassVar[int]
    TRACESTATE_FIELD_NUMBER: _ClassVar[int]
    project: str
    type: str
    data: bytes
    schedule_time: _timestamp_pb2.Timestamp
    delay: _duration_pb2.Duration
    id: str
    options: _containers.ScalarMap[str, str]
    expire_time: _timestamp_pb2.Timestamp
    traceparent: str
    cloud_event: _cloudevents_pb2.CloudEvent
    tracestate: str
    def __init__(self, project: _Optional[str] = ..., type: _Optional[str] = ..., data: _Optional[bytes] = ..., schedule_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., id: _Optional[str] = ..., options: _Optional[_Mapping[str, str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., traceparent: _Optional[str] = ..., cloud_event: _Optional[_Union[_cloudevents_pb2.CloudEvent, _Mapping]] = ..., tracestate: _Optional[str] = ...) -> None: ...

class TriggerSyncResponse(_message.Message):
    __slots__ = ("event_id", "result", "result_base64", "results")
    class Result(_message.Message):
        __slots__ = ("trigger", "delivery_id", "state", "attempt_count", "last_attempt")
        TRIGGER_FIELD_NUMBER: _ClassVar[int]
        DELIVERY_ID_FIELD_NUMBER: _ClassVar[int]
        STATE_FIELD_NUMBER: _ClassVar[int]
        ATTEMPT_COUNT_FIELD_NUMBER: _ClassVar[int]
        LAST_ATTEMPT_FIELD_NUMBER: _ClassVar[int]
        trigger: str
        delivery_id: str
        state: _deliveries_pb2.Delivery.State
        attempt_count: int
        last_attempt: _deliveries_pb2.Attempt
        def __init__(self, trigger: _Optional[str] = ..., delivery_id: _Optional[str] = ..., state: _Optional[_Union[_deliveries_pb2.Delivery.State, str]] = ..., attempt_count: _Optional[int] = ..., last_attempt: _Optional[_Union[_deliveries_pb2.Attempt, _Mapping]] = ...) -> None: ...
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    RESULT_BASE64_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    result: bytes
    result_base64: bool
    results: _containers.RepeatedCompositeFieldContainer[TriggerSyncResponse.Result]
    def __init__(self, event_id: _Optional[str] = ..., result: _Optional[bytes] = ..., result_base64: _Optional[bool] = ..., results: _Optional[_Iterable[_Union[TriggerSyncResponse.Result, _Mapping]]] = ...) -> None: ...

class QueueBatchRequest(_message.Message):
    __slots__ = ("project", "events")
    PROJECT_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    project: str
    events: _containers.RepeatedCompositeFieldContainer[QueueRequest]
    def __init__(self, project: _Optional[str] = ..., events: _Optional[_Iterable[_Union[QueueRequest, _Mapping]]] = ...) -> None: ...

class QueueBatchResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[QueueResponse]
    def __init__(self, results: _Optional[_Iterable[_Union[QueueResponse, _Mapping]]] = ...) -> None: ...

class QueueStreamRequest(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: QueueRequest
    def __init__(self, event: _Optional[_Union[QueueRequest, _Mapping]] = ...) -> None: ...

class QueueStreamResponse(_message.Message):
    __slots__ = ("settled_count", "results")
    class Result(_message.Message):
        __slots__ = ("index", "accepted", "error")
        INDEX_FIELD_NUMBER: _ClassVar[int]
        ACCEPTED_FIELD_NUMBER: _ClassVar[int]
        ERROR_FIELD_NUMBER: _ClassVar[int]
        index: int
        accepted: QueueResponse
        error: _status_pb2.Status
        def __init__(self, index: _Optional[int] = ..., accepted: _Optional[_Union[QueueResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
    SETTLED_COUNT_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    settled_count: int
    results: _containers.RepeatedCompositeFieldContainer[QueueStreamResponse.Result]
    def __init__(self, settled_count: _Optional[int] = ..., results: _Optional[_Iterable[_Union[QueueStreamResponse.Result, _Mapping]]] = ...) -> None: ...
