"""Names of the glossary in texts: whole words, plurals, acronyms only in capitals, the longest first, never overlapping."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.terms import TermFinder, is_acronym

NAMES = ["ICS", "integrated care system", "IT", "quality improvement", "co-design", "care", "NHS England"]


def seen(text: str, *, is_case_kept: bool = True) -> list[tuple[str, tuple[str, ...]]]:
    finder = TermFinder((name, name) for name in NAMES)
    return [
        (text[sighting.start : sighting.end], sighting.things)
        for sighting in finder.sightings(text, is_case_kept=is_case_kept)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our ICS met.", [("ICS", ("ICS",))]),
        ("Two ICSs met.", [("ICSs", ("ICS",))]),
        ("The ics is no acronym here, nor is ICSA.", []),
        ("is it so? It is.", []),
        ("Ask IT.", [("IT", ("IT",))]),
        ("Integrated Care Systems", [("Integrated Care Systems", ("integrated care system",))]),
        ("an integrated-care\nsystem", [("integrated-care\nsystem", ("integrated care system",))]),
        ("integrated care. System", [("care", ("care",))]),
        ("careful scared", []),
        ("co-design, codesign, co design", [("co-design", ("co-design",)), ("co design", ("co-design",))]),
        ("ça: quàlity improvement", [("quàlity improvement", ("quality improvement",))]),
        ("", []),
    ],
)
def test_names_are_seen_where_they_stand(text, found):
    assert seen(text) == found


@pytest.mark.parametrize("typed", ["ics", "Ics", "ICS", "what is an ics?"])
def test_what_is_typed_need_not_be_in_capitals(typed):
    assert [things for _, things in seen(typed, is_case_kept=False)] == [("ICS",)]


def test_two_things_of_one_name_are_both_told():
    finder = TermFinder([("OD", "development"), ("OD", "overdose")])
    assert [sighting.things for sighting in finder.sightings("OD")] == [("development", "overdose")]


@pytest.mark.parametrize(
    ("name", "expected"), [("ICS", True), ("B12S", True), ("It", False), ("A", False), ("NHS England", False)]
)
def test_an_acronym_is_one_short_word_in_capitals(name, expected):
    assert is_acronym(name) is expected


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=5), st.booleans())
def test_any_text_and_any_names_give_sightings_in_order_that_never_overlap(text, names, is_case_kept):
    found = TermFinder((name, name) for name in names).sightings(text, is_case_kept=is_case_kept)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
