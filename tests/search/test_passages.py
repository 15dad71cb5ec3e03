"""Windows of speech and of pages: what they hold, where they break, and that no phrase is lost between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.passages import SpokenCue, passages_of_cues, passages_of_pages


@dataclass(frozen=True)
class Page:
    number: int
    text: str
    heading: str = ""


def spoken(*texts: str, each_seconds: float = 5.0) -> list[SpokenCue]:
    return [SpokenCue(n * each_seconds, (n + 1) * each_seconds, text, "Host") for n, text in enumerate(texts)]


def words(count: int, name: str = "w") -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def test_a_short_talk_is_one_passage_that_knows_its_cues():
    (passage,) = passages_of_cues(spoken("Good morning.", "We start small."))
    assert passage.text == "Good morning. We start small."
    assert (passage.start_seconds, passage.end_seconds, passage.speaker) == (0.0, 10.0, "Host")
    assert passage.cue_offsets == ((0, 0.0, 5.0), (14, 5.0, 10.0))
    assert passage.text[14:] == "We start small."


@pytest.mark.parametrize(
    ("cues", "chapters", "texts"),
    [
        pytest.param([], (), [], id="silence"),
        pytest.param(spoken("", "  "), (), [], id="cues without words"),
        pytest.param(
            [SpokenCue(0, 2, "before"), SpokenCue(30, 32, "after")], (), ["before", "after"], id="a long pause"
        ),
        pytest.param([SpokenCue(0, 2, "one"), SpokenCue(6, 8, "two")], (), ["one two"], id="a short pause"),
        pytest.param(spoken("one", "two", "three"), (10.0,), ["one two", "three"], id="a chapter begins with a cue"),
        pytest.param(spoken("one", "two", "three"), (10.3,), ["one two", "three"], id="a chapter set a breath late"),
        pytest.param(spoken("one", "two"), (0.0, 400.0), ["one two"], id="chapters where nothing is said"),
    ],
)
def test_where_windows_break(cues, chapters, texts):
    assert [passage.text for passage in passages_of_cues(cues, chapters)] == texts


def test_windows_are_about_sixty_words_and_share_their_last_cues():
    passages = passages_of_cues(spoken(*(words(12, f"c{number}x") for number in range(30))))
    assert all(45 <= len(passage.text.split()) <= 85 for passage in passages)
    for before, after in pairwise(passages):
        repeated = after.text[: after.overlap_characters].strip()
        assert repeated and before.text.endswith(repeated)


def test_a_very_long_cue_stands_alone_and_is_not_repeated():
    passages = passages_of_cues(spoken(words(300, "a"), words(300, "b"), words(300, "c")))
    assert [len(passage.text.split()) for passage in passages] == [300, 300, 300]
    assert [passage.overlap_characters for passage in passages] == [0, 0, 0]


speech = st.lists(st.sampled_from(["ab", "cd", "efg", "hi", "jkl"]), min_size=1, max_size=40).map(" ".join)


@given(texts=st.lists(speech | st.just(" "), max_size=60))
def test_the_running_text_can_be_put_together_again(texts):
    cues = spoken(*texts)
    passages = passages_of_cues(cues)
    running = " ".join(passage.text[passage.overlap_characters :] for passage in passages)
    assert running.split() == " ".join(texts).split()


@given(
    texts=st.lists(speech, max_size=60),
    pauses=st.sets(st.integers(0, 59)),
    chapters=st.lists(st.floats(0, 400), max_size=4),
)
def test_every_cue_is_whole_in_a_passage_that_crosses_no_border(texts, pauses, chapters):
    cues, now = [], 0.0
    for number, text in enumerate(texts):
        now += 60.0 if number in pauses else 0.0
        cues.append(SpokenCue(now, now + 5.0, text))
        now += 5.0
    passages = passages_of_cues(cues, chapters)
    for cue in cues:
        holding = [p for p in passages if cue.start_seconds in [start for _, start, _ in p.cue_offsets]]
        assert holding and all(cue.text in passage.text for passage in holding)
    for passage in passages:
        starts = [start for _, start, _ in passage.cue_offsets]
        assert all(after - before <= 5.0 + 8.0 for before, after in pairwise(starts))
        assert not any(starts[0] + 0.5 < chapter <= starts[-1] for chapter in chapters)


@given(sizes=st.lists(st.integers(1, 30), min_size=2, max_size=40))
def test_any_two_neighbouring_cues_meet_in_a_passage(sizes):
    texts = [words(size, f"c{number}x") for number, size in enumerate(sizes)]
    passages = passages_of_cues(spoken(*texts))
    for first, second in pairwise(texts):
        assert any(f"{first} {second}" in passage.text for passage in passages)


def test_pages_are_cut_at_sentences_and_never_across_pages():
    sentences = " ".join(f"This is sentence number {number} of the page." for number in range(30))
    passages = passages_of_pages([Page(1, sentences, "Aims"), Page(2, "A  short\npage"), Page(3, "  ")])
    assert {(passage.page_number, passage.section) for passage in passages} == {(1, "Aims"), (2, "")}
    assert all(passage.text.endswith("page.") for passage in passages if passage.page_number == 1)
    assert passages[-1].text == "A short page"


@given(text=st.text(max_size=3000))
def test_the_words_of_a_page_are_all_there_and_in_order(text):
    passages = passages_of_pages([Page(7, text)])
    running = " ".join(passage.text[passage.overlap_characters :] for passage in passages)
    assert running.split() == text.split()
    assert all(passage.page_number == 7 and passage.start_seconds is None for passage in passages)
