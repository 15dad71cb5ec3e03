"""What is written is clean WebVTT for players, and reads back as the same cues."""

from __future__ import annotations

import pytest

from library.captions import CaptionError, Cue, parse_captions, parse_clean_webvtt, write_webvtt


def test_writes_clean_webvtt() -> None:
    cues = [Cue(2.0004, 4.5, "Tea & <cake>\nat 4 --> 5", "Ann <A> Other"), Cue(0, 2, "Note: breathe")]
    written = write_webvtt(cues)
    assert written == (
        "WEBVTT - clean\n\n"
        "00:00:00.000 --> 00:00:02.000\nNote: breathe\n\n"
        "00:00:02.000 --> 00:00:04.500\n<v Ann &lt;A&gt; Other>Tea &amp; &lt;cake&gt;\nat 4 --&gt; 5\n"
    )
    assert parse_captions(written).cues == parse_clean_webvtt(written)
    assert parse_clean_webvtt(written) == (cues[1], Cue(2.0, 4.5, cues[0].text, cues[0].speaker))


def test_what_we_wrote_is_text_even_where_it_looks_like_a_dialect() -> None:
    cues = (
        Cue(0, 1, "Ann: hi"),
        Cue(1, 2, "Raj: - hello"),
        Cue(2, 3, "- yes\n{\\an8} <00:00:01.000>"),
        Cue(3, 4, "<b>", 'Bob" x="1'),
        Cue(4, 5, "WEBVTT\nNOTE\n7"),
    )
    assert parse_captions(write_webvtt(cues)).cues == cues == parse_clean_webvtt(write_webvtt(cues))


def test_writes_nothing_a_player_could_not_show() -> None:
    unusable = [Cue(0, 1, " \0"), Cue(2, 2, "x"), Cue(3, 1, "x"), Cue(-1, 1, "x"), Cue(0, 86401, "x")]
    assert write_webvtt(unusable) == "WEBVTT - clean\n" == write_webvtt([])
    assert parse_clean_webvtt("WEBVTT - clean\n") == ()
    assert write_webvtt([Cue(0, 1, "x"), Cue(0, 1, "x")]).count("-->") == 1


@pytest.mark.parametrize("start", [float("nan"), float("inf")])
def test_refuses_to_write_a_time_that_is_no_number(start: float) -> None:
    with pytest.raises(ValueError, match="expected two numbers of seconds"):
        write_webvtt([Cue(start, 2, "x")])


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000\n- Ann: a\n",
        "1\n00:00:01,5 --> 00:00:02,0\nb",
        "WEBVTT - clean\n\nby hand\n00:00:00.000 --> 00:00:01.000\n<b>a\n",
    ],
)
def test_the_fast_reader_leaves_what_it_does_not_know_to_the_careful_one(text: str) -> None:
    assert parse_clean_webvtt(text) == parse_captions(text).cues


def test_the_fast_reader_tells_the_same_errors() -> None:
    with pytest.raises(CaptionError, match="line 3"):
        parse_clean_webvtt("WEBVTT - clean\n\n00:10 --> banana\nx\n")
