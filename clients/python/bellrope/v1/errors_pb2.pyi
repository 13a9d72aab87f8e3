from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class Error(_message.Message):
    __slots__ = ()
    class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        REASON_UNSPECIFIED: _ClassVar[Error.Reason]
        INVALID_FIELD: _ClassVar[Error.Reason]
        UNKNOWN_FIELD: _ClassVar[Error.Reason]
        MALFORMED_JSON: _ClassVar[Error.Reason]
        TOO_LARGE: _ClassVar[Error.Reason]
        ID_CONFLICT: _ClassVar[Error.Reason]
        PROJECT_NOT_FOUND: _ClassVar[Error.Reason]
        TRIGGER_NOT_FOUND: _ClassVar[Error.Reason]
        EVENT_NOT_FOUND: _ClassVar[Error.Reason]
        DELIVERY_NOT_FOUND: _ClassVar[Error.Reason]
        NO_TRIGGER_MATCHED: _ClassVar[Error.Reason]
        TRIGGER_PAUSED: _ClassVar[Error.Reason]
        WEBHOOK_FAILED: _ClassVar[Error.Reason]
        RESPONSE_TOO_LARGE: _ClassVar[Error.Reason]
        URL_INVALID: _ClassVar[Error.Reason]
        URL_BLOCKED: _ClassVar[Error.Reason]
        NOT_FINAL: _ClassVar[Error.Reason]
        OVERLOADED: _ClassVar[Error.Reason]
        DRAINING: _ClassVar[Error.Reason]
        STORE_UNAVAILABLE: _ClassVar[Error.Reason]
        DISK_FULL: _ClassVar[Error.Reason]
        PROJECT_EXISTS: _ClassVar[Error.Reason]
        TRIGGER_EXISTS: _ClassVar[Error.Reason]
        DEADLINE_PASSED: _ClassVar[Error.Reason]
        KEY_REQUIRED: _ClassVar[Error.Reason]
        FOREIGN_ORIGIN: _ClassVar[Error.Reason]
        NO_SUCH_PATH: _ClassVar[Error.Reason]
        UNSUPPORTED_MEDIA_TYPE: _ClassVar[Error.Reason]
        MALFORMED_REQUEST: _ClassVar[Error.Reason]
        REQUEST_TIMEOUT: _ClassVar[Error.Reason]
        INTERNAL_ERROR: _ClassVar[Error.Reason]
        EVENT_TYPE_NOT_FOUND: _ClassVar[Error.Reason]
        OVER_QUOTA: _ClassVar[Error.Reason]
        LOOP: _ClassVar[Error.Reason]
        ALREADY_FINAL: _ClassVar[Error.Reason]
        NOT_SCHEDULED: _ClassVar[Error.Reason]
        BULK_ACTION_NOT_FOUND: _ClassVar[Error.Reason]
        CHAIN_LIMIT: _ClassVar[Error.Reason]
    REASON_UNSPECIFIED: Error.Reason
    INVALID_FIELD: Error.Reason
    UNKNOWN_FIELD: Error.Reason
    MALFORMED_JSON: Error.Reason
    TOO_LARGE: Error.Reason
    ID_CONFLICT: Error.Reason
    PROJECT_NOT_FOUND: Error.Reason
    TRIGGER_NOT_FOUND: Error.Reason
    EVENT_NOT_FOUND: Error.Reason
    DELIVERY_NOT_FOUND: Error.Reason
    NO_TRIGGER_MATCHED: Error.Reason
    TRIGGER_PAUSED: Error.Reason
    WEBHOOK_FAILED: Error.Reason
    RESPONSE_TOO_LARGE: Error.Reason
    URL_INVALID: Error.Reason
    URL_BLOCKED: Error.Reason
    NOT_FINAL: Error.Reason
    OVERLOADED: Error.Reason
    DRAINING: Error.Reason
    STORE_UNAVAILABLE: Error.Reason
    DISK_FULL: Error.Reason
    PROJECT_EXISTS: Error.Reason
    TRIGGER_EXISTS: Error.Reason
    DEADLINE_PASSED: Error.Reason
    KEY_REQUIRED: Error.Reason
    FOREIGN_ORIGIN: Error.Reason
    NO_SUCH_PATH: Error.Reason
    UNSUPPORTED_MEDIA_TYPE: Error.Reason
    MALFORMED_REQUEST: Error.Reason
    REQUEST_TIMEOUT: Error.Reason
    INTERNAL_ERROR: Error.Reason
    EVENT_TYPE_NOT_FOUND: Error.Reason
    OVER_QUOTA: Error.Reason
    LOOP: Error.Reason
    ALREADY_FINAL: Error.Reason
    NOT_SCHEDULED: Error.Reason
    BULK_ACTION_NOT_FOUND: Error.Reason
    CHAIN_LIMIT: Error.Reason
    def __init__(self) -> None: ...
