"""Captions keep the habits of the tool that made them: who speaks, and lines that roll."""

from __future__ import annotations

import pytest

from library.captions import Cue, parse_captions


def webvtt(*texts: str, header: str = "WEBVTT") -> str:
    """A file with one cue for each text: the first from 0 to 2 s, the second from 2 to 4 s, and so on."""
    cues = (f"00:{2 * i:02d}.000 --> 00:{2 * i + 2:02d}.000\n{text}" for i, text in enumerate(texts))
    return "\n\n".join([header, *cues]) + "\n"


def texts(data: bytes | str) -> list[str]:
    return [cue.text for cue in parse_captions(data).cues]


def said(data: bytes | str) -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in parse_captions(data).cues]


# --------------------------------------------------------------------------------------- speakers


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<v Ann Other>Hello</v>", [("Ann Other", "Hello")]),
        ("<v.loud.first Ann>Hello", [("Ann", "Hello")]),
        ("<v Ann>One</v> <v Raj>Two</v>", [("Ann", "One"), ("Raj", "Two")]),
        ("<v Ann>One\n<v Raj>Two", [("Ann", "One"), ("Raj", "Two")]),
        ("<v Ann>One</v> and a voice off", [("Ann", "One"), ("", "and a voice off")]),
        ("<v Ann &amp; Raj>Both", [("Ann & Raj", "Both")]),
        ("<v  Pat\tO'Brien >Hi", [("Pat O'Brien", "Hi")]),
        ('<v Bob" onmouseover="alert(1)>Hi</v>', [("Bob", "Hi")]),
        ("<v>nobody", [("", "nobody")]),
        ("<video>film</video>", [("", "film")]),
    ],
)
def test_voice_tags_name_speakers(raw: str, expected: list[tuple[str, str]]) -> None:
    assert said(webvtt(raw)) == expected
    # Two voices under one time do not overlap: the file means them together.
    assert parse_captions(webvtt(raw)).warnings == ()


@pytest.mark.parametrize(
    ("name", "spoken", "expected"),
    [
        ("two people in turn", ["Ann: Hi", "Raj: Hello"], [("Ann", "Hi"), ("Raj", "Hello")]),
        ("a second colon is text", ["Ann: Hi", "Ann: Remember: breathe"],
         [("Ann", "Hi"), ("Ann", "Remember: breathe")]),
        ("title and initial", ["Dr. J. Ray: Hi", "Dr. J. Ray: So"], [("Dr. J. Ray", "Hi"), ("Dr. J. Ray", "So")]),
        ("names of organisations", ["DOE, Ann (NHS Kent and Medway): Hi"] * 2 + ["DOE, Ann (NHS Kent and Medway): So"],
         [("DOE, Ann (NHS Kent and Medway)", "Hi")] * 2 + [("DOE, Ann (NHS Kent and Medway)", "So")]),
        ("lower case where all are named",
         ["jo's iPhone: a", "Ann: b", "jo's iPhone: c", "Ann: d", "jo's iPhone: e", "Ann: f"],
         [("jo's iPhone", "a"), ("Ann", "b"), ("jo's iPhone", "c"), ("Ann", "d"), ("jo's iPhone", "e"), ("Ann", "f")]),
        ("who speaks once", ["Ann: a", "Ann: b", "no name here", "Ann: d", "Raj Who Asks: e"],
         [("Ann", "a"), ("Ann", "b"), ("", "no name here"), ("Ann", "d"), ("Raj Who Asks", "e")]),
        ("an ordinary colon beside names", ["Ann: a", "so", "Remember: breathe", "Ann: d", "Ann: e", "Ann: f"],
         [("Ann", "a"), ("", "so"), ("", "Remember: breathe"), ("Ann", "d"), ("Ann", "e"), ("Ann", "f")]),
        ("two in one cue", ["Ann: Hi\nRaj: Hello", "Raj: So"], [("Ann", "Hi"), ("Raj", "Hello"), ("Raj", "So")]),
        ("the name on its own line", ["Ann:\nHi", "Raj:\nHello\nyou"], [("Ann", "Hi"), ("Raj", "Hello\nyou")]),
    ],
)  # fmt: skip
def test_names_before_a_colon_are_speakers_where_the_file_shows_it(
    name: str, spoken: list[str], expected: list[tuple[str, str]]
) -> None:
    parsed = parse_captions(webvtt(*spoken))
    # Three equal pairs in a row are three cues at different times, so only speakers and words are compared.
    assert [(cue.speaker, cue.text) for cue in parsed.cues] == expected
    assert parsed.dialect == "zoom"


@pytest.mark.parametrize(
    "spoken",
    [
        ["Remember: breathe"],
        ["Two things: rest", "and work", "and play", "That is it: go"],
        ["Step 1: plan", "Step 2: do", "Step 3: study", "Step 4: act", "Step 5: rest"],
        ["I asked him, and he said: no", "What did he say? He said: no"],
        ["at 12:30: lunch", "at 13:30: work"],
        ["see http://example.org/", "or https://example.org/"],
        ["Ann: hi", "more", "more of it", "and more", "Ann: bye"],
    ],
)
def test_a_sentence_with_a_colon_is_a_sentence(spoken: list[str]) -> None:
    parsed = parse_captions(webvtt(*spoken))
    assert [(cue.speaker, cue.text) for cue in parsed.cues] == [("", text) for text in spoken]
    assert parsed.dialect == "webvtt"


def test_teams_is_known_by_its_identifiers() -> None:
    guid = "096a5371-6143-406e-8f5e-557a3ef7e6dc"
    parsed = parse_captions(
        f"\ufeffWEBVTT\n\n{guid}/0-0\n00:00:01.200 --> 00:00:06.569\n<v Ann Other>Hi: all</v>\n\n"
        f"{guid}/1-0\n00:00:07.000 --> 00:00:08.000\n<v Raj Who>Hello: you\nthere</v>\n"
    )
    assert parsed.dialect == "teams"
    assert parsed.cues == (Cue(1.2, 6.569, "Hi: all", "Ann Other"), Cue(7, 8, "Hello: you\nthere", "Raj Who"))


# ------------------------------------------------------------------------------- rolling captions

ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:01.200 --> 00:00:03.000 align:start position:0%
 
so<00:00:01.500><c> we</c><00:00:02.000><c> begin</c>

00:00:03.000 --> 00:00:03.010 align:start position:0%
so we begin
 

00:00:03.010 --> 00:00:04.000 align:start position:0%
so we begin
yeah

00:00:04.000 --> 00:00:04.010 align:start position:0%
yeah
 

00:00:04.010 --> 00:00:05.000 align:start position:0%
yeah
yeah

00:00:05.000 --> 00:00:05.010 align:start position:0%
yeah
 

00:00:09.000 --> 00:00:10.000 align:start position:0%
 
yeah

00:00:10.000 --> 00:00:10.010 align:start position:0%
yeah
 

00:00:10.010 --> 00:00:12.000 align:start position:0%
yeah
note:<00:00:11.000><c> &amp;</c><00:00:11.500><c> on</c>
"""


def test_rolling_captions_give_each_spoken_line_once() -> None:
    parsed = parse_captions(ROLLING)
    assert parsed.cues == (
        Cue(1.2, 3.0, "so we begin"),
        Cue(3.01, 4.0, "yeah"),
        Cue(4.01, 5.0, "yeah"),  # said twice, shown under itself
        Cue(9.0, 10.0, "yeah"),  # a blank line above: nothing was carried over
        Cue(10.01, 12.0, "note: & on"),
    )
    assert (parsed.dialect, parsed.language, parsed.warnings) == ("youtube", "en", ())


def test_rolling_captions_are_known_without_their_stamps() -> None:
    lines = ["one", "two", "three", "four", "five"]
    blocks = [f"{i}\n00:00:{i:02d},000 --> 00:00:{i + 1:02d},000\n{lines[i - 1]}\n{lines[i]}\n" for i in range(1, 5)]
    parsed = parse_captions("\n".join(blocks))
    assert [cue.text for cue in parsed.cues] == ["one\ntwo", "three", "four", "five"]
    assert parsed.dialect == "youtube"


def test_a_line_stamped_word_by_word_is_new_even_when_it_was_just_said() -> None:
    again = "yes<00:00:0{0}.500><c> yes</c>\n"
    parsed = parse_captions(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + again.format(1) + "\n00:02.000 --> 00:02.010\nyes yes\n\n"
        "00:02.010 --> 00:03.000\n" + again.format(2) + "\n00:03.000 --> 00:03.010\nyes yes\n\n"
        "00:03.010 --> 00:04.000\nyes yes\nno\n"
    )
    assert [(cue.start_seconds, cue.text) for cue in parsed.cues] == [(1, "yes yes"), (2.01, "yes yes"), (3.01, "no")]


def test_a_refrain_is_not_taken_for_rolling() -> None:
    assert texts(webvtt("la\nla", "la\nla", "end")) == ["la\nla", "la\nla", "end"]
