"""Path templates of google.api.http: the raw paths that they match, and the values of their variables."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from bellrope_server.errors import InvalidField

_PIECE = re.compile(r"\{([\w.]+)(?:=([^{}]*))?\}|[^{}]+")
_WILDCARD = re.compile(r"(\*\*?)")
_VERB = re.compile(r"(.*?)(?::([^/{}:]+))?")
_RESERVED = re.compile("%(2[fF])")


class PathTemplate:
    """One template, by the grammar in google/api/http.proto.

    >>> PathTemplate("/v1/projects/{project}/events:queue").match("/v1/projects/a%2Fb/events")
    {'project': 'a/b'}
    """

    def __init__(self, text: str) -> None:
        """`verb` is the part after the last colon; callers of `match` pass the path without it."""
        found = _VERB.fullmatch(text)
        assert found is not None
        path, self.verb = found[1], found[2] or ""
        self.text = text
        self.variables: tuple[str, ...] = ()
        self._many: tuple[bool, ...] = ()
        self._pattern = re.compile("".join(map(self._piece, _PIECE.finditer(path))))
        self.shape = _without_names(text)
        """The template without its variables' names: templates of the same shape match the same paths."""
        self.rank = tuple(_rank(segment) for segment in _without_names(path).split("/"))
        """A sort key; more exact templates come first: a literal before `*` before `**`."""

    def _piece(self, piece: re.Match[str]) -> str:
        name, pattern = piece[1], piece[2] or "*"
        if name is None:
            return _expression(piece[0])
        self.variables += (name,)
        self._many += ("/" in pattern or "**" in pattern,)
        return f"({_expression(pattern)})"

    def renamed(self, names: Sequence[str]) -> str:
        """Return the template with other names for its variables, and without their patterns.

        >>> PathTemplate("/v1/{name=shelves/*}:open").renamed(["shelf"])
        '/v1/{shelf}:open'
        """
        rest = iter(names)
        return _PIECE.sub(lambda piece: piece[0] if piece[1] is None else f"{{{next(rest)}}}", self.text)

    def match(self, path: str) -> Mapping[str, str] | None:
        """Return the decoded values of the variables, or None if this raw path does not match.

        A path is split before it is decoded, so `%2F` is part of a value; in a variable of several
        segments it stays encoded. Raises InvalidField for a value that is not UTF-8 after decoding.
        """
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        values = zip(self.variables, found.groups(), self._many, strict=True)
        return {name: _decoded(value, many, name) for name, value, many in values}


def _without_names(path: str) -> str:
    return _PIECE.sub(lambda piece: piece[0] if piece[1] is None else piece[2] or "*", path)


def _rank(segment: str) -> int:
    return {"*": 1, "**": 2}.get(segment, 0)


def _expression(text: str) -> str:
    """Return the regular expression of literals and wildcards."""
    wildcards = {"*": "[^/]+", "**": ".*"}
    return "".join(wildcards.get(part) or re.escape(part) for part in _WILDCARD.split(text))


def _decoded(raw: str, many: bool, name: str) -> str:
    try:
        return unquote(_RESERVED.sub(r"%25\1", raw) if many else raw, errors="strict")
    except UnicodeDecodeError:
        raise InvalidField("is not UTF-8", field=name) from None
