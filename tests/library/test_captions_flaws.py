"""What can be put right in a caption file is put right and told; for all else an error names the line."""

from __future__ import annotations

import pickle

import pytest

from library.captions import CaptionError, parse_captions


def webvtt(*texts: str, header: str = "WEBVTT") -> str:
    """A file with one cue for each text: the first from 0 to 2 s, the second from 2 to 4 s, and so on."""
    cues = (f"00:{2 * i:02d}.000 --> 00:{2 * i + 2:02d}.000\n{text}" for i, text in enumerate(texts))
    return "\n\n".join([header, *cues]) + "\n"


def texts(data: bytes | str) -> list[str]:
    return [cue.text for cue in parse_captions(data).cues]


# ------------------------------------------------------------------------------ what is put right


def times(*pairs: tuple[int, int]) -> str:
    return "WEBVTT\n\n" + "".join(f"00:{a:02d}.000 --> 00:{b:02d}.000\nsaid at {a}\n\n" for a, b in pairs)


@pytest.mark.parametrize(
    ("data", "starts", "warned"),
    [
        (times((0, 2), (2, 4)), [0, 2], []),
        (times((5, 6), (0, 2)), [0, 5], [(6, "this cue starts before the one above it; cues were sorted")]),
        (times((0, 9), (1, 3)), [0, 1], [(6, "this cue overlaps one that starts before it")]),
        (times((0, 2), (5, 3)), [0], [(6, "the cue does not end after it starts; it is left out")]),
        (times((0, 2), (3, 3)), [0], [(6, "the cue does not end after it starts; it is left out")]),
        (times((0, 2), (0, 2)), [0], [(6, "the same cue stands here twice; kept once")]),
        (webvtt("a") + "\nstray words\n", [0], [(6, "text without a time of its own; left out")]),
        (webvtt("a\nb --> c"), [0], [(5, "“-->” is in the text of a cue and was kept as text")]),
        ("\nwebvtt\n\n0:1.0 --> 0:2\na\n", [1], [(2, "“WEBVTT” should stand in capitals on the very first line")]),
    ],
)  # fmt: skip
def test_flaws_are_put_right_and_told(data: str, starts: list[float], warned: list[tuple[int, str]]) -> None:
    parsed = parse_captions(data)
    assert [cue.start_seconds for cue in parsed.cues] == starts
    assert [(warning.line, warning.message) for warning in parsed.warnings] == warned


@pytest.mark.parametrize("text", ["word " * 1000, "x" * 5000, "a " + "x" * 5000])
def test_an_overlong_cue_is_cut_at_a_word_and_told(text: str) -> None:
    parsed = parse_captions(webvtt(text))
    cut = parsed.cues[0].text
    assert 0 < len(cut) <= 2000
    assert text.startswith(cut)
    assert cut.endswith(("word", "x", "a"))
    assert [warning.line for warning in parsed.warnings] == [3]


def test_a_word_that_just_fits_is_kept() -> None:
    fitting = "y " + "x" * 1998
    assert texts(webvtt(f"{fitting} z")) == [fitting]


def test_many_flaws_are_counted_rather_than_listed() -> None:
    flawed = "WEBVTT\n\n" + "00:05.000 --> 00:03.000\nbackwards\n\n" * 500 + "00:06.000 --> 00:07.000\ngood\n"
    warnings = parse_captions(flawed).warnings
    assert [warning.line for warning in warnings] == [3, 6, 9, 12, 15, 18]
    assert warnings[-1].message == (
        "the cue does not end after it starts; it is left out (and 495 times more, to line 1500)"
    )


# -------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("data", "line", "problem", "expected"),
    [
        (b"", 1, "empty", "WebVTT or SRT"),
        (b"\xef\xbb\xbf \r\n", 1, "empty", "WebVTT or SRT"),
        (bytes(range(256)) * 8, 1, "not a text file", "WebVTT or SRT"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x30\x08\0\0\0\0", 1, "not a text file", "WebVTT or SRT"),
        ("<!DOCTYPE html><p>x", 1, "web page", "WebVTT or SRT"),
        ('<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"/>', 1, "XML", "WebVTT or SRT"),
        ("\n\nDear all,\nhere it is", 3, "Dear all", "“WEBVTT”"),
        ("WEBVTT", 1, "no cue", "-->"),
        ("WEBVTT\n\nNOTE only this\n", 4, "no cue", "-->"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000 \nx\n\nfoo --> bar\ny", 6, "foo --> bar", "00:00:01.000 --> 00:00:04.000"),
        ("WEBVTT\n\n00:10 --> banana\nx\n", 3, "00:10 --> banana", "00:00:01.000 --> 00:00:04.000"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n00:03.000 -->\ny\n", 6, "00:03.000 -->", "start, arrow, end"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx\n00:99:00 --> 00:99:01\ny\n", 5, "00:99:00", "start, arrow, end"),
        ("WEBVTT\n\n00:00:75.000 --> 00:01:16.000\nx\n", 3, "00:00:75.000", "start, arrow, end"),
        ("WEBVTT\n\n-00:01.000 --> 00:02.000\nx\n", 3, "-00:01.000", "start, arrow, end"),
        ("1\n00:00:01,000 -> 00:00:02,000\nx\n", 2, "arrow", "start, arrow, end"),
        ("1\n00:00:01,000 –> 00:00:02,000\nx\n", 2, "arrow", "start, arrow, end"),
        ("WEBVTT\n\n00:01.000 --&gt; 00:02.000\nx\n", 3, "arrow", "start, arrow, end"),
        ("WEBVTT\n\n00:05.000 --> 00:03.000\nx\n", 3, "no cue with text and a usable time", "ends after it starts"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>\n", 3, "no cue with text", "ends after it starts"),
        ("WEBVTT\n\n" + "00:01.000 --> 00:02.000\n\n" * 50_001, 100_003, "more than 50,000 cues", "at most 50,000"),
        ("WEBVTT\n\n" + "\nx" * 500_000, 500_001, "more than 500,000 lines", "at most 500,000"),
        ("WEBVTT\n\n" + ("00:01.000 --> 00:02.000\n" + "<v A>x</v>" * 3_000 + "\n\n") * 17, 51, "more than 50,000 cues",
         "at most 50,000"),
        (b"WEBVTT\n\n" + b"x" * 10 * 1024 * 1024, 1, "10.0 MB", "at most 10 MB"),
        (b"\xff\xfe" + "WEBVTT\n\n".encode("utf-16-le") + b"\x00\xd8\x00\x00", 3, "UTF-16-LE", "one encoding"),
    ],
)  # fmt: skip
def test_an_error_names_the_line_the_trouble_and_what_was_expected(
    data: bytes | str, line: int, problem: str, expected: str
) -> None:
    with pytest.raises(CaptionError) as caught:
        parse_captions(data)
    error = caught.value
    assert error.line == line
    assert problem in error.problem
    assert expected in error.expected
    assert str(error) == f"line {line}: {error.problem}; expected {error.expected}"
    assert len(str(error)) < 250


def test_a_caption_error_survives_a_process_boundary() -> None:
    error = CaptionError(3, "what is wrong", "what is right")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
