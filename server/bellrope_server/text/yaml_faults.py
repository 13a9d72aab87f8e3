"""What can be wrong with YAML, in our words: libyaml's are for those who know its grammar."""

import yaml

from bellrope_server.text.strict_json import TOO_DEEP


class MalformedYaml(Exception):
    """The text cannot be read as YAML; `line` is the line at fault, from 1. Its values are never shown."""

    def __init__(self, sentence: str, *, line: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line


def malformed(error: yaml.MarkedYAMLError, text: str) -> MalformedYaml:
    """Return libyaml's error in our words, at the line where the user has to look."""
    problem = error.problem or ""
    begins, sentence = next(
        ((begins, sentence) for part, (begins, sentence) in _SENTENCES.items() if part in problem),
        (False, "this is not YAML; check the indentation, the quotes and the colons"),
    )
    mark = error.context_mark if begins and error.context_mark else error.problem_mark
    line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
    return MalformedYaml(sentence, line=line)


_ESCAPE = "the text in double quotes has an unknown escape; write a backslash as `\\\\`"
_SENTENCES = {  # by a part of libyaml's own words: whether the line is where the value begins, and ours
    "mapping values are not allowed": (
        False,
        "a key is not allowed here; check the indentation, and put text with `: ` in quotes",
    ),
    "found character that cannot start": (
        False,
        "indent with spaces and not with tabs, and put text that begins with @, ` or % in quotes",
    ),
    "did not find expected alphabetic or numeric": (False, "put text that begins with * or & in quotes"),
    "did not find expected comment or line break": (
        False,
        "put text that begins with | or > in quotes, or begin it on the next line",
    ),
    "found a tab character": (False, "indent with spaces and not with tabs"),
    "found unexpected end of stream": (True, "the quote that begins here has no end"),
    "found unexpected document indicator": (True, "the quote that begins here has no end"),
    "did not find expected key": (
        False,
        "the indentation does not fit; begin all keys of one mapping in the same column",
    ),
    "did not find expected '-'": (
        False,
        "the indentation does not fit; begin all entries of one list with `- ` in the same column",
    ),
    "did not find expected ',' or ']'": (True, "the list that begins here needs `,` or `]`"),
    "did not find expected ',' or '}'": (True, "the mapping that begins here needs `,` or `}`"),
    "did not find expected node content": (False, "a value is missing; write it, or close the bracket"),
    "could not find expected ':'": (True, "a `:` is missing after the key"),
    "escape": (True, _ESCAPE),
    "hexdecimal": (True, _ESCAPE),
    "did not find expected <document start>": (False, "the value before this has ended; remove what follows"),
    "nesting depth": (False, TOO_DEEP),
}
