"""What the engine finds, counts, shows and hides: on small libraries made for one question each, and on the real
sample."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engine import Engine, EngineUnavailable, Hint, ResourceDocument, SearchFilters, SearchSort
from search.engine.schema import SCHEMA_VERSION
from search.engine.searching import WINDOW
from search.language.passages import Passage, SpokenCue, passages_of_cues
from tests.search import drive_sample
from tests.search.engines import KINDS, opened

PUBLIC = ("public",)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def recording(key: str, *spoken: str, **fields) -> ResourceDocument:
    cues = [SpokenCue(place * 5.0, place * 5.0 + 5.0, text, "Host") for place, text in enumerate(spoken)]
    given = {"kind": "recording", "title": key, "audience_tokens": PUBLIC, "passages": tuple(passages_of_cues(cues))}
    return ResourceDocument(key=key, **{**given, **fields})


@pytest.fixture(params=KINDS)
def engine(request, tmp_path: Path) -> Iterator[Engine]:
    """An empty engine, of each kind in turn: whatever holds for one holds for all."""
    with opened(request.param, tmp_path) as made:
        yield made


@pytest.fixture(scope="module", params=KINDS)
def talks(request, tmp_path_factory) -> Iterator[Engine]:
    """A small library that no test changes."""
    with opened(request.param, tmp_path_factory.mktemp("talks")) as made:
        yield filled(made)


def filled(engine: Engine) -> Engine:
    engine.put(
        [
            recording(
                "steps",
                "Good morning, and welcome to the café.",
                "Today we don’t start with targets.",
                "We start with small tests",
                "of change that teams run themselves.",
                "Ask what matters, then <b>listen</b> & learn.",
            ),
            recording(
                "care", "Integrated care lives in relationships.", "Organisations rarely change a habit by tests."
            ),
            ResourceDocument(
                "guide", "material", "A guide to small steps", audience_tokens=PUBLIC, summary="For teams."
            ),
        ]
    )
    return engine


def keys(engine: Engine, text: str, tokens=PUBLIC, **options) -> list[str]:
    return [hit.key for hit in engine.search(text, tokens, **options).hits]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("café", ["steps"]),
        ("CAFE", ["steps"]),
        ("don't start with targets", ["steps"]),
        ("dont start with targets", ["steps"]),
        # Few things have two of the words: those with one come after them.
        ("small tests of change", ["steps", "care", "guide"]),
        ('"small tests of change"', ["steps"]),
        ("“small tests of change”", ["steps"]),
        ('"tests of small change"', []),
        ('"tests" -"small tests"', ["care"]),
        ("tests -café", ["care"]),
        ("organisation", ["care"]),
        ("organis", ["care"]),
        ("relation", ["care"]),
        ("how do teams run small tests?", ["steps", "guide", "care"]),
        # In prose, quotes mention and dashes separate.
        (
            'we heard of "tests of small change" from others and now ask for more -targets apart',
            ["steps", "care", "guide"],
        ),
        # Nothing has the quoted words: those that have them apart are better than nothing.
        ('"tests of small change" listen', ["steps", "care", "guide"]),
        ("unicorn relationships", ["care"]),
        ("unicorn", []),
        ('small" steps', ["guide", "steps"]),
    ],
)
def test_what_is_found(talks, text, found):
    assert keys(talks, text) == found


def test_a_finished_last_word_is_no_prefix(talks):
    assert keys(talks, "organis ") == []
    assert keys(talks, "organis", is_prefix_of_last_word=False) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", Hint.NO_WORDS),
        (" ?!… -- \x00", Hint.NO_WORDS),
        ("-targets", Hint.NO_WORDS),
        ("yourselves whom hers", Hint.ONLY_COMMON_WORDS),
        ("unicorn relationships", Hint.SOME_WORDS),
        ("integrated care", None),
        ("nothing like this", None),
        ("relationships " * 200, Hint.TOO_LONG),
    ],
)
def test_hints(talks, text, hint):
    assert talks.search(text, PUBLIC).hint == hint


def test_a_moment_begins_at_the_cue_of_the_match_and_marks_it(talks):
    (moment, *_) = talks.search("small tests of change", PUBLIC).hits[0].moments
    assert (moment.start_seconds, moment.end_seconds, moment.speaker) == (10.0, 25.0, "Host")
    assert moment.html.startswith("We start with <mark>small tests of change</mark> that")
    assert "then &lt;b&gt;listen&lt;/b&gt; &amp; learn." in moment.html


def test_titles_and_summaries_are_marked_whole_words_only(talks):
    hit = talks.search("step", PUBLIC).hits[0]
    assert hit.title_html == "A guide to small <mark>steps</mark>"
    assert hit.summary_html == "For teams."


def test_long_texts_are_shown_as_a_window_that_cuts_no_word(engine):
    text = (
        " ".join(f"word{number}" for number in range(200))
        + " needle "
        + " ".join(f"more{number}" for number in range(200))
    )
    engine.put(
        [ResourceDocument("one", "material", "Notes", audience_tokens=PUBLIC, passages=(Passage(text, page_number=3),))]
    )
    (moment,) = engine.search("needle", PUBLIC).hits[0].moments
    assert moment.page_number == 3 and len(moment.text) <= 250
    shown = moment.text.strip("… ").split()
    assert "needle" in shown and set(shown) <= set(text.split())
    assert moment.text.startswith("… ") and moment.text.endswith(" …")


def test_overlapping_passages_show_a_place_once(engine):
    engine.put(
        [
            recording(
                "talk",
                *(f"sentence number {n} has twelve words or a few less in it" for n in range(40)),
                "the needle is here",
            )
        ]
    )
    engine.put(
        [
            recording(
                "talk",
                *["filler words go on and on without any point at all"] * 8,
                "the needle is here",
                *["more filler words to end with"] * 8,
            )
        ]
    )
    assert [moment.start_seconds for moment in engine.search("needle", PUBLIC, moments_per_hit=5).hits[0].moments] == [
        40.0
    ]


def test_more_moments_stand_in_the_order_of_the_recording(engine):
    engine.put(
        [
            recording(
                "talk", *(f"the needle number {n} " + "and some other words to fill the cue " * 6 for n in range(30))
            )
        ]
    )
    moments = engine.moments_within("talk", "needle", PUBLIC)
    starts = [moment.start_seconds for moment in moments]
    assert starts == sorted(set(starts)) and len(starts) >= 15
    assert engine.moments_within("talk", "needle", ("members",)) == ()
    assert engine.moments_within("nothing", "needle", PUBLIC) == ()


AUDIENCES = [
    pytest.param({}, True, id="public"),
    pytest.param({"audience_tokens": ("members",)}, False, id="members"),
    pytest.param({"audience_tokens": ("org:1", "public")}, True, id="any token is enough"),
    pytest.param({"audience_tokens": ()}, False, id="nobody"),
    pytest.param({"visible_from": datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)}, False, id="a second too early"),
    pytest.param({"visible_from": NOW}, True, id="from now on"),
    pytest.param({"visible_until": NOW}, False, id="until now"),
    pytest.param({"visible_until": datetime(2026, 3, 1, 12, 0, 1)}, True, id="a second left, naive time is UTC"),
]


@pytest.mark.parametrize(("fields", "is_visible"), AUDIENCES)
def test_what_may_not_be_seen_is_neither_found_nor_counted(engine, fields, is_visible):
    engine.put(
        [recording("open", "a needle"), recording("tested", "a needle and a thimble", topic_slugs=("t",), **fields)]
    )
    result = engine.search("needle", PUBLIC, now=NOW)
    assert {hit.key for hit in result.hits} == ({"open", "tested"} if is_visible else {"open"})
    assert result.total == len(result.hits) == result.facets["kind"][0][1]
    assert ("topic" in result.facets) == is_visible
    assert bool(engine.moments_within("tested", "needle", PUBLIC, now=NOW)) == is_visible
    assert bool(keys(engine, "thimb", now=NOW)) == is_visible


def test_no_tokens_see_nothing(talks):
    assert talks.search("change", ()).total == 0


FILTERS = [
    (SearchFilters(), {"a", "b", "c"}),
    (SearchFilters(kinds=("recording",)), {"a", "b"}),
    (SearchFilters(kinds=("recording", "material")), {"a", "b", "c"}),
    (SearchFilters(topics=("x",)), {"a", "c"}),
    (SearchFilters(topics=("x",), kinds=("material",)), {"c"}),
    (SearchFilters(topics=("x", "y"), people=("ann",)), {"b"}),
    (SearchFilters(programmes=("p",)), {"a"}),
    (SearchFilters(core_areas=("leading",)), {"b"}),
    (SearchFilters(is_captioned=True), {"a"}),
    (SearchFilters(is_captioned=False), {"b", "c"}),
    (SearchFilters(date_from=date(2021, 1, 1)), {"b"}),
    (SearchFilters(date_to=date(2020, 5, 14)), {"a"}),
    (SearchFilters(date_from=date(2020, 5, 14), date_to=date(2021, 2, 3)), {"a", "b"}),
    (SearchFilters(languages=("pl",)), {"c"}),
    (SearchFilters(organisations=("york", "hull")), {"a"}),
    (SearchFilters(caption_origins=("machine",)), {"a", "b"}),
    (SearchFilters(caption_origins=("human",)), {"a"}),
    (SearchFilters(years=("2020", "2021")), {"a", "b"}),
    (SearchFilters(lengths=("short",)), {"b"}),
    (SearchFilters(lengths=("long",)), {"a"}),
    (SearchFilters(audiences=("public",)), {"a", "b", "c"}),
    (SearchFilters(audiences=("chosen", "members")), set()),
    (SearchFilters(topics=("no such",)), set()),
]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Engine:
    """Three resources that differ in everything a filter knows."""
    engine = Engine(tmp_path_factory.mktemp("shelf"))
    words = {"summary": "needle", "audience_tokens": PUBLIC}
    engine.rebuild(
        [
            ResourceDocument(
                "a",
                "recording",
                "A",
                topic_slugs=("x",),
                programme_slugs=("p",),
                organisation_slugs=("leeds", "york"),
                is_captioned=True,
                caption_origins=("human", "machine"),
                duration_seconds=3600.0,
                date=date(2020, 5, 14),
                **words,
            ),
            ResourceDocument(
                "b",
                "recording",
                "B",
                topic_slugs=("y",),
                people_slugs=("ann",),
                core_areas=("leading",),
                caption_origins=("machine",),
                duration_seconds=59.5,
                date=date(2021, 2, 3),
                **words,
            ),
            ResourceDocument("c", "material", "C", topic_slugs=("x", "z"), languages=("pl",), **words),
        ]
    )
    return engine


@pytest.mark.parametrize(("filters", "found"), FILTERS)
def test_filters(shelf, filters, found):
    result = shelf.search("needle", PUBLIC, filters=filters)
    assert {hit.key for hit in result.hits} == found
    assert result.total == len(found)


def test_facets_count_all_filters_but_their_own(shelf):
    facets = shelf.search("needle", PUBLIC, filters=SearchFilters(kinds=("recording",), topics=("x",))).facets
    assert facets["kind"] == [("material", 1), ("recording", 1)]
    assert facets["topic"] == [("x", 1), ("y", 1)]
    assert facets["programme"] == [("p", 1)]


def test_the_audience_facet_tells_how_widely_and_never_with_whom(engine):
    audiences = {"open": PUBLIC, "ours": ("members",), "theirs": ("org:1", "org:2"), "nobody's": ()}
    engine.put([recording(key, "needle", audience_tokens=tokens) for key, tokens in audiences.items()])
    for tokens, seen in ((PUBLIC, ["public"]), (("public", "members", "org:1"), ["chosen", "members", "public"])):
        assert engine.search("needle", tokens).facets["audience"] == [(value, 1) for value in seen]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (SearchSort.NEWEST, ["b", "a", "c"]),
        (SearchSort.OLDEST, ["a", "b", "c"]),
        (SearchSort.LONGEST, ["a", "b", "c"]),
        (SearchSort.SHORTEST, ["b", "a", "c"]),
    ],
)
def test_orders_put_last_what_has_no_date_or_length(shelf, sort, order):
    assert keys(shelf, "needle", sort=sort) == order


@pytest.mark.parametrize("sort", list(SearchSort))
def test_pages_neither_overlap_nor_leave_gaps(engine, sort):
    count = WINDOW + 150
    # Short and long resources in turn, so that passages bring some into the head that the resources alone would not.
    engine.rebuild(
        recording(
            f"r{n}",
            *(["needle in a few words"] if n % 3 else ["words of filler without end"] * 40 + ["a needle"]),
            date=date(2020, 1, 1 + n % 28),
        )
        for n in range(count)
    )
    whole = [
        key
        for offset in range(0, count, 90)
        for key in keys(engine, "needle", sort=sort, first=90, offset=offset, moments_per_hit=0)
    ]
    assert len(whole) == count and len(set(whole)) == count
    assert (
        keys(engine, "needle", sort=sort, first=20, offset=WINDOW - 10, moments_per_hit=0)
        == whole[WINDOW - 10 : WINDOW + 10]
    )
    assert engine.search("needle", PUBLIC, first=5, offset=count + 1).total == count
    assert keys(engine, "needle", first=-1, offset=-5) == []


def test_one_sentence_of_a_long_talk_comes_before_loose_words(engine):
    filler = ["targets and teams and many other words of an ordinary hour"] * 300
    loose = ["a test was small", "the change came", "tests of many kinds and small change"] * 3
    engine.put([recording("long", *filler, "we begin with small tests of change", *filler), recording("loose", *loose)])
    assert keys(engine, "small tests of change")[0] == "long"


def test_putting_replaces_and_deleting_removes(engine):
    first = recording("one", "an old needle")
    engine.put([first, recording("two", "a needle")])
    engine.put([replace(first, title="New", passages=(Passage("a new thimble"),))])
    engine.put([replace(first, title="New", passages=(Passage("a new thimble"),))])
    assert keys(engine, "needle") == ["two"]
    assert keys(engine, "thimble") == ["one"]
    assert engine.count() == {"resources": 2, "passages": 2, "generation": 1}
    engine.delete(["one", "never there"])
    assert engine.count() == {"resources": 1, "passages": 1, "generation": 1}


def test_of_equal_keys_the_last_counts(engine):
    twice = [recording("one", "needle"), recording("one", "thimble")]
    engine.put(twice)
    assert (keys(engine, "needle"), keys(engine, "thimble"), engine.count()["passages"]) == ([], ["one"], 1)
    assert engine.rebuild(twice) == 1
    assert (keys(engine, "needle"), keys(engine, "thimble"), engine.count()["passages"]) == ([], ["one"], 1)


def test_a_failing_source_of_documents_changes_nothing(engine):
    engine.put([recording("one", "needle")])

    def broken():
        yield recording("two", "needle")
        raise LookupError("the database went away")

    for act in (engine.put, engine.rebuild):
        with pytest.raises(LookupError):
            act(broken())
        assert keys(engine, "needle") == ["one"]
    engine.put([recording("two", "needle")])
    assert set(keys(engine, "needle")) == {"one", "two"}


def test_another_engine_on_the_same_directory_sees_changes_at_once(tmp_path):
    engine = Engine(tmp_path / "index")
    reader = Engine(tmp_path / "index")
    assert keys(reader, "needle") == []
    engine.put([recording("one", "needle")])
    assert keys(reader, "needle") == ["one"]
    engine.rebuild([recording("two", "needle")])
    assert keys(reader, "needle") == ["two"]
    assert [path.name for path in (tmp_path / "index" / "generations").iterdir()] == ["2"]


def _garble(path: Path) -> None:
    path.write_bytes(b"\x00garbage")


DAMAGES = [
    pytest.param(lambda folder: _garble(folder / "CURRENT"), id="CURRENT is garbage"),
    pytest.param(
        lambda folder: (folder / "CURRENT").write_text('{"generation": 1, "schema": 0}'), id="another version"
    ),
    pytest.param(
        lambda folder: (folder / "CURRENT").write_text(f'{{"generation": 9, "schema": {SCHEMA_VERSION}}}'),
        id="no such generation",
    ),
    pytest.param(lambda folder: _garble(folder / "generations/1/resources/meta.json"), id="meta.json is garbage"),
    pytest.param(
        lambda folder: [_garble(p) for p in (folder / "generations/1/passages").glob("*.idx")], id="torn files"
    ),
    pytest.param(
        lambda folder: [p.unlink() for p in (folder / "generations/1/resources").glob("*.store")], id="lost files"
    ),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_says_what_to_do_and_can_be_rebuilt(tmp_path, damage):
    engine = Engine(tmp_path / "index")
    engine.put([recording("one", "needle")])
    damage(tmp_path / "index")
    damaged = Engine(tmp_path / "index")
    for act in (lambda: damaged.search("needle", PUBLIC), lambda: damaged.count()):
        with pytest.raises(EngineUnavailable, match="rebuild_index"):
            act()
    is_healthy, sentence = damaged.is_healthy()
    assert not is_healthy and "rebuild_index" in sentence
    damaged.rebuild([recording("one", "needle")])
    assert keys(damaged, "needle") == ["one"]


@pytest.mark.skipif(os.geteuid() != 0 and not os.access("/proc", os.R_OK), reason="needs /proc")
def test_a_folder_that_cannot_be_written_is_told():
    with pytest.raises(EngineUnavailable, match="SEARCH_INDEX_DIR"):
        Engine(Path("/proc/no-such-index")).search("needle", PUBLIC)


MARK = re.compile(r"</?mark>")
anything = st.text(max_size=300) | st.text(alphabet="ab \"-'’“”<>&é\u0301\u200b\ud800 \x00İßﬁ", max_size=60)


@settings(deadline=None)  # other processes of the machine are no failure
@given(text=anything)
def test_no_text_is_too_strange_to_ask(talks, text):
    result = talks.search(text, PUBLIC)
    assert result.total >= len(result.hits)
    talks.moments_within("steps", text, PUBLIC)


@settings(deadline=None, max_examples=60)
@given(title=anything, said=anything, asked=anything)
def test_html_is_the_text_escaped_and_nothing_but_marks(tmp_path_factory, title, said, asked):
    engine = Engine(tmp_path_factory.mktemp("strange"))
    engine.put([ResourceDocument("k", "recording", title, audience_tokens=PUBLIC, passages=(Passage(said, 0.0, 1.0),))])
    for hit in engine.search(f"{asked} {said[:40]}", PUBLIC).hits:
        assert MARK.sub("", hit.title_html) == escape(re.sub("[\ud800-\udfff]", "\ufffd", title))
        for moment in hit.moments:
            assert (
                "<" not in MARK.sub("", moment.html) and moment.html.count("<mark>") == moment.html.count("</mark>") > 0
            )


@pytest.mark.slow
def test_every_phrase_of_the_sample_opens_its_recording_at_its_second(shared_dir, engine):
    engine.rebuild(drive_sample.documents(shared_dir))
    phrases = drive_sample.phrases(shared_dir)
    assert len(phrases) == 42
    for phrase in phrases:
        hit = engine.search(phrase.words, PUBLIC).hits[0]
        moment = hit.moments[0]
        assert hit.key == phrase.key, phrase
        assert phrase.starts - 15 <= moment.start_seconds <= phrase.starts + 0.5 <= moment.end_seconds, (phrase, moment)
