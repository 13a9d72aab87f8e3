"""What differs between a message in requests and in answers: its name, its fields, which must be there."""

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from bellrope_server.gateway.docs import openapi_rules

PACKAGE = "bellrope.v1."
SAVED = frozenset({"Trigger", "Project", "EventType"})


class Direction(Protocol):
    """Requests or answers."""

    def name(self, message: Any) -> str:
        """Return the name of the message's schema."""

    def fields(self, message: Any) -> list[Any]:
        """Return the fields that the message has inside another."""

    def required(self, fields: Iterable[Any]) -> list[str]:
        """Return the names of those fields that must be there."""


class Requests:
    """What callers send. A message that answers have, too, has a schema of its own here."""

    def __init__(self, answered: Collection[str]) -> None:
        """`answered` are the full names of the messages in answers."""
        self._answered = answered

    def name(self, message: Any, suffix: str = "") -> str:
        """Return the name of the message's schema; `suffix` is for one that answers have, too."""
        if message.full_name not in self._answered:
            return plain_name(message)
        return plain_name(message) + (suffix or ("Draft" if message.name in SAVED else "Input"))

    def fields(self, message: Any) -> list[Any]:
        """Return the fields that callers set, without those that the path has."""
        left_out = openapi_rules.IN_PATH.get(message.name)
        return [each for each in message.fields if each.name != left_out and not openapi_rules.is_ours(each)]

    def required(self, fields: Iterable[Any]) -> list[str]:
        """Return the names of the fields that a request must have; a draft needs none."""
        found = [field for field in fields if openapi_rules.is_required(field)]
        return [field.json_name for field in found if field.containing_type.name not in SAVED]


class Answers:
    """What the server sends."""

    def name(self, message: Any) -> str:
        """Return the name of the message's schema."""
        return plain_name(message)

    def fields(self, message: Any) -> list[Any]:
        """Return all fields."""
        return list(message.fields)

    def required(self, fields: Iterable[Any]) -> list[str]:
        """Return the names of the fields that every answer has."""
        return [field.json_name for field in fields if openapi_rules.is_always_there(field)]


def plain_name(descriptor: Any) -> str:
    """Return the name of a message or an enum without dots, which generators of clients do not like.

    >>> from bellrope.v1.deliveries_pb2 import Delivery
    >>> plain_name(Delivery.State.DESCRIPTOR)
    'DeliveryState'
    """
    steps = descriptor.full_name.removeprefix(PACKAGE).removeprefix("google.").split(".")
    return "".join(step[0].upper() + step[1:] for step in steps)


def messages_in(message: Any) -> set[str]:
    """Return the full names of a message and of all messages in it."""
    found: set[str] = set()
    todo = [message]
    while todo:
        each = todo.pop()
        if each.full_name not in found:
            found.add(each.full_name)
            todo += [field.message_type for field in each.fields if field.message_type is not None]
    return found
