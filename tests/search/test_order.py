"""What people ask for beside words: a kind of thing, somebody who speaks, a month; and what decides between equals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine import Engine, ResourceDocument
from search.engine.ordering import FRESHNESS, freshness
from search.language.kind_intent import asked_kind
from search.language.passages import Passage, SpokenCue, passages_of_cues
from tests.search.engines import KINDS, opened

PUBLIC = ("public",)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def engine(request, tmp_path: Path) -> Iterator[Engine]:
    with opened(request.param, tmp_path) as made:
        yield made


def thing(key: str, kind: str, text: str, title: str = "", **fields) -> ResourceDocument:
    return ResourceDocument(
        key, kind, title or key, audience_tokens=PUBLIC, passages=(Passage(text, page_number=1),), **fields
    )


def keys(engine: Engine, text: str, **options) -> list[str]:
    return [hit.key for hit in engine.search(text, PUBLIC, now=NOW, **options).hits]


@pytest.mark.parametrize(
    ("text", "tag", "is_led"),
    [
        ("slides about trust", "form:slides", True),
        ("Show me the handouts on waiting lists", "form:handout", True),
        ("are there any recordings about trust?", "kind:recording", True),
        ("a talk by Ana Kovač", "kind:recording", True),
        ("workshop with Ana", "kind:session", True),
        ("trust slides", "form:slides", False),
        ("trust video", "form:video", False),
        ("minutes matter", "", False),  # time, not a record of a meeting
        ("talk about", "", False),  # about what?
        ("slides", "", False),
        ('"slides about trust"', "", False),
        ("trust -slides", "", False),
        ("what slides past us unseen in a long meeting", "", False),
    ],
)
def test_what_kind_is_asked_for(text, tag, is_led):
    asked = asked_kind(text)
    assert (asked.tag, asked.is_led) == (tag, is_led) if tag else asked is None


@given(st.text(max_size=200))
def test_any_text_names_a_kind_or_none_and_its_word_ends_inside(text):
    asked = asked_kind(text)
    assert asked is None or 0 < asked.end <= len(text)


def test_slides_about_something_are_slides_first_and_nothing_is_left_out(engine):
    engine.put(
        [
            thing("talk", "recording", "Trust, trust and more trust.", title="Trust"),
            thing("deck", "material", "A word on trust.", forms=("slides",)),
            thing("paper", "material", "Notes on trust.", forms=("publication",)),
            thing("about slides", "material", "How to make slides that people read.", forms=("handout",)),
        ]
    )
    assert keys(engine, "slides about trust")[:2] == ["deck", "talk"]
    assert set(keys(engine, "slides about trust")) == {"deck", "talk", "paper"}, "the word itself is not searched for"
    assert keys(engine, "trust")[0] == "talk"
    assert "about slides" in keys(engine, '"slides"')


def test_who_speaks_is_found_by_the_name_that_captions_give_and_where_they_begin(engine):
    cues = [
        SpokenCue(0, 5, "Good morning everybody, and welcome.", "Host"),
        SpokenCue(60, 65, "Waiting lists are made of people.", "Ana Kovač"),
        SpokenCue(120, 125, "Waiting lists are long.", "Host"),
    ]
    engine.put(
        [
            ResourceDocument("talk", "recording", "A morning", audience_tokens=PUBLIC, passages=tuple(passages_of_cues(cues))),
            thing("other", "recording", "Waiting for buses."),
        ]
    )  # fmt: skip
    (hit,) = engine.search("Ana Kovač", PUBLIC, now=NOW).hits
    assert [(moment.start_seconds, moment.speaker) for moment in hit.moments] == [(60, "Ana Kovač")]
    (first, *_) = engine.search("what did ana kovac say about waiting lists", PUBLIC, now=NOW).hits
    assert (first.key, first.moments[0].start_seconds) == ("talk", 60)
    assert engine.search("Ana Kovac", PUBLIC, now=NOW).correction is None
    assert keys(engine, '"Ana Kovač"') == ["talk"]


def test_a_month_narrows_as_people_type_it(engine):
    engine.put(
        [
            thing("then", "session", "We meet.", title="Drop-in", date=date(2021, 10, 21)),
            thing("now", "session", "We meet.", title="Drop-in", date=date(2026, 2, 3)),
        ]
    )
    assert keys(engine, "drop-in october 2021")[0] == "then"
    assert keys(engine, "drop-in 2026")[0] == "now"


def test_of_equals_the_newer_comes_first_and_what_answers_better_stays_before_it(engine):
    engine.put(
        [
            thing("old", "recording", "Small tests of change.", date=date(2016, 1, 1)),
            thing("new", "recording", "Small tests of change.", date=date(2026, 1, 1)),
            thing("vague", "recording", "Tests are a thing in many places and at many times.", date=date(2026, 2, 28)),
        ]
    )
    assert keys(engine, "small tests of change") == ["new", "old", "vague"]


@given(st.dates(max_value=date(2200, 1, 1)), st.dates(max_value=date(2200, 1, 1)))
def test_freshness_is_gentle_and_falls_with_age(one, other):
    today = NOW.toordinal()
    earlier, later = sorted((one.toordinal(), other.toordinal()))
    assert 1.0 <= freshness(earlier, today) <= freshness(later, today) <= 1.0 + FRESHNESS
    assert 1.0 < freshness(0, today) < 1.0 + FRESHNESS


def test_a_row_of_one_kind_gives_way_to_what_is_nearly_as_good(engine):
    engine.put([thing(f"talk {n}", "recording", "Trust grows where people meet.") for n in range(8)])
    engine.put([thing("handout", "material", "Trust grows where people meet, and it takes some time.")])
    engine.put([thing("passing", "page", "Among much else that is said here somebody once named trust, in passing.")])
    found = keys(engine, "trust grows")
    assert found.index("handout") <= 3
    assert found[-1] == "passing"
    assert len(found) == len(set(found)) == 10
    pages = [keys(engine, "trust grows", first=3, offset=offset) for offset in range(0, 12, 3)]
    assert [key for page in pages for key in page] == found


def test_what_is_called_so_comes_before_an_hour_in_which_it_is_mentioned(engine):
    mentions = tuple(Passage(f"It runs on a system, number {n}, like any other.", page_number=n + 1) for n in range(60))
    engine.put(
        [
            ResourceDocument("mentions", "material", "A long evening", audience_tokens=PUBLIC, passages=mentions),
            thing("called", "recording", "We look at what belongs together.", title="Thinking in systems"),
            *(thing(f"other {n}", "page", "One more system.") for n in range(6)),
        ]
    )
    assert keys(engine, "systems")[0] == "called"


@pytest.mark.parametrize(
    "heard",
    [
        "every team has a garden",  # as it was said
        "every team kept a garden",
        "some team has a garden",
        "every team has a warden",
        "patience and rain grow every team has a window",
    ],
)
def test_a_sentence_with_a_word_misheard_leads_to_where_it_was_said(engine, heard):
    words = ["every", "team", "has", "patience", "garden", "rain", "grow"]
    loose = [f"{' '.join(words[n % 7 :] + words[: n % 7])} {words[n % 5]} team garden every" for n in range(21)]
    engine.put([thing(f"loose {n}", "recording", text) for n, text in enumerate(loose)])
    said = [
        SpokenCue(0, 5, "Patience and rain grow what we plant."),
        SpokenCue(5, 9, "Every team has a garden somewhere."),
    ]
    engine.put(
        [ResourceDocument("said", "recording", "A day", audience_tokens=PUBLIC, passages=tuple(passages_of_cues(said)))]
    )
    assert "said" in keys(engine, heard, first=3)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("WHO", "The WHO guidance is out."),
        ("IT", "Ask IT for a laptop."),
        ("to be or not to be", "To be or not to be, she said."),
        ("the who", "Nobody tells the who from the why."),
        ("isn't", "That isn't how it went."),
        ("we", "What we do, together."),
    ],
)
def test_common_words_are_searched_for_when_nothing_else_is_left(engine, asked, said):
    engine.put([thing("said", "recording", said), thing("other", "recording", "Patience grows gardens.")])
    assert keys(engine, asked) == ["said"]


def test_a_run_of_common_words_comes_before_the_same_words_apart(engine):
    engine.put(
        [
            thing("apart", "recording", "Not all of us want to be there, or to go."),
            thing("run", "recording", "To be or not to be, she said."),
        ]
    )
    assert keys(engine, "to be or not to be")[0] == "run"


def test_a_word_in_capitals_counts_though_it_is_common_in_small_letters(engine):
    engine.put([thing("who", "page", "What WHO says."), thing("guidance", "page", "Guidance on gardens.")])
    assert set(keys(engine, "WHO guidance")) == {"who", "guidance"}
    assert keys(engine, "HOW IS GUIDANCE WRITTEN") == ["guidance"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("leader", {"leader"}),  # a word that is there is finished
        ("leadersh", {"leadership"}),
        ("ot", set()),  # too short to be a beginning
        ("gpt4", set()),  # a number is what it is
    ],
)
def test_the_last_word_is_unfinished_only_where_it_can_be(engine, typed, found):
    engine.put(
        [
            thing("leader", "page", "Every leader listens."),
            thing("leadership", "page", "Leadership grows."),
            thing("others", "page", "Others otherwise."),
            thing("number", "page", "It was GPT42."),
        ]
    )
    assert set(keys(engine, typed, is_prefix_of_last_word=True)) == found
