"""Words as they are said: what stems forget, what signs and capitals mean, and scripts without spaces."""

from __future__ import annotations

import pytest

from search.engine import Hint, ResourceDocument
from search.language.passages import SpokenCue, passages_of_cues
from search.language.queries import understand
from search.language.said import said_text, singular, units
from search.language.transcript import Transcript
from tests.search.engines import KINDS, opened

PUBLIC = ("public",)


def talk(key: str, *sentences: str, tokens: tuple[str, ...] = PUBLIC, title: str = "") -> ResourceDocument:
    cues = [SpokenCue(5.0 * place, 5.0 * place + 5.0, text) for place, text in enumerate(sentences)]
    return ResourceDocument(
        key=key, kind="recording", title=title or key, audience_tokens=tokens, passages=tuple(passages_of_cues(cues))
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("WHO says it's kindness, we'll be well.", "^who say it kindness we'll be well"),
        ("C++ and C# on .NET, from 1.18 to v2.0", "c++ and c# on .net from 1.18 to v2.0"),
        ("1,000 people, 1000 people", "1000 people 1000 people"),
        ("the U.S. and the US and us", "the ^us and the ^us and us"),
        ("N.H.S. NHS Ph.D. PhD", "nhs nhs phd phd"),
        ("A&E, A and E, Q & A; you and I", "a&e a&e q&a you and i"),
        ("WHAT IS POWER", "what is power"),
        ("日本語の字幕 信任是基础", "日本 本語 語の の字 字幕 信任 任是 是基 基础"),
        ("GPs, boxes and caches; news", "gp box and cach news"),
        ("CI/CD HTTP/3 GPT-4", "ci cd http 3 gpt 4"),
        ("", ""),
    ],
)
def test_how_a_text_is_said(text, said):
    assert said_text(text) == said
    assert [unit.token for unit in units(text)] == said.split()


@pytest.mark.parametrize(
    ("word", "one"), [("talks", "talk"), ("stories", "story"), ("class", "class"), ("bus", "bus"), ("heroes", "hero")]
)  # fmt: skip
def test_only_a_regular_plural_is_taken_off(word, one):
    assert singular(word) == one


@pytest.mark.parametrize("text", ["\ud800", "a" * 500, "'" * 50, "....", "A&", "字", "é'\u0301s", "1,2,3,4.", "🙂 ok"])
def test_any_text_is_cut_alike_in_index_and_query(text):
    assert [unit.token for unit in units(text) if "\ud800" not in unit.token] == said_text(text).split()
    understand(text)


@pytest.fixture(scope="module", params=KINDS)
def library(request, tmp_path_factory):
    with opened(request.param, tmp_path_factory.mktemp("said")) as engine:
        engine.rebuild(shelf())
        yield engine


def shelf() -> list[ResourceDocument]:
    fillers = [
        talk(f"filler:{n}", f"that is kind of what I mean and we care, number {n}", "we'll see well") for n in range(8)
    ]
    return [
        *fillers,
        talk("kindness", "there was real kindness on the ward"),
        talk("organisation", "the organisation and its organic farm"),
        talk("organ", "an organ was transplanted"),
        talk("who", "the WHO wrote to us in May"),
        talk("us", "colleagues in the U.S. wrote back"),
        talk("hamlet", "to be or not to be, that is the question"),
        talk("c++", "it was written in C++ at first"),
        talk("c#", "it was written in C# at last"),
        talk("go", "we moved to version 1.18 of it"),
        talk("eighteen", "in 18 of 1 cases"),
        talk("a&e", "the A&E team met"),
        talk("plan", "plan E was a plan"),
        talk("chinese", "信任是基础"),
        talk("japanese", "日本語の字幕"),
        talk("hidden", "caring was mentioned", tokens=("members",)),
    ]


def found(library, text: str, tokens: tuple[str, ...] = PUBLIC, **options) -> list[str]:
    return [hit.key for hit in library.search(text, tokens, **options).hits]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("kindness", ["kindness"]),
        ("meaning", []),
        ("wellness", []),
        ("caring", []),
        ("WHO", ["who"]),
        ("US", ["us"]),
        ("U.S.", ["us"]),
        ("to be or not to be", ["hamlet"]),
        ("C++", ["c++"]),
        ("C#", ["c#"]),
        ("C", []),
        ("1.18", ["go"]),
        ("A&E", ["a&e"]),
        ("A and E", ["a&e"]),
        ("字幕", ["japanese"]),
        ("基础", ["chinese"]),
        ('"kindness"', ["kindness"]),
    ],
)
def test_a_query_finds_what_says_it(library, query, keys):
    assert found(library, query, is_corrected=False) == keys


def test_the_word_as_said_comes_before_others_of_its_stem(library):
    assert found(library, "organ")[0] == "organ"
    assert found(library, "organisation")[0] == "organisation"


def test_what_is_hidden_does_not_decide_how_a_word_is_taken(library):
    assert found(library, "caring", ("members",)) == ["hidden"]
    assert found(library, "caring") == []


def test_only_the_word_itself_is_marked(library):
    (hit,) = library.search("kindness", PUBLIC).hits
    assert [moment.html for moment in hit.moments] == ["there was real <mark>kindness</mark> on the ward"]
    (hit,) = library.search("字幕", PUBLIC).hits
    assert [moment.html for moment in hit.moments] == ["日本語の<mark>字幕</mark>"]
    (hit,) = library.search("C++", PUBLIC).hits
    assert "<mark>C++</mark>" in hit.moments[0].html


@pytest.mark.parametrize(
    ("query", "hint"), [("to be or not to be", None), ("not be to", Hint.SOME_WORDS), ("whose whom", Hint.ONLY_COMMON_WORDS)]
)  # fmt: skip
def test_common_words_are_searched_for_as_they_stand_and_then_apart(library, query, hint):
    assert library.search(query, PUBLIC).hint is hint


@pytest.mark.parametrize(
    ("query", "marked"),
    [("kindness", ["kindness"]), ("WHO", ["WHO"]), ("C++", ["C++"]), ("字幕", ["字幕"]), ("happiness", [])],
)
def test_a_transcript_follows_the_same_rules(query, marked):
    texts = ["it was kind of odd", "pure kindness", "who said so?", "the WHO did", "in C++ or C", "日本語の字幕"]
    texts += ["I am happy", "you are happy", "we are happy", "they are happy"]
    cues = [SpokenCue(5.0 * place, 5.0 * place + 5.0, text) for place, text in enumerate(texts)]
    matches = Transcript(cues).find(query)
    assert [texts[cue][start:end] for cue, own in (matches.marks or {}).items() for start, end in own] == marked
