"""A transcript is the captions, all of them, in their order, arranged to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.captions import Cue
from library.transcripts import PARAGRAPH_CHARACTERS, cue_at, sections_of
from tests.factories import cues


def texts(sections) -> list[list[str]]:
    return [[" ".join(cue.text for cue in paragraph.cues) for paragraph in section.paragraphs] for section in sections]


def test_a_new_speaker_begins_a_paragraph_and_is_named_once():
    said = [
        Cue(0, 2, "Welcome.", "Host"), Cue(2, 4, "Let us begin.", "Host"), Cue(4, 6, "Thank you.", "Guest"),
        Cue(6, 8, "Gladly.", "Guest"), Cue(8, 10, "So?", "Host"),
    ]  # fmt: skip
    (section,) = sections_of(said)
    assert [(p.speaker, p.has_new_speaker, len(p.cues)) for p in section.paragraphs] == [
        ("Host", True, 2),
        ("Guest", True, 2),
        ("Host", True, 1),
    ]


def test_a_long_pause_and_a_full_stop_after_many_words_begin_a_paragraph():
    assert texts(sections_of([Cue(0, 2, "One"), Cue(2, 4, "two"), Cue(30, 32, "three")])) == [["One two", "three"]]
    sentence = "These are words that stand in a row. "
    long = cues(*[sentence.strip()] * 40)
    lengths = [len(text) for text in texts(sections_of(long))[0]]
    assert len(lengths) > 1
    assert all(length <= PARAGRAPH_CHARACTERS + 2 * len(sentence) for length in lengths)


def test_speech_without_full_stops_is_cut_all_the_same():
    assert len(texts(sections_of(cues(*["words without end"] * 200)))[0]) > 3


def test_chapters_head_the_cues_that_are_spoken_in_them():
    said = cues("before", "first", "first too", "second", seconds=10)
    sections = sections_of(said, [(9.8, "One"), (30, "Two"), (900, "Beyond the end")])
    assert [section.title for section in sections] == ["", "One", "Two"]
    assert texts(sections) == [["before"], ["first first too"], ["second"]]
    assert sections[1].start_seconds == 9.8


def test_nothing_said_is_nothing_to_read():
    assert sections_of([], [(0, "One")]) == ()
    assert cue_at([], 5) is None


anything = st.lists(
    st.builds(
        lambda start, text, speaker: Cue(start, start + 2, text, speaker),
        st.integers(0, 4_000),
        st.text(min_size=1, max_size=300),
        st.sampled_from(["", "Host", "Guest"]),
    ),
    max_size=40,
).map(lambda made: sorted(made, key=lambda cue: cue.start_seconds))


@given(anything, st.lists(st.tuples(st.integers(0, 4_000), st.text(max_size=5)), max_size=6))
def test_every_cue_is_there_once_and_in_order(said, chapters):
    sections = sections_of(said, chapters)
    assert [cue for section in sections for paragraph in section.paragraphs for cue in paragraph.cues] == said
    assert all(len({cue.speaker for cue in p.cues}) == 1 for section in sections for p in section.paragraphs)


@pytest.mark.parametrize(("seconds", "text"), [(0, "a"), (3.9, "a"), (4, "b"), (11, "c"), (900, "c")])
def test_the_cue_at_a_second(seconds, text):
    assert cue_at(cues("a", "b", "c"), seconds).text == text


def test_a_whole_second_stands_for_what_begins_within_it():
    """A link to 55.69 says t=55: it must not point at the words before."""
    said = [Cue(49.0, 55.5, "before"), Cue(55.69, 59.0, "meant"), Cue(59.2, 60.0, "after")]
    assert [cue_at(said, seconds).text for seconds in (54, 55, 55.5, 55.7, 58, 59)] == [
        "before", "meant", "before", "meant", "meant", "after",
    ]  # fmt: skip


def test_before_the_first_word_there_is_no_cue():
    assert cue_at(cues("a", start=10), 3) is None
