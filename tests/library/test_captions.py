"""Caption files give the words that were said, as plain text, whatever wrote them and in whatever letters.

How tools name speakers stands in test_captions_dialects.py, flaws and errors in test_captions_flaws.py, writing in
test_captions_writing.py, properties of any input in test_captions_properties.py, real and hostile files in
test_captions_files.py.
"""

from __future__ import annotations

import pytest

from library.captions import CaptionError, Cue, parse_captions


def webvtt(*texts: str, header: str = "WEBVTT") -> str:
    """A file with one cue for each text: the first from 0 to 2 s, the second from 2 to 4 s, and so on."""
    cues = (f"00:{2 * i:02d}.000 --> 00:{2 * i + 2:02d}.000\n{text}" for i, text in enumerate(texts))
    return "\n\n".join([header, *cues]) + "\n"


def texts(data: bytes | str) -> list[str]:
    return [cue.text for cue in parse_captions(data).cues]


# ------------------------------------------------------------------------------------- plain text

# The flag of Wales is spelt in letters that show nothing by themselves.
WELSH_FLAG = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbwls") + "\U000e007f"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<b>bold</b> and <i>slant</i>", "bold and slant"),
        ("<c.yellow.bg_blue>colour</c>", "colour"),
        ("<lang en-GB>colour</lang>", "colour"),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢kan"),
        ("half<br>other half<br />end", "half\nother half\nend"),
        ("<00:00:01.000>timed <00:00:01.500>words", "timed words"),
        ('<font color="red" onclick="x">red</font>', "red"),
        ("{\\an8}{\\i1}at the top{\\i0}", "at the top"),
        ("AT&amp;T &lt;b&gt; &#8364;5 caf&eacute;", "AT&T <b> €5 café"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
        ("AT&T, R&D &notes &copy", "AT&T, R&D &notes &copy"),
        ("one&nbsp;&nbsp;two", "one two"),
        ("x &lrm;y", "x \u200ey"),
        ("&#0;&#x202e;a&#10;b", "a\nb"),
        ("I <3 you, 2 < 3 > 1", "I <3 you, 2 < 3 > 1"),
        ("never <b closed", "never b closed"),
        ("<scr<b>ipt>alert(1)</script>", "ipt>alert(1)"),
        ("<<b>script>alert(1)<</b>/script>", "script>alert(1)/script>"),
        ("</<b>script>", "/script>"),
        ("<!-- hidden >shown", "shown"),
        ("  two   blanks\tand a tab ", "two blanks and a tab"),
        ("first line\n second line ", "first line\nsecond line"),
        ("nul\0 bell\a escape\x1b[31m", "nul bell escape[31m"),
        ("\u202eevil\u2066 zero\u200bwidth\ufeff soft\u00adhyphen", "evil zero width softhyphen"),
        (f"👩\u200d⚕️ and {WELSH_FLAG}", f"👩\u200d⚕️ and {WELSH_FLAG}"),
        ("- Yes.\n– No.\n-1 is a number", "Yes.\nNo.\n-1 is a number"),
    ],
)  # fmt: skip
def test_markup_never_survives_and_words_always_do(raw: str, plain: str) -> None:
    assert texts(webvtt(raw)) == [plain]


def test_cues_without_words_are_no_cues() -> None:
    assert texts(webvtt("", "<b></b>", "&nbsp;", "words")) == ["words"]


# --------------------------------------------------------------------------------- WebVTT by hand


def test_reads_hand_made_webvtt() -> None:
    parsed = parse_captions(
        "\ufeffWEBVTT - a title\nKind: captions\nLanguage: cy\n\n"
        "STYLE\n::cue { color: red }\n\nREGION\nid:a\n\nNOTE one line\n\n"
        "NOTE\n00:00.000 --> 00:01.000\ncommented out\n\n"
        "intro\n00:01.250 --> 00:02.500 align:start position:10%\nfirst\nline two\n\n"
        "100:00:00.000-->100:00:01.000\ntoo late\n\n"
        "STYLE\n01:00:00.000 --> 01:00:01.000\nits id is STYLE"
    )
    assert parsed.cues == (Cue(1.25, 2.5, "first\nline two"), Cue(3600, 3601, "its id is STYLE"))
    assert parsed.language == "cy"
    assert parsed.dialect == "webvtt"
    assert [(warning.line, warning.message) for warning in parsed.warnings] == [
        (22, "a time beyond 24 hours; the cue is left out")
    ]


@pytest.mark.parametrize(
    ("timing", "start", "end"),
    [
        ("00:01.000 --> 00:02.000", 1, 2),
        ("00:00:01.000 --> 00:00:02.000", 1, 2),
        ("0:1.5 --> 0:2", 1.5, 2),
        ("75:10.000 --> 75:11.000", 4510, 4511),
        ("00:00:01,250 --> 00:00:02,500", 1.25, 2.5),
        ("\t00:00:01.000\t-->\t00:00:02.000\tline:0", 1, 2),
        ("00:00:01.9999 --> 00:00:02.0009", 1.999, 2),
    ],
)
def test_reads_times_as_tools_write_them(timing: str, start: float, end: float) -> None:
    assert parse_captions(f"WEBVTT\n\n{timing}\nwords\n").cues == (Cue(start, end, "words"),)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do_and_lines_are_counted_alike(newline: str) -> None:
    good = webvtt("a\nb", "c").replace("\n", newline)
    assert texts(good) == ["a\nb", "c"]
    with pytest.raises(CaptionError, match=r"^line 3: "):
        parse_captions(f"WEBVTT{newline}{newline}00:10 --> banana{newline}x{newline}")


# -------------------------------------------------------------------------------------------- SRT


def test_reads_srt_with_the_habits_of_its_makers() -> None:
    parsed = parse_captions(
        "1\n00:00:01,000 --> 00:00:02,000 X1:1 X2:2\nfirst\n\nafter a blank line\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nsecond\n3\n00:00:03,000 --> 00:00:04,000\nno blank line above\n"
    )
    assert [cue.text for cue in parsed.cues] == ["first\nafter a blank line", "second", "no blank line above"]
    assert parsed.dialect == "srt"
    assert [warning.line for warning in parsed.warnings] == [5, 11]


def test_a_space_under_the_time_does_not_end_an_srt_cue_but_one_below_its_words_does() -> None:
    parsed = parse_captions("1\n00:00:01,000 --> 00:00:02,000\n \nwords\n \n2\n00:00:02,000 --> 00:00:03,000\nmore\n")
    assert [cue.text for cue in parsed.cues] == ["words", "more"]
    assert parsed.warnings == ()


def test_a_number_that_is_said_is_no_cue_number() -> None:
    assert texts("WEBVTT\n\n00:01.000 --> 00:02.000\n42\n00:02.000 --> 00:03.000\nis the answer\n") == [
        "42",
        "is the answer",
    ]


def test_says_so_when_a_file_without_header_and_numbers_is_read_as_srt() -> None:
    parsed = parse_captions("00:00:00.000 --> 00:00:02.000\nx\n")
    assert parsed.dialect == "srt"
    assert parsed.warnings[0].message == "neither “WEBVTT” nor a cue number here; read as SRT"


# -------------------------------------------------------------------------------------- encodings

SPOKEN = "café – “naïve” £5"
SRT = f"1\n00:00:00,000 --> 00:00:02,000\n{SPOKEN}\n"


@pytest.mark.parametrize(
    ("data", "encoding", "is_guessed"),
    [
        (SRT, "unicode", False),
        (SRT.encode(), "utf-8", False),
        (SRT.encode("utf-8-sig"), "utf-8", False),
        (SRT.encode("cp1252"), "windows-1252", True),
        (b"\xff\xfe" + SRT.encode("utf-16-le"), "utf-16-le", False),
        (b"\xfe\xff" + SRT.encode("utf-16-be"), "utf-16-be", False),
        (SRT.encode("utf-16-le"), "utf-16-le", True),
        (SRT.encode("utf-16-be"), "utf-16-be", True),
        (SRT.encode("utf-32"), "utf-32", False),
    ],
)
def test_finds_the_encoding_and_says_when_it_is_a_guess(data: bytes | str, encoding: str, is_guessed: bool) -> None:
    parsed = parse_captions(data)
    assert [cue.text for cue in parsed.cues] == [SPOKEN]
    assert parsed.encoding == encoding
    assert bool(parsed.warnings) is is_guessed


def test_a_few_foreign_bytes_do_not_garble_a_utf8_file() -> None:
    parsed = parse_captions(SRT.encode() + b"\n2\n00:00:02,000 --> 00:00:04,000\nit\x92s\n")
    assert [cue.text for cue in parsed.cues] == [SPOKEN, "it’s"]
    assert parsed.encoding == "utf-8"
    assert [warning.line for warning in parsed.warnings] == [7]
