"""The secrets that a file leaves on the server: it names them, and does not have their values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bellrope.v1 import triggers_pb2

from bellrope_server.convert.triggers import HEADER_NAME
from bellrope_server.text.strict_yaml import BOOLEANS, Items, Members, Node, Scalar
from bellrope_server.text.yaml_faults import MalformedYaml

KEEP_HEADERS, KEEP_SECRET = KEYS = ("keepHeaders", "keepSecret")

Trigger = triggers_pb2.Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a trigger keeps: headers by name, each with its line, and the line that keeps the secret."""

    headers: Mapping[str, int]
    secret: int | None

    @classmethod
    def taken_from(cls, found: Members) -> "Kept":
        """Take both keys from the members of a trigger, or raise MalformedYaml."""
        headers, secret = (found.pop(key)[1] if key in found else None for key in KEYS)
        return cls(headers=dict(_names(headers)), secret=_asked(secret))

    def __bool__(self) -> bool:
        """Return whether anything is kept."""
        return bool(self.headers or self.secret)

    def check(self, trigger: Trigger) -> None:
        """Raise MalformedYaml if the file gives what it also keeps."""
        given = {name.lower() for name in trigger.headers}
        for name, line in self.headers.items():
            if name.lower() in given:
                raise MalformedYaml(
                    f"`{KEEP_HEADERS}` has `{name}`, and `headers` too; leave it out of one", line=line
                )
        if self.secret and trigger.secrets:
            raise MalformedYaml(
                f"`{KEEP_SECRET}` does not go with `secrets`; leave out one", line=self.secret
            )

    def filled(self, trigger: Trigger, stored: Trigger | None) -> Trigger:
        """Return the trigger with the stored values of the headers that it keeps."""
        filled = Trigger()
        filled.CopyFrom(trigger)
        kept = {name.lower() for name in self.headers}
        there = stored.headers.items() if stored else ()
        filled.headers.update({name: value for name, value in there if name.lower() in kept})
        return filled

    def missing(self, stored: Trigger | None) -> Iterator[tuple[int, str]]:
        """Yield the line of each secret that the server does not have, and what to do."""
        there = {name.lower() for name in stored.headers} if stored else set()
        for name, line in self.headers.items():
            if name.lower() not in there:
                yield line, f"the server has no header `{name}` to keep; give its value in `headers`"
        if self.secret and not (stored and stored.signed):
            yield self.secret, "the server has no secret to keep; give one in `secrets`"


def _names(node: Node | None) -> Iterator[tuple[str, int]]:
    """Yield the names in a list of headers. The error shows none, in case a value stands there."""
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return
    seen: set[str] = set()
    for each in node.items if isinstance(node, Items) else [node]:
        if (
            not isinstance(node, Items)
            or not isinstance(each, Scalar)
            or not HEADER_NAME.fullmatch(each.text)
        ):
            raise MalformedYaml(
                f"{KEEP_HEADERS} must be a list of names of headers, like [authorization]", line=each.line
            )
        if each.text.lower() in seen:
            raise MalformedYaml(f"{KEEP_HEADERS} must not have the same name twice", line=each.line)
        seen.add(each.text.lower())
        yield each.text, each.line


def _asked(node: Node | None) -> int | None:
    """Return the line if the secret is kept."""
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return None
    if not isinstance(node, Scalar) or not BOOLEANS.get(node.text.lower()):
        raise MalformedYaml(
            f"{KEEP_SECRET} must be true, or left out; `secrets: []` removes the secret", line=node.line
        )
    return node.line
