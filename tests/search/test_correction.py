"""Typing errors are forgiven from the words of the index, and only from those that the asker may see."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine import Engine, ResourceDocument, SearchFilters, Synonyms
from search.language.corrections import may_be_meant
from search.language.passages import Passage

PUBLIC = ("public",)
MEMBERS = ("public", "members")
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def document(key: str, text: str, **fields) -> ResourceDocument:
    given = {"audience_tokens": PUBLIC, "passages": (Passage(text),), **fields}
    return ResourceDocument(key, "material", key, **given)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Engine:
    engine = Engine(tmp_path_factory.mktemp("shelf"))
    engine.rebuild(
        [
            *(document(f"psychology {n}", "prosocial psychology of relationships in teams") for n in range(120)),
            document("rare", "the relationshop is a shop in Reading; co-production and wellbeing"),
            document("secret", "quetzalcoatl relationshipx", audience_tokens=("members",)),
            document("later", "zeppelin", visible_from=datetime(2027, 1, 1, tzinfo=UTC)),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("psycology", "psychology"),
        ("pyschology", "psychology"),
        ("psychologyy", "psychology"),
        ("spychology", "psychology"),
        ("psycology of teamms", "psychology of teams"),
        ('psycology "in teams" -reading', 'psychology "in teams" -reading'),
        ("relatoinshps?", "relationships?"),
        # Known, in whatever form: never touched.
        ("psychology", None),
        ("psychologies", None),
        ("relationship", None),
        # Too short to be sure, or no word at all.
        ("tem", None),
        ("c3po8", None),
        # The beginning of a word that is there.
        ("psych", None),
        # Quoted and excluded words are meant as they stand.
        ('"psycology" teams', None),
        ("teams -psycology", None),
        # Nothing is near enough.
        ("xylophones", None),
        # Another way to write it is known.
        ("coproduction", None),
    ],
)
def test_unknown_words_are_corrected(shelf, typed, meant):
    result = shelf.search(typed, PUBLIC, now=NOW)
    assert (result.correction.text if result.correction else None) == meant
    if meant:
        assert result.correction.is_applied and result.correction.original == typed
        assert result.total == shelf.search(meant, PUBLIC, now=NOW).total > 0


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # A capital may mean a name or a short form, whatever else the query says.
        ("Psycology of teams", "Psychology of teams"),
        ("PSYCOLOGY", "PSYCHOLOGY"),
        ("the Psycology of teams", "the Psychology of teams"),
        # English words that this library does not hold: in singular and plural, made of two, in both spellings.
        ("teems", "teams"),
        ("steams", "teams"),
        ("warden", None),
    ],
)
def test_what_may_well_be_right_is_asked_about_and_never_changed(shelf, typed, meant):
    result = shelf.search(typed, PUBLIC, now=NOW, is_prefix_of_last_word=False)
    correction = result.correction
    assert (correction.text if correction else None) == meant
    assert correction is None or not correction.is_applied


@pytest.mark.parametrize(
    ("typed", "other", "may_stand_for_it"),
    [
        ("unorthodx", "orthodox", True),  # no negation of anything: a slip
        ("unorthodox", "orthodox", False),
        ("orthodox", "unorthodox", False),
        ("uncultured", "cultured", False),
        ("informal", "formal", False),
        ("disabled", "abled", False),
        ("nonlinear", "linear", False),
        ("inorganic", "unorganic", False),  # two negations of one word
        ("teams", "quite", False),  # a common word tells nothing
        ("sense", "tense", True),
    ],
)
def test_a_negation_is_never_put_before_a_word_nor_taken_away(typed, other, may_stand_for_it):
    assert may_be_meant(typed, other) is may_stand_for_it


def test_no_search_is_changed_into_its_contrary(tmp_path):
    """A made-up word, so that no list of English knows it: without the rule it would be replaced by the word without un-."""
    engine = Engine(tmp_path)
    engine.put([document(f"zorthic {number}", "a zorthic plan") for number in range(5)])
    assert engine.search("zorthik", PUBLIC, now=NOW).correction.is_applied
    assert engine.search("unzorthic", PUBLIC, now=NOW).correction is None


def test_a_name_that_the_academy_knows_is_not_corrected(shelf):
    assert shelf.search("teems", PUBLIC, now=NOW).correction.text == "teams"
    assert shelf.search("teamo", PUBLIC, now=NOW).correction.is_applied
    assert not shelf.search("teamo", PUBLIC, now=NOW, names={"teamo"}).correction.is_applied


def test_a_rare_word_beside_a_frequent_one_is_asked_about_and_not_changed(shelf):
    result = shelf.search("relationshop ", PUBLIC)
    assert [hit.key for hit in result.hits] == ["rare"]
    assert (result.correction.text, result.correction.is_applied) == ("relationship ", False) or (
        result.correction.text,
        result.correction.is_applied,
    ) == ("relationships ", False)


def test_search_instead_for_what_was_typed(shelf):
    assert shelf.search("psycology", PUBLIC, is_corrected=False).total == 0


def test_the_correction_as_html_is_escaped_and_marks_what_changed(shelf):
    assert shelf.search("psycology <b>", PUBLIC).correction.html == "<mark>psychology</mark> &lt;b&gt;"


@pytest.mark.parametrize(
    ("typed", "tokens", "meant"),
    [
        ("quetzalcoatt", PUBLIC, None),
        ("quetzalcoatt", MEMBERS, "quetzalcoatl"),
        ("zeppelim", MEMBERS, None),
        # To the public, the members' word is a typing error like any other.
        ("relationshipx", PUBLIC, "relationships"),
        ("relationshipx", MEMBERS, None),
    ],
)
def test_nobody_is_corrected_to_a_word_that_is_hidden_from_them(shelf, typed, tokens, meant):
    correction = shelf.search(typed, tokens, now=NOW).correction
    assert (correction.text if correction and correction.is_applied else None) == meant
    assert (meant in shelf.near_words(typed, tokens, now=NOW)) == bool(meant)


words = st.sampled_from(["lantern", "lanterns", "lanteen", "pantern", "harbour", "harbor", "marble"])


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(
    shown=st.lists(st.lists(words, min_size=1), max_size=4),
    hidden=st.lists(st.lists(words, min_size=1), max_size=4),
    asked=st.sampled_from(["lantren", "lantirn", "harbuor", "mable", "lanteern", "antern"]),
)
def test_what_is_hidden_changes_no_correction(tmp_path_factory, shown, hidden, asked):
    """The same library with and without hidden things corrects the public in the same way."""
    seen = [document(f"s{n}", " ".join(said)) for n, said in enumerate(shown)]
    unseen = [document(f"h{n}", " ".join(said), audience_tokens=("members",)) for n, said in enumerate(hidden)]
    answers = []
    for documents in (seen, [*seen, *unseen]):
        engine = Engine(tmp_path_factory.mktemp("library"))
        engine.rebuild(documents)
        result = engine.search(asked, PUBLIC)
        answers.append((result.correction, result.total, engine.near_words(asked, PUBLIC)))
    assert answers[0] == answers[1]


def test_a_new_word_is_known_at_once_and_a_removed_one_forgotten(tmp_path: Path):
    engine = Engine(tmp_path)
    engine.put([document("a", "marmalade")])
    assert engine.search("marmelade", PUBLIC).correction.text == "marmalade"
    engine.put([document("b", "marmelade")])
    assert engine.search("marmelade", PUBLIC).correction is None
    engine.put([document("b", "jam"), document("a", "honey")])
    result = engine.search("marmelade", PUBLIC)
    assert (result.correction, result.total) == (None, 0)


def test_filters_do_not_make_a_word_unknown(shelf):
    result = shelf.search("psychology", PUBLIC, filters=SearchFilters(kinds=("recording",)))
    assert (result.total, result.correction) == (0, None)


SYNONYMS = Synonyms(
    [("ICS", "integrated care system", "integrated care systems"), ("OD", "organisational development")]
)


@pytest.fixture(scope="module")
def terms(tmp_path_factory) -> Engine:
    engine = Engine(tmp_path_factory.mktemp("terms"))
    engine.rebuild(
        [
            document("short", "each ICS has a board"),
            document("long", "the integrated care system has a board"),
            document("loose", "a care plan that is integrated"),
            document("it", "we moved IT to the cloud"),
            document("od", "organisational development for boards"),
        ]
    )
    return engine


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ICS", {"short", "long"}),
        ("ics board", {"short", "long", "od"}),
        ("integrated care system", {"short", "long", "loose"}),
        ("OD", {"od"}),
        ('"ICS"', {"short"}),
        ("board -ICS", {"long", "od"}),
        ("unrelated", set()),
    ],
)
def test_a_term_and_its_expansion_find_the_same(terms, typed, found):
    hits = terms.search(typed, PUBLIC, synonyms=SYNONYMS).hits
    assert {hit.key for hit in hits} == found
    assert {hit.key for hit in hits[:2]} == {"short", "long"} or len(found) < 3


def test_the_words_of_a_synonym_are_marked_together(terms):
    hits = {hit.key: hit for hit in terms.search("ICS", PUBLIC, synonyms=SYNONYMS).hits}
    assert hits["long"].moments[0].html == "the <mark>integrated care system</mark> has a board"
    assert hits["short"].moments[0].html == "each <mark>ICS</mark> has a board"


def test_a_term_that_is_a_common_word_counts_only_in_capitals(terms):
    synonyms = Synonyms([("IT", "information technology")])
    assert {hit.key for hit in terms.search("IT", PUBLIC, synonyms=synonyms).hits} == {"it"}
    # In small letters it is the common word, which is searched for as nothing else was typed; what it may stand for is not.
    assert {hit.key for hit in terms.search("it", PUBLIC, synonyms=synonyms).hits} == {"it"}
    assert terms.search("information technology", PUBLIC, synonyms=synonyms).total > 0


@pytest.mark.parametrize("count", [0, 1, 30])
def test_any_groups_make_synonyms(count):
    synonyms = Synonyms([[], ["-"], ["a b " * 20, "x"], *([f"t{n}", "equal"] for n in range(count))])
    assert synonyms.match(["nothing"], 0, False) is None
    assert bool(synonyms.match(["equal"], 0, False)) == bool(count)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organisation", "organization"),
        ("analyse", "analyze"),
        ("behaviour", "behavior"),
        ("centre", "center"),
        ("modelling", "modeling"),
        ("defence", "defense"),
        ("programme", "program"),
        ("haemoglobin", "hemoglobin"),
        ("paediatric", "pediatric"),
        ("oedema", "edema"),
        ("ageing", "aging"),
        ("co-production", "coproduction"),
        ("co production", "coproduction"),
        ("well-being", "wellbeing"),
    ],
)
def test_both_spellings_find_either(tmp_path, one, other):
    engine = Engine(tmp_path)
    engine.rebuild([document("one", f"about {one}"), document("other", f"about {other}")])
    for asked in (one, other):
        result = engine.search(asked, PUBLIC, is_prefix_of_last_word=False)
        assert {hit.key for hit in result.hits} == {"one", "other"}
        assert result.correction is None
        assert all("<mark>" in hit.moments[0].html for hit in result.hits)
