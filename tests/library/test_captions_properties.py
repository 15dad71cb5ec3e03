"""What holds for captions whatever the input: nothing but a CaptionError, no markup, and no word lost in writing."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from library.captions import CaptionError, Cue, parse_captions, parse_clean_webvtt, write_webvtt

# Pieces out of which hostile and half-broken files are made more often than by chance alone.
PIECES = st.sampled_from(
    ["WEBVTT", "\n", "\n\n", "\r\n", "\r", " ", "1"]
    + ["00:00:01.000", "00:02", "00:00:03,5", " --> ", "-->", "NOTE", "STYLE"]
    + ["<v Ann>", "</v>", "<b>", "<", ">", "</", "<!", "<<", "&lt;", "&amp;", "&#60;", "&", ";", "{\\an8}", "{\\", "}"]
    + ["script", "Ann: ", "- ", "<00:00:01.000>", "<c>", "\0"]
    + ["\u202e", "\u200b", "\ufeff", "\ud800", "é", "\x85", "\u2028"]
)  # fmt: skip
ASSEMBLED = st.lists(PIECES, max_size=60).map("".join)
ANY_CUE = st.builds(
    Cue,
    start_seconds=st.floats(min_value=0, max_value=90_000),
    end_seconds=st.floats(min_value=0, max_value=90_000),
    text=st.text(max_size=40) | ASSEMBLED,
    speaker=st.text(max_size=12) | ASSEMBLED,
)


@given(st.binary(max_size=400) | st.text(max_size=200) | ASSEMBLED | ASSEMBLED.map(lambda text: f"WEBVTT\n\n{text}"))
@settings(max_examples=400, deadline=None)
def test_any_input_gives_ordered_cues_or_a_caption_error(data: bytes | str) -> None:
    try:
        parsed = parse_captions(data)
    except CaptionError as error:
        assert error.line >= 1
        assert error.expected
        return
    assert parsed.cues
    assert list(parsed.cues) == sorted(parsed.cues, key=lambda cue: cue.start_seconds)
    assert len(set(parsed.cues)) == len(parsed.cues)
    for cue in parsed.cues:
        assert 0 <= cue.start_seconds < cue.end_seconds <= 24 * 3600
        assert cue.text == cue.text.strip() != ""
        assert not re.search(
            "[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]", cue.text + cue.speaker
        )
    written = write_webvtt(parsed.cues)
    assert parse_captions(written).cues == parsed.cues == parse_clean_webvtt(written)


@given(
    st.lists(st.sampled_from(["<", ">", "/", "!", "b", "script", " ", "v x", "c", "\n", "{\\", "}", "\0", "1:2"])).map(
        "".join
    )
)
@settings(max_examples=400, deadline=None)
def test_no_tag_survives_however_it_is_put_together(raw: str) -> None:
    try:
        cues = parse_captions(f"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{raw}\n").cues
    except CaptionError:
        return
    assert not any(re.search(r"<[/!?]?[A-Za-z]", cue.text) for cue in cues)


@example([Cue(0.0, 1.0, "0:00>")])
@example([Cue(0.0, 1.0, "0:00→")])
@example([Cue(0.0, 1.0, "0:00->1")])
@given(st.lists(ANY_CUE, max_size=8))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_reads_back_the_same(cues: list[Cue]) -> None:
    written = write_webvtt(cues)
    read = parse_clean_webvtt(written)
    if not read:
        with pytest.raises(CaptionError):
            parse_captions(written)
        return
    assert parse_captions(written).cues == read
    assert write_webvtt(read) == written


@given(
    st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=50), st.integers(0, 86_399_998)
)
def test_no_word_is_lost_between_writing_and_reading(text: str, start_ms: int) -> None:
    cue = Cue(start_ms / 1000, (start_ms + 1) / 1000, text, text)
    assert parse_captions(write_webvtt([cue])).cues == (cue,)
