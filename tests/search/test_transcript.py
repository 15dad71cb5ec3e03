"""Searching inside a transcript: every place in order of time, over the ends of cues, with stems, synonyms, phrases and typos."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.captions import Cue
from library.transcripts import sections_of
from search.glossary import Entry, Glossary
from search.language.marking import MarkedTerm, words_html
from search.language.synonyms import Synonyms
from search.language.transcript import MOST_PLACES, Transcript
from search.pages.annotated_transcript import heard

TEXTS = (
    "Welcome to our integrated care",
    "system. We try small tests",
    "of change, and we organise them.",
    "The ICS learns. Feedback matters.",
    "To be or not to be is the question.",
    "A leader leads; leadership is leading.",
    "Testing changes small things.",
)
SAME = Synonyms([("ICS", "integrated care system")])


def said(*texts: str, seconds: float = 10) -> list[Cue]:
    return [Cue(n * seconds, (n + 1) * seconds, text) for n, text in enumerate(texts)]


def marked(query: str, texts: tuple[str, ...] = TEXTS) -> list[list[str]]:
    """The marked words of each place, cue by cue."""
    found = Transcript(said(*texts)).find(query, SAME)
    marks = found.marks or {}
    return [
        [texts[number][start:end] for number in range(place.first_cue, place.last_cue + 1) for start, end in marks.get(number, ())]
        for place in found.places
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("feedback", [["Feedback"]]),
        ("FEEDBACK   matter", [["Feedback matters"]]),
        # Over the end of a cue, and in other forms elsewhere.
        ("small tests of change", [["small tests", "change"], ["Testing changes small"]]),
        ('"small tests of change"', [["small tests", "of change"]]),
        ('"tests small"', []),
        ("organize", [["organise"]]),
        ("ics", [["integrated care", "system"], ["ICS"]]),
        ("integrated care systems", [["integrated care", "system"], ["ICS"]]),
        ("leadership", [["leadership"]]),
        ("leader", [["leader"]]),
        ("leadersh", [["leadership"]]),
        ("to be", [["To be", "to be"]]),
        ("zebra", []),
        ("", []),
        ("!!!", []),
    ],
)
def test_places_and_what_is_marked_in_them(query, places):
    assert marked(query) == places


@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("fedback", "feedback"),
        ("feedbakc matters", "feedback matters"),
        ("wellcome", "welcome"),
        ("zebra", ""),
        ("feedback", ""),
    ],
)
def test_a_mistyped_word_is_taken_for_the_nearest_that_is_said(query, corrected):
    found = Transcript(said(*TEXTS)).find(query)
    assert found.corrected == corrected
    assert bool(found.places) == (query != "zebra")


def test_where_the_words_never_stand_together_some_of_them_are_told():
    found = Transcript(said("Apples.", *["and so on and on " * 5] * 5, "Pears.")).find("apples pears")
    assert found.is_some_words
    assert [place.start_seconds for place in found.places] == [0, 60]


def test_a_word_in_every_cue_gives_no_more_places_than_can_be_shown():
    assert len(Transcript(said(*["word"] * (MOST_PLACES + 50))).find("word").places) == MOST_PLACES


@given(st.lists(st.text(max_size=30), max_size=6), st.text(max_size=30))
def test_any_query_in_any_transcript_marks_whole_words_inside_their_cues(texts, query):
    cues = said(*texts)
    found = Transcript(cues).find(query, SAME)
    starts = [place.start_seconds for place in found.places]
    assert starts == sorted(set(starts))
    for number, spans in (found.marks or {}).items():
        assert all(0 <= start < end <= len(texts[number]) for start, end in spans)


def entry(term: str, expansion: str = "", definition: str = "Meaning.") -> Entry:
    return Entry(f"id-{term.lower()}", term, expansion, (), definition, True, tuple(filter(None, (term, expansion))))


def test_a_transcript_is_marked_and_explained_at_once_and_keeps_its_words():
    words = Glossary((entry("ICS", "integrated care system"), entry("Mute", definition="")))
    sections = sections_of(said("Our ICS & <another> ICS.", "An integrated care system. Mute."))
    shown = heard(sections, "ics", words, 20)
    cues = sections[0].paragraphs[0].cues
    first, second = (shown.html_by_cue[id(cue)] for cue in cues)
    link = '<a class="term" href="#word-id-ics" aria-describedby="word-id-ics" data-term="word-id-ics">'
    assert first == (
        f"Our {link}<mark>ICS</mark></a> &amp; &lt;another&gt; "
        '<span class="term" data-term="word-id-ics"><mark>ICS</mark></span>.'
    )
    assert [entry.term for entry in shown.entries] == ["ICS"]
    assert [place.percent for place in shown.places] == ["0.00", "50.00"]
    assert unescape(re.sub("<[^>]*>", "", second)) == cues[1].text


spans = st.lists(st.integers(0, 40), max_size=6, unique=True).map(
    lambda numbers: [tuple(pair) for pair in zip(*[iter(sorted(numbers))] * 2, strict=False)]
)


@given(st.text(min_size=40, max_size=60), spans, spans)
def test_marks_and_terms_never_change_the_text_nor_let_markup_through(text, marks, terms):
    html = words_html(text, marks, [MarkedTerm(start, end, "word-1", True) for start, end in terms])
    bare = re.sub(r'</?(mark|a)( class="term" href="#word-1" aria-describedby="word-1" data-term="word-1")?>', "", html)
    assert "<" not in bare and unescape(bare) == unescape(escape(text))
