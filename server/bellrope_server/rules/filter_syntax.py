"""The syntax tree of a filter, as CEL's compiler writes it: to see what it costs, and to make its loops ask.

Only the fields that are needed are declared here. Protobuf keeps the others as they are. The numbers are
those of https://github.com/google/cel-spec/blob/master/proto/cel/expr/syntax.proto and `checked.proto`.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

_MESSAGES: dict[str, dict[str, tuple[Any, ...]]] = {
    "CheckedExpr": {"expr": (4, "Expr")},
    "Expr": {
        "const_expr": (3, "Constant"),
        "ident_expr": (4, "Ident"),
        "select_expr": (5, "Select"),
        "call_expr": (6, "Call"),
        "list_expr": (7, "CreateList"),
        "struct_expr": (8, "CreateStruct"),
        "comprehension_expr": (9, "Comprehension"),
    },
    "Constant": {
        "int64_value": (3, "int64"),
        "uint64_value": (4, "uint64"),
        "double_value": (5, "double"),
        "string_value": (6, "string"),
    },
    "Ident": {"name": (1, "string")},
    "Select": {"operand": (1, "Expr")},
    "Call": {"target": (1, "Expr"), "function": (2, "string"), "args": (3, "Expr", "repeated")},
    "CreateList": {"elements": (1, "Expr", "repeated")},
    "CreateStruct": {"entries": (2, "Entry", "repeated")},
    "Entry": {"map_key": (3, "Expr"), "value": (4, "Expr")},
    "Comprehension": {
        "iter_range": (2, "Expr"),
        "accu_init": (4, "Expr"),
        "loop_condition": (5, "Expr"),
        "loop_step": (6, "Expr"),
        "result": (7, "Expr"),
    },
}
_SCALARS = {
    "int64": Field.TYPE_INT64,
    "uint64": Field.TYPE_UINT64,
    "double": Field.TYPE_DOUBLE,
    "string": Field.TYPE_STRING,
}
_KIND = "kind"
_PARTS: dict[str, Callable[[Any], list[Any]]] = {
    "select_expr": lambda select: [select.operand],
    "call_expr": lambda call: [*([call.target] if call.HasField("target") else ()), *call.args],
    "list_expr": lambda made: list(made.elements),
    "struct_expr": lambda made: [part for entry in made.entries for part in (entry.map_key, entry.value)],
    "comprehension_expr": lambda loop: [
        loop.iter_range,
        loop.accu_init,
        loop.loop_condition,
        loop.loop_step,
        loop.result,
    ],
}
STEP = "@step"  # the function that loops ask; an expression cannot call it, for that is not a name


def _pool() -> DescriptorPool:
    # proto2 tells a constant that is 0 or empty from none.
    file = FileDescriptorProto(name="filter_syntax.proto", package="cel.expr", syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, type, *repeated) in fields.items():
            label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
            declared = message.field.add(name=field, number=number, label=label)
            declared.type = _SCALARS.get(type, Field.TYPE_MESSAGE)
            if name == "Expr":
                declared.oneof_index = 0
            if type not in _SCALARS:
                declared.type_name = f".cel.expr.{type}"
        if name == "Expr":
            message.oneof_decl.add(name=_KIND)
    pool = DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return pool


_Checked = GetMessageClass(_pool().FindMessageTypeByName("cel.expr.CheckedExpr"))


def tree(compiled: bytes) -> Any:
    """Return the expression, an `Expr`, of what the compiler wrote."""
    return _checked(compiled).expr


def parts(expr: Any) -> list[Any]:
    """Return the expressions that an expression directly consists of, in order."""
    kind = expr.WhichOneof(_KIND)
    return _PARTS[kind](getattr(expr, kind)) if kind in _PARTS else []


def only(compiled: bytes, part: Any) -> bytes:
    """Return one part of the expression as an expression."""
    packed, checked = Packed.FromString(compiled), _checked(compiled)
    checked.expr.CopyFrom(part)
    packed.value = checked.SerializeToString()
    return packed.SerializeToString()


def asking(compiled: bytes) -> bytes:
    """Return the expression with loops that ask `STEP` before each step, and end if it is not true."""
    packed, checked = Packed.FromString(compiled), _checked(compiled)
    _ask(checked.expr)
    packed.value = checked.SerializeToString()
    return packed.SerializeToString()


def _checked(compiled: bytes) -> Any:
    return _Checked.FromString(Packed.FromString(compiled).value)


def _ask(expr: Any) -> None:
    for part in parts(expr):
        _ask(part)
    if expr.HasField("comprehension_expr"):
        condition = expr.comprehension_expr.loop_condition
        before = condition.SerializeToString()
        condition.Clear()
        condition.call_expr.function = "_&&_"
        condition.call_expr.args.add().call_expr.function = STEP
        condition.call_expr.args.add().MergeFromString(before)
