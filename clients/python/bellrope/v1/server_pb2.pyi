import datetime

from bellrope.v1 import projects_pb2 as _projects_pb2
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

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Status(_message.Message):
    __slots__ = ("version", "start_time", "status_time", "ready", "unready_reasons", "database", "nodes", "attempts", "waiting_writes", "request_bytes", "answer_bytes", "calls", "retention", "refused_calls", "longest_pause", "checks")
    class Database(_message.Message):
        __slots__ = ("kind", "size_bytes", "schema_version", "disk_free_bytes", "disk_reserved_bytes", "wal_bytes")
        class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
            __slots__ = ()
            KIND_UNSPECIFIED: _ClassVar[Status.Database.Kind]
            SQLITE: _ClassVar[Status.Database.Kind]
            POSTGRESQL: _ClassVar[Status.Database.Kind]
        KIND_UNSPECIFIED: Status.Database.Kind
        SQLITE: Status.Database.Kind
        POSTGRESQL: Status.Database.Kind
        KIND_FIELD_NUMBER: _ClassVar[int]
        SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
        SCHEMA_VERSION_FIELD_NUMBER: _ClassVar[int]
        DISK_FREE_BYTES_FIELD_NUMBER: _ClassVar[int]
        DISK_RESERVED_BYTES_FIELD_NUMBER: _ClassVar[int]
        WAL_BYTES_FIELD_NUMBER: _ClassVar[int]
        kind: Status.Database.Kind
        size_bytes: int
        schema_version: str
        disk_free_bytes: int
        disk_reserved_bytes: int
        wal_bytes: int
        def __init__(self, kind: _Optional[_Union[Status.Database.Kind, str]] = ..., size_bytes: _Optional[int] = ..., schema_version: _Optional[str] = ..., disk_free_bytes: _Optional[int] = ..., disk_reserved_bytes: _Optional[int] = ..., wal_bytes: _Optional[int] = ...) -> None: ...
    class Node(_message.Message):
        __slots__ = ("name", "version", "seen_time", "this_node")
        NAME_FIELD_NUMBER: _ClassVar[int]
        VERSION_FIELD_NUMBER: _ClassVar[int]
        SEEN_TIME_FIELD_NUMBER: _ClassVar[int]
        THIS_NODE_FIELD_NUMBER: _ClassVar[int]
        name: str
        version: str
        seen_time: _timestamp_pb2.Timestamp
        this_node: bool
        def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ..., seen_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., this_node: _Optional[bool] = ...) -> None: ...
    class Use(_message.Message):
        __slots__ = ("used", "limit")
        USED_FIELD_NUMBER: _ClassVar[int]
        LIMIT_FIELD_NUMBER: _ClassVar[int]
        used: int
        limit: int
        def __init__(self, used: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...
    class RefusedCalls(_message.Message):
        __slots__ = ("reason", "count")
        REASON_FIELD_NUMBER: _ClassVar[int]
        COUNT_FIELD_NUMBER: _ClassVar[int]
        reason: str
        count: int
        def __init__(self, reason: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...
    class Check(_message.Message):
        __slots__ = ("name", "level", "sentence", "what_to_do")
        class Level(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
            __slots__ = ()
            LEVEL_UNSPECIFIED: _ClassVar[Status.Check.Level]
            OK: _ClassVar[Status.Check.Level]
            WARNING: _ClassVar[Status.Check.Level]
            FAILURE: _ClassVar[Status.Check.Level]
        LEVEL_UNSPECIFIED: Status.Check.Level
        OK: Status.Check.Level
        WARNING: Status.Check.Level
        FAILURE: Status.Check.Level
        NAME_FIELD_NUMBER: _ClassVar[int]
        LEVEL_FIELD_NUMBER: _ClassVar[int]
        SENTENCE_FIELD_NUMBER: _ClassVar[int]
        WHAT_TO_DO_FIELD_NUMBER: _ClassVar[int]
        name: str
        level: Status.Check.Level
        sentence: str
        what_to_do: str
        def __init__(self, name: _Optional[str] = ..., level: _Optional[_Union[Status.Check.Level, str]] = ..., sentence: _Optional[str] = ..., what_to_do: _Optional[str] = ...) -> None: ...
    VERSION_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_TIME_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    UNREADY_REASONS_FIELD_NUMBER: _ClassVar[int]
    DATABASE_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    WAITING_WRITES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_BYTES_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BYTES_FIELD_NUMBER: _ClassVar[int]
    CALLS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_FIELD_NUMBER: _ClassVar[int]
    REFUSED_CALLS_FIELD_NUMBER: _ClassVar[int]
    LONGEST_PAUSE_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    version: str
    start_time: _timestamp_pb2.Timestamp
    status_time: _timestamp_pb2.Timestamp
    ready: bool
    unready_reasons: _containers.RepeatedScalarFieldContainer[str]
    database: Status.Database
    nodes: _containers.RepeatedCompositeFieldContainer[Status.Node]
    attempts: Status.Use
    waiting_writes: Status.Use
    request_bytes: Status.Use
    answer_bytes: Status.Use
    calls: Status.Use
    retention: _projects_pb2.Retention
    refused_calls: _containers.RepeatedCompositeFieldContainer[Status.RefusedCalls]
    longest_pause: _duration_pb2.Duration
    checks: _containers.RepeatedCompositeFieldContainer[Status.Check]
    def __init__(self, version: _Optional[str] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ready: _Optional[bool] = ..., unready_reasons: _Optional[_Iterable[str]] = ..., database: _Optional[_Union[Status.Database, _Mapping]] = ..., nodes: _Optional[_Iterable[_Union[Status.Node, _Mapping]]] = ..., attempts: _Optional[_Union[Status.Use, _Mapping]] = ..., waiting_writes: _Optional[_Union[Status.Use, _Mapping]] = ..., request_bytes: _Optional[_Union[Status.Use, _Mapping]] = ..., answer_bytes: _Optional[_Union[Status.Use, _Mapping]] = ..., calls: _Optional[_Union[Status.Use, _Mapping]] = ..., retention: _Optional[_Union[_projects_pb2.Retention, _Mapping]] = ..., refused_calls: _Optional[_Iterable[_Union[Status.RefusedCalls, _Mapping]]] = ..., longest_pause: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., checks: _Optional[_Iterable[_Union[Status.Check, _Mapping]]] = ...) -> None: ...
