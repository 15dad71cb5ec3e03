"""A document's page can be read before the file is opened: every word, in paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.excerpts import EXCERPT_CHARACTERS, excerpt_of, paragraphs_of

# Page 2 held a picture only, so it has no words and is not kept.
PAGES = [
    {"number": 1, "heading": "", "text": "First page"},
    {"number": 3, "heading": "Habits", "text": "Third page"},
    {"number": 4, "heading": "", "text": "word " * EXCERPT_CHARACTERS},
]


@pytest.mark.parametrize("wanted", [None, "", "0", "2", "5", "-1", "three", "1.0", "01", "³", "\0", "9" * 5000])
def test_what_is_no_page_with_words_shows_nothing(wanted):
    assert excerpt_of(PAGES, wanted) is None


def test_a_page_with_its_neighbours():
    excerpt = excerpt_of(PAGES, "3")
    assert (excerpt.number, excerpt.heading, excerpt.paragraphs) == (3, "Habits", ("Third page",))
    assert (excerpt.previous, excerpt.next, excerpt.is_cut) == (1, 4, False)
    assert excerpt_of(PAGES, "1").previous is None
    assert excerpt_of(PAGES, "4").next is None


def test_a_very_long_page_is_cut_and_says_so():
    excerpt = excerpt_of(PAGES, "4")
    assert excerpt.is_cut
    assert sum(map(len, excerpt.paragraphs)) <= EXCERPT_CHARACTERS


def test_lines_of_a_page_are_joined_and_short_ones_end_a_paragraph():
    text = (
        "Heading\nThese lines were broken by the width of the\npage, and are read as one.\n"
        "The next paragraph begins on a new line and\nends.\n"
    )
    assert paragraphs_of(text) == (
        "Heading",
        "These lines were broken by the width of the page, and are read as one.",
        "The next paragraph begins on a new line and ends.",
    )


@given(st.text(max_size=400))
def test_no_word_is_lost(text):
    assert " ".join(paragraphs_of(text)).split() == text.split()
