"""In a large library only the likeliest are scored. Here a small one is searched as if it were large, and again with everything
scored: nothing may be lost, found twice, or shown to the wrong person, and what is said word by word still comes first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from search.engine import Engine, ResourceDocument, SearchFilters, Synonyms, searching, shortlist
from search.language.passages import Passage
from tests.search.engines import KINDS, opened

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WORDS = [
    f"{first}{second}{third}"
    for first in ("bar", "dol", "kem", "pov", "tiz")
    for second in "aeiou"
    for third in ("k", "ld")
]
SAID = "the kembak of every dolild is tizok enough"
QUERIES = [
    "barak", "barak kemek", "barak kemek dolik povuk tizok", "tizu", "kembak", SAID, f'"{SAID}"', "barak -kemek", '"barak kemek"',
    "kbp barak", "kemek kemek dolild barak tizok povald bareld kemild",
]  # fmt: skip
# So many are looked at that all are scored.
EVERYTHING = (10**6,)
SYNONYMS = Synonyms([("kbp", "kemek barak povuk")])


def library() -> Iterator[ResourceDocument]:
    chance = random.Random(4)
    weights = [1 / (rank + 2) for rank in range(len(WORDS))]
    for number in range(120):
        texts = [" ".join(chance.choices(WORDS, weights, k=30)) for _ in range(4)]
        if number == 77:
            texts[2] = f"{texts[2][:60]} {SAID} {texts[2][60:]}"
        yield ResourceDocument(
            f"r{number}", "recording", " ".join(chance.choices(WORDS, weights, k=4)),
            audience_tokens=("public",) if number % 4 == 1 else ("members",), topic_slugs=(f"topic-{number % 5}",),
            passages=tuple(Passage(text, page_number=page) for page, text in enumerate(texts, start=1)),
        )  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    made = Engine(tmp_path_factory.mktemp("shortlist"))
    made.put(library())
    return made


@pytest.fixture(autouse=True)
def large(monkeypatch) -> None:
    """Make a library of 120 things a large one."""
    monkeypatch.setattr(shortlist, "LOOKS", (6, 24))
    monkeypatch.setattr(shortlist, "WINDOW", 4)
    monkeypatch.setattr(searching, "WINDOW", 4)
    monkeypatch.setattr(shortlist, "PASSAGE_WINDOW", 4)


@pytest.fixture(params=[(6, 24), (2, 4), EVERYTHING], ids=["some", "few", "all"])
def looks(request, monkeypatch) -> None:
    monkeypatch.setattr(shortlist, "LOOKS", request.param)


def found(engine: Engine, text: str, who: tuple[str, ...], **options) -> tuple[list[str], int]:
    """Every key in the order of the pages, and the total."""
    pages = [
        engine.search(text, who, first=3, offset=offset, now=NOW, synonyms=SYNONYMS, **options)
        for offset in range(0, 120, 3)
    ]
    return [hit.key for page in pages for hit in page.hits], pages[0].total


@pytest.mark.parametrize("filters", [SearchFilters(), SearchFilters(topics=("topic-2",))], ids=["", "filtered"])
@pytest.mark.parametrize("who", [("public",), ("public", "members")], ids=["public", "member"])
@pytest.mark.parametrize("text", QUERIES)
def test_nothing_is_lost_found_twice_or_shown_to_others(engine, looks, text, who, filters):
    keys, total = found(engine, text, who, filters=filters)
    assert len(keys) == len(set(keys)) == total
    if "members" not in who:
        assert {int(key[1:]) % 4 for key in keys} <= {1}
    if filters.topics:
        assert {int(key[1:]) % 5 for key in keys} <= {2}


@pytest.mark.parametrize("who", [("public",), ("public", "members")], ids=["public", "member"])
def test_what_is_said_word_by_word_comes_first(engine, looks, who):
    said_at_its_place(engine, who)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS[1:])
def test_another_store_is_looked_through_in_the_same_way(kind, tmp_path):
    with opened(kind, tmp_path) as other:
        other.put(library())
        said_at_its_place(other, ("public",))
        keys, total = found(other, "barak kemek", ("public",))
        assert len(keys) == len(set(keys)) == total


def said_at_its_place(engine: Engine, who: tuple[str, ...]) -> None:
    first = engine.search(SAID, who, now=NOW, first=1).hits[0]
    assert first.key == "r77"
    assert first.moments[0].page_number == 3


@pytest.mark.parametrize("text", QUERIES)
def test_what_is_found_is_the_same_as_when_all_are_scored(engine, monkeypatch, text):
    monkeypatch.setattr(shortlist, "LOOKS", EVERYTHING)
    scored_all, all_found = found(engine, text, ("public", "members"))
    monkeypatch.setattr(shortlist, "LOOKS", (40, 80))
    keys, total = found(engine, text, ("public", "members"))
    assert total == all_found
    assert set(keys) == set(scored_all)
    assert keys[:1] == scored_all[:1]


@pytest.mark.parametrize("text", QUERIES)
def test_what_is_hidden_does_not_change_who_is_looked_at(engine, monkeypatch, text):
    """However far is looked, and whether behind the gate from the beginning: the same in the same order."""
    orders = []
    for looks in ((6,), (5, 40), (5, 10_000), (5,)):
        monkeypatch.setattr(shortlist, "LOOKS", looks)
        monkeypatch.setattr(
            shortlist.Scoring, "_share_found", lambda scoring, total, looks=looks: 0 if looks == (5,) else 1
        )
        orders.append(found(engine, text, ("public",)))
    assert all(order == orders[-1] for order in orders)
