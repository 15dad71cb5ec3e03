"""The search of the site and the search inside a transcript go by the same rules: what one finds in a recording, the other does."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.engine import Engine, ResourceDocument
from search.language.corrections import edits_allowed, may_be_meant
from search.language.passages import passages_of_cues
from search.language.queries import understand
from search.language.transcript import Transcript
from tests.search.test_transcript import SAME, TEXTS, said

PUBLIC = ("public",)
SPOKEN = (*TEXTS, "Zebutonic methods, as Xylo says.", "Well-being needs co-design.", "Nobody is unwilling.")


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    made = Engine(Path(tmp_path_factory.mktemp("index")))
    cues = said(*SPOKEN)
    made.put(
        [ResourceDocument("talk", "recording", "-", audience_tokens=PUBLIC, passages=tuple(passages_of_cues(cues)))]
    )
    return made


@pytest.mark.parametrize(
    "query",
    [
        "feedback", "FEEDBACK matter", "small tests of change", '"small tests of change"', '"tests small"', "organize", "ics",
        "integrated care systems", "leadership", "leader", "feedbak", "zebutonic", "zubutanic", "zubutanik", "zebutanic", "xyla",
        "xyl", "wellbeing", "well-being", "codesign", "co design", "willing", "maternity", "volcano", "question volcano",
        '"feedback matters"', '"matters feedback"', "methds",
    ],
)  # fmt: skip
def test_both_find_the_same(engine, query):
    """A recording holds the words for the one exactly when it does for the other, corrected to the same."""
    result = engine.search(query, PUBLIC, synonyms=SAME)
    inside = Transcript(said(*SPOKEN)).find(query, SAME)
    assert bool(result.total) == bool(inside.places)
    applied = result.correction.text if result.correction and result.correction.is_applied else ""
    assert applied == inside.corrected


def test_what_is_excluded_leaves_out_recordings_and_no_places(engine):
    assert engine.search("feedback -zebutonic", PUBLIC).total == 0
    assert len(Transcript(said(*SPOKEN)).find("feedback -zebutonic").places) == 1


@pytest.mark.parametrize(("word", "edits"), [("abc", 0), ("abcd", 1), ("abcdef", 1), ("abcdefg", 2), ("a" * 30, 2)])
def test_how_many_letters_may_be_wrong(word, edits):
    assert edits_allowed(word) == edits


@pytest.mark.parametrize(
    ("word", "other", "is_meant"),
    [
        ("zebuto", "zebuta", True),
        ("willing", "unwilling", False),
        ("aboot", "about", False),
        ("leaders", "leader", False),
    ],
)
def test_what_may_be_meant(word, other, is_meant):
    assert may_be_meant(word, other) is is_meant


def test_a_text_is_understood_once():
    assert understand("small tests of change", True, SAME) is understand("small tests of change", True, SAME)
    assert understand("small tests of change", True, SAME) is not understand("small tests of change", False, SAME)


def test_a_text_without_end_is_remembered_only_as_far_as_it_is_read():
    assert understand("zebuto " * 1_000) is understand("zebuto " * 2_000)
