"""Whatever an address asks for, a page that exists is shown, and every thing stands on exactly one page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.site.paging import paging


@pytest.mark.parametrize(
    ("asked", "total", "number"),
    [
        (None, 45, 1), ("", 45, 1), ("2", 45, 2), (" 3 ", 45, 3), ("4", 45, 3), ("0", 45, 1), ("-1", 45, 1), ("1.5", 45, 1),
        ("99999999999999999999999", 45, 1), ("999999", 45, 3), ("٣", 45, 1), ("\0", 45, 1), ("x", 45, 1), ("1", 0, 1),
        ("7", 0, 1),
    ],
)  # fmt: skip
def test_which_page_is_shown(asked, total, number):
    assert paging(asked, total).number == number


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (600, 1_000, [1, None, 599, 600, 601, None, 1_000]),
    ],
)
def test_which_pages_are_offered(number, last, shown):
    assert paging(str(number), last * 20).numbers == shown


@given(st.integers(0, 5_000), st.integers(1, 50))
def test_every_thing_stands_on_exactly_one_page(total, size):
    pages = [paging(str(number), total, size) for number in range(1, paging("1", total, size).last + 1)]
    places = [place for page in pages for place in range(page.first_place, page.last_place + 1) if total]
    assert places == list(range(1, total + 1))
    assert [page.next for page in pages[:-1]] == [page.number for page in pages[1:]]
    assert pages[-1].next is None and pages[0].previous is None


@given(st.text(max_size=30), st.integers(0, 10_000))
def test_no_text_is_an_error(asked, total):
    page = paging(asked, total)
    assert 1 <= page.number <= page.last
