"""Caption files of every make become the cues that were spoken, or an error that names the line.

Properties of any input stand in test_captions_properties.py, hostile and real files in test_captions_files.py.
"""

from __future__ import annotations

import pickle

import pytest

from library.captions import CaptionError, Cue, parse_captions, parse_clean_webvtt, write_webvtt


def webvtt(*texts: str, header: str = "WEBVTT") -> str:
    """A file with one cue for each text: the first from 0 to 2 s, the second from 2 to 4 s, and so on."""
    cues = (f"00:{2 * i:02d}.000 --> 00:{2 * i + 2:02d}.000\n{text}" for i, text in enumerate(texts))
    return "\n\n".join([header, *cues]) + "\n"


def texts(data: bytes | str) -> list[str]:
    return [cue.text for cue in parse_captions(data).cues]


def said(data: bytes | str) -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in parse_captions(data).cues]


# ------------------------------------------------------------------------------------------------ plain text

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
        ("\u202eevil\u2066 zero\u200bwidth\ufeff soft\u00adhyphen", "evil zerowidth softhyphen"),
        (f"👩\u200d⚕️ and {WELSH_FLAG}", f"👩\u200d⚕️ and {WELSH_FLAG}"),
        ("- Yes.\n– No.\n-1 is a number", "Yes.\nNo.\n-1 is a number"),
    ],
)  # fmt: skip
def test_markup_never_survives_and_words_always_do(raw: str, plain: str) -> None:
    assert texts(webvtt(raw)) == [plain]


def test_cues_without_words_are_no_cues() -> None:
    assert texts(webvtt("", "<b></b>", "&nbsp;", "words")) == ["words"]


# ------------------------------------------------------------------------------------------------ WebVTT by hand


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


# ------------------------------------------------------------------------------------------------ SRT


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


# ------------------------------------------------------------------------------------------------ encodings

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


# ------------------------------------------------------------------------------------------------ speakers


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


# ------------------------------------------------------------------------------------------------ rolling captions

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


# ------------------------------------------------------------------------------------------------ what is put right


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
        (webvtt("a\nb --> c"), [0], [(5, "“-->” stands in the text of a cue; kept as text")]),
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


# ------------------------------------------------------------------------------------------------ what is refused


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


# ------------------------------------------------------------------------------------------------ writing


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
    "text", [ROLLING, webvtt("a"), "WEBVTT - clean\n\nby hand\n00:00:00.000 --> 00:00:01.000\n<b>a\n"]
)
def test_the_fast_reader_leaves_what_it_does_not_know_to_the_careful_one(text: str) -> None:
    assert parse_clean_webvtt(text) == parse_captions(text).cues


def test_the_fast_reader_tells_the_same_errors() -> None:
    with pytest.raises(CaptionError, match="line 3"):
        parse_clean_webvtt("WEBVTT - clean\n\n00:10 --> banana\nx\n")
