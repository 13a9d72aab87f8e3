"""What is wrong with a schema that is not GraphQL: a sentence in place of its parser's."""

import re

from bellrope_server.text.json_paths import shortened

# What the parser says, with the part of the schema that it means.
_SENTENCES = {
    r"Expected Name, found <EOF>": "the schema ends here, but a name must follow",
    r"Expected (?:.* )?'(.+)', found <EOF>": "the schema ends here, but `{}` must follow",
    r"Unexpected <EOF>": "the schema ends here, but something must follow",
    r"Expected Name, found (?:\w+ )?['\"]?(.+?)['\"]?": "`{}` stands in place of a name",
    r"Expected (?:.* )?'(.+?)', found (?:\w+ )?['\"]?(.+?)['\"]?": "`{}` must come before `{}`",
    r"Unexpected character: '?(.+?)'?": "the character {} cannot stand here",
    r"Unexpected single quote .*": "a text must be in double quotes",
    r"Unexpected (?:\w+ )?['\"]?(.+?)['\"]?": "`{}` cannot stand here",
    r"Document contains more than (.+) tokens.*": "it has more than {} names and signs",
    r"Unterminated string": "this text has no end",
    r"Invalid number, .*": "this is not a number",
    r"Invalid (?:character|Unicode) .*": "this text has an escape that means no character",
}


def sentence(said: str) -> str:
    """Return what is wrong, in our words.

    >>> sentence("Syntax Error: Expected ':', found '}'.")
    '`:` must come before `}`'
    """
    said = said.removeprefix("Syntax Error: ").removesuffix(".")
    for pattern, words in _SENTENCES.items():
        if match := re.fullmatch(pattern, said, re.DOTALL):
            return words.format(*map(shortened, match.groups()))
    return "it is not GraphQL"
