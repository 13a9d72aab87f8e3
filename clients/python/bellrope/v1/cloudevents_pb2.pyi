from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CloudEvent(_message.Message):
    __slots__ = ("id", "source", "subject", "time", "datacontenttype", "dataschema", "extensions", "data_form")
    class DataForm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        DATA_FORM_UNSPECIFIED: _ClassVar[CloudEvent.DataForm]
        TEXT: _ClassVar[CloudEvent.DataForm]
        BYTES: _ClassVar[CloudEvent.DataForm]
        ABSENT: _ClassVar[CloudEvent.DataForm]
    DATA_FORM_UNSPECIFIED: CloudEvent.DataForm
    TEXT: CloudEvent.DataForm
    BYTES: CloudEvent.DataForm
    ABSENT: CloudEvent.DataForm
    class Extension(_message.Message):
        __slots__ = ("boolean", "integer", "text")
        BOOLEAN_FIELD_NUMBER: _ClassVar[int]
        INTEGER_FIELD_NUMBER: _ClassVar[int]
        TEXT_FIELD_NUMBER: _ClassVar[int]
        boolean: bool
        integer: int
        text: str
        def __init__(self, boolean: _Optional[bool] = ..., integer: _Optional[int] = ..., text: _Optional[str] = ...) -> None: ...
    class ExtensionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: CloudEvent.Extension
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[CloudEvent.Extension, _Mapping]] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    DATACONTENTTYPE_FIELD_NUMBER: _ClassVar[int]
    DATASCHEMA_FIELD_NUMBER: _ClassVar[int]
    EXTENSIONS_FIELD_NUMBER: _ClassVar[int]
    DATA_FORM_FIELD_NUMBER: _ClassVar[int]
    id: str
    source: str
    subject: str
    time: str
    datacontenttype: str
    dataschema: str
    extensions: _containers.MessageMap[str, CloudEvent.Extension]
    data_form: CloudEvent.DataForm
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., subject: _Optional[str] = ..., time: _Optional[str] = ..., datacontenttype: _Optional[str] = ..., dataschema: _Optional[str] = ..., extensions: _Optional[_Mapping[str, CloudEvent.Extension]] = ..., data_form: _Optional[_Union[CloudEvent.DataForm, str]] = ...) -> None: ...
