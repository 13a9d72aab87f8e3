"""Pages of a list: how large they are, and what their tokens stand for."""

import base64
import zlib

import pytest
from bellrope_server.api.pages import EVENT_IDS, ROWS, TIMES, Places, next_token, page
from bellrope_server.convert.names import EVENT_ID
from bellrope_server.errors import InvalidField
from bellrope_server.store.walks.pages import Page, Place
from hypothesis import given
from hypothesis import strategies as st

LIST = "a-project e1 a-trigger 3"


@pytest.mark.parametrize(("asked", "given_"), [(0, 100), (1, 1), (1000, 1000), (1001, 1000), (10**9, 1000)])
def test_a_page_has_a_size(asked: int, given_: int) -> None:
    """A page is as large as requested: 100 by default, 1,000 at most (G32)."""
    assert page(asked, "", bound_to=LIST) == Page(size=given_, before=None)


def test_a_negative_size_is_refused() -> None:
    """A page size below 0 is refused, and the error names the field."""
    with pytest.raises(InvalidField) as caught:
        page(-1, "", bound_to=LIST)
    assert caught.value.field == "page_size"


def test_the_last_page_has_no_token() -> None:
    """The last page has no token."""
    assert next_token(None, bound_to=LIST) == ""


NUMBERS = st.integers(0, 2**63 - 1)


@pytest.mark.parametrize(
    ("places", "place"),
    [
        (ROWS, st.tuples(NUMBERS)),
        (TIMES, st.tuples(NUMBERS, NUMBERS)),
        (EVENT_IDS, st.tuples(st.from_regex(EVENT_ID, fullmatch=True))),
    ],
)
@given(data=st.data(), bound_to=st.text())
def test_a_token_goes_on_where_its_page_ended(
    places: Places, place: st.SearchStrategy[Place], data: st.DataObject, bound_to: str
) -> None:
    """The token of a page leads to what comes after its last row."""
    before = data.draw(place)
    token = next_token(before, bound_to=bound_to)
    assert page(1, token, bound_to=bound_to, places=places).before == before


@pytest.mark.parametrize("other", ["another-project e1 a-trigger 3", "a-project  a-trigger 3", ""])
def test_a_token_is_good_for_its_own_list(other: str) -> None:
    """A token is refused with other filters, because it would skip rows."""
    token = next_token((7,), bound_to=other)
    with pytest.raises(InvalidField) as caught:
        page(1, token, bound_to=LIST)
    assert caught.value.field == "page_token"


def crafted(before: str) -> str:
    """Return a token that fits the list, with any text for the place."""
    return base64.urlsafe_b64encode(f"[{zlib.crc32(LIST.encode())}{before}]".encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        *("x", "%", "é", "====", "MQ", "a" * 10_000),
        *(
            crafted(text)
            for text in (
                "",
                ",-1",
                ",1.5",
                ",seven",
                ",9223372036854775808",
                ",true",
                ",null",
                ",[1]",
                ',"x"',
                ",1,1",
                "," + "9" * 5000,
            )
        ),
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    """Anything else is refused with an error that names the field, and never reaches the database (G33)."""
    with pytest.raises(InvalidField) as caught:
        page(1, token, bound_to=LIST)
    assert caught.value.field == "page_token"


@given(st.text(min_size=1))
def test_no_token_does_harm(token: str) -> None:
    """Any text that is not a token is refused as one."""
    with pytest.raises(InvalidField):
        page(1, token, bound_to=LIST)
