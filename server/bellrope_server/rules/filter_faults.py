"""What is wrong with a filter that is not CEL: the place, and a sentence in place of its parser's."""

import re

from bellrope_server.text.json_paths import shortened

TOO_DEEP = "is nested too deeply"
_FIRST = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_CONTAINER = " (in container 'event')"
# What CEL's parser says, with the part of the expression that it means.
_SENTENCES = {
    r"Syntax error: .* input '<EOF>'(?: .*)?": "the expression ends here, but something must follow",
    r"Syntax error: missing '(.+)' at .*": "`{}` is missing",
    r"Syntax error: token recognition error at: '=.*'": "to compare, write `==`",
    r"Syntax error: token recognition error at: '([\"']).*\\.*'": (
        "this text has no {} at its end, or a `\\` that means no character"
    ),
    r"Syntax error: token recognition error at: '([\"']).*'": "this text has no {} at its end",
    r"Syntax error: token recognition error at: '(.+)'": "`{}` means nothing in CEL",
    r"Syntax error: .* input '(.+?)'(?: expecting .*)?": "`{}` cannot stand here",
    r"Invalid .* literal: String must end with (.).*": "this text has no {} at its end",
    r"Invalid (?:string|bytes) literal: .*": "this text has a `\\` that means no character",
    r"invalid u?int literal": "this number does not fit into 64 bits; with `.0` at its end it is a double",
    r"invalid double literal": "this is not a number",
    r"reserved identifier: (.+)": "`{}` is a reserved word",
    r"undeclared reference to '(.+)'": "`{}` is not known: a filter has `data`, `type` and other attributes",
    r"found no matching overload for '_?(.+?)_?' applied to '\((.*)\)'": "`{}` cannot be used with {}",
}


def complaint(text: str) -> str:
    """Return the compiler's first error in the user's expression, with its place.

    >>> complaint("ERROR: <input>:1:8: Syntax error: token recognition error at: '= '")
    'has an error at line 1, column 8: to compare, write `==`'
    """
    if "recursion" in text:
        return TOO_DEEP
    found = _FIRST.search(text)
    if not found:
        return "is not an expression in CEL"
    line, column, what = found.groups()
    return f"has an error at line {line}, column {column}: {_sentence(what.replace(_CONTAINER, ''))}"


def _sentence(said: str) -> str:
    for pattern, sentence in _SENTENCES.items():
        if match := re.match(pattern, said):
            return sentence.format(*map(_visible, match.groups()))
    return said


def _visible(part: str) -> str:
    """Return a part of an expression: short, without secrets, with numbers for characters that nobody sees.

    >>> _visible("a"), _visible("\xa0"), _visible("\u202e=")
    ('a', 'U+00A0', 'U+202E=')
    """
    return shortened("".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in part))
