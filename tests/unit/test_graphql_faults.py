"""What is wrong with a schema that is not GraphQL is said in sentences of ours, with the place."""

import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules.event_schemas import enforced_schema

NOT_GRAPHQL = [
    ("type order {\n  a }", "2, column 5", "`:` must come before `}`"),
    ("type order { a: [Int }", "1, column 22", "`]` must come before `}`"),
    ("type order { a: 5 }", "1, column 17", "`5` stands in place of a name"),
    ("typ order { a: Int }", "1, column 1", "`typ` cannot stand here"),
    ("whsec_MfKQ9r8GKYqr", "1, column 1", "`whsec_…` cannot stand here"),
    ("type order { a: Int @x(y: ) }", "1, column 27", "`)` cannot stand here"),
    ("type order { a: 'x' }", "1, column 17", "a text must be in double quotes"),
    ('type order { a: """x }', "1, column 23", "this text has no end"),
    ("type order { a\xa0: Int }", "1, column 15", "the character U+00A0 cannot stand here"),
    ("type order { a: 1.5e }", "1, column 21", "this is not a number"),
    ('type order { a: "\\q" }', "1, column 18", "this text has an escape that means no character"),
    ("schema", "1, column 7", "the schema ends here, but `{` must follow"),
    ("type order {" + "a:I " * 4_000, "1, column 13342", "it has more than 10000 names and signs"),
]


@pytest.mark.parametrize(("sdl", "place", "said"), NOT_GRAPHQL)
def test_an_error_in_a_schema_is_a_sentence(sdl: str, place: str, said: str) -> None:
    """An error names the line, the column and what is wrong there, but shows no secret."""
    with pytest.raises(InvalidField) as refused:
        enforced_schema(sdl, event_type="order")
    assert (refused.value.field, refused.value.message) == ("schema", f"has an error at line {place}: {said}")
