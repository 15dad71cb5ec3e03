"""Formats other than WebVTT and SRT give the same cues: what was said, when, and by whom."""

from __future__ import annotations

import pytest

from library.captions import CaptionError, TrackKind, parse_captions, parse_untimed

TTML = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" '
    'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="10000" xml:lang="cy">'
)

Said = list[tuple[float, float, str, str]]


def said(data: str) -> Said:
    return [(cue.start_seconds, cue.end_seconds, cue.speaker, cue.text) for cue in parse_captions(data.encode()).cues]


@pytest.mark.parametrize(
    ("dialect", "data", "expected"),
    [
        ("sbv", "0:00:01.610,0:00:04.480\none\ntwo\n\n0:00:05.000,0:00:06.990\nthree\n",
         [(1.61, 4.48, "", "one\ntwo"), (5, 6.99, "", "three")]),
        ("sbv", "[INFORMATION]\n[TITLE]x\n[END INFORMATION]\n00:00:01.00,00:00:03.00\none[br]two\n",
         [(1, 3, "", "one\ntwo")]),
        ("whisper", "[00:00.000 --> 00:03.500]  Hello.\n[00:03.500 --> 00:06.000]  So.\n",
         [(0, 3.5, "", "Hello."), (3.5, 6, "", "So.")]),
        ("table", "start\tend\ttext\n1000\t3500\tHello.\n3500\t6000\tSo.\n", [(1, 3.5, "", "Hello."), (3.5, 6, "", "So.")]),
        ("table", "start,end,speaker,text\n1.5,2,Ann Other,\"a, b\"\n", [(1.5, 2, "Ann Other", "a, b")]),
        ("substation", "[Script Info]\n\n[Events]\n"
         "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
         "Dialogue: 0,0:00:01.00,0:00:03.50,Default,Ann,0,0,0,,{\\an8}Yes,\\Nand {\\i1}no{\\i0}\n",
         [(1, 3.5, "Ann", "Yes,\nand no")]),
        ("lrc", "[ti:x]\n[00:01.50]one\n[00:03.00][00:09.00]two\n[00:05.00]\n",
         [(1.5, 3, "", "one"), (3, 5, "", "two"), (9, 13, "", "two")]),
        ("microdvd", "{1}{1}10\n{10}{30}one|two\n", [(1, 3, "", "one\ntwo")]),
        ("mpl2", "[10][30]one|/two\n", [(1, 3, "", "one\ntwo")]),
        ("json", '{"language":"en","segments":[{"start":1.0,"end":2.5,"text":" Hi",'
         '"words":[{"word":"Hi","start":1,"end":2}]}]}',
         [(1, 2.5, "", "Hi")]),
        ("json", '{"transcription":[{"timestamps":{"from":"00:00:01,000","to":"00:00:02,500"},"text":" Hi"}]}',
         [(1, 2.5, "", "Hi")]),
        ("json", '{"utterances":[{"speaker":"A","start":250,"end":3500,"text":"Hi"},'
         '{"speaker":"B","start":3600,"end":5000,"text":"So"}]}',
         [(0.25, 3.5, "A", "Hi"), (3.6, 5, "B", "So")]),
        ("json", '{"events":[{"tStartMs":1000,"dDurationMs":2000,"segs":[{"utf8":"a"},{"utf8":" b"}]}]}', [(1, 3, "", "a b")]),
        ("youtube-xml", '<transcript><text start="1.5" dur="2">it&amp;#39;s</text></transcript>', [(1.5, 3.5, "", "it's")]),
        ("sami", "<SAMI><BODY><SYNC Start=1000><P Class=EN>one<br>two<SYNC Start=3000><P Class=EN>&nbsp;</BODY></SAMI>",
         [(1, 3, "", "one\ntwo")]),
    ],
)  # fmt: skip
def test_reads_the_formats_that_tools_write(dialect: str, data: str, expected: Said) -> None:
    assert parse_captions(data).dialect == dialect
    assert said(data) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<p begin="00:00:01.000" end="00:00:03.000">one<br/>two</p>', [(1, 3, "", "one\ntwo")]),
        ('<p begin="4s" dur="500ms">x</p>', [(4, 4.5, "", "x")]),
        ('<p begin="00:00:01:05" end="50f">x</p>', [(1.2, 2, "", "x")]),
        ('<p begin="10000t" end="20000t">x</p>', [(1, 2, "", "x")]),
        ('<div begin="1m"><p begin="1s" end="2s">x</p></div>', [(61, 62, "", "x")]),
        ('<p begin="1s" end="4s">a <span begin="1s" end="2s">b</span></p>', [(1, 4, "", "a"), (2, 3, "", "b")]),
        ('<p begin="1s" end="2s">5 &lt; 6 &amp; <span>more</span></p>', [(1, 2, "", "5 < 6 & more")]),
    ],
)
def test_reads_the_clocks_of_ttml(body: str, expected: Said) -> None:
    data = f"{TTML}<body><div>{body}</div></body></tt>"
    assert said(data) == expected
    assert parse_captions(data).language == "cy"


def test_speakers_of_ttml_are_named_by_its_agents() -> None:
    head = '<head><metadata><ttm:agent xml:id="a"><ttm:name>Ann Other</ttm:name></ttm:agent></metadata></head>'
    assert said(f'{TTML}{head}<body><p begin="1s" end="2s" ttm:agent="a">x</p></body></tt>') == [
        (1, 2, "Ann Other", "x")
    ]


@pytest.mark.parametrize(
    "data",
    [
        "[Amina Odu] 10:02:13\nGood morning.\n\n[Tom Reyes] 10:02:16\nHello.\n",
        "10:02:13 From Amina Odu to Everyone:\n\tGood morning.\n10:02:16 From Tom Reyes to Everyone:\n\tHello.\n",
        "Amina Odu   0:00\nGood morning.\n\nTom Reyes   0:03\nHello.\n",
        "Amina Odu (00:00):\nGood morning.\n\nTom Reyes (00:03):\nHello.\n",
        "[00:00:00] Amina Odu: Good morning.\n[00:00:03] Tom Reyes: Hello.\n",
        "00:00:00\tAmina Odu:\tGood morning.\n00:00:03\tTom Reyes:\tHello.\n",
        "Amina Odu\n0:00\nGood morning.\n\nTom Reyes\n0:03\nHello.\n",
        "Amina Odu 0 minutes 0 seconds\nGood morning.\nTom Reyes 0 minutes 3 seconds\nHello.\n",
        "00:00:00\n\nAmina Odu: Good morning.\n\n00:00:03\n\nTom Reyes: Hello.\n",
        "0:0:0.0 --> 0:0:2.0\nAmina Odu\nGood morning.\n\n0:0:3.0 --> 0:0:4.0\nTom Reyes\nHello.\n\n"
        "0:0:5.0 --> 0:0:6.0\nTom Reyes\nSo.\n",
    ],
)  # fmt: skip
def test_reads_transcripts_with_times(data: str) -> None:
    first, second, *_ = said(data)
    assert (first[0], first[2:]) == (0, ("Amina Odu", "Good morning."))
    assert (second[0], second[2:]) == (3, ("Tom Reyes", "Hello."))
    assert first[1] <= second[0]


def test_times_within_a_long_turn_are_shared_out_and_that_is_told() -> None:
    sentence = "This is a sentence of some length that somebody has said aloud in the room, with a breath at its end. "
    parsed = parse_captions(f"Amina Odu 0:10\n{sentence * 6}\nTom Reyes 1:10\nHello.\n")
    starts = [cue.start_seconds for cue in parsed.cues]
    assert len(starts) > 4 and starts == sorted(set(starts)) and starts[-1] == 70
    assert " ".join(cue.text for cue in parsed.cues if cue.speaker == "Amina Odu").split() == (sentence * 6).split()
    assert any("worked out from its length" in warning.message for warning in parsed.warnings)


def test_a_chat_is_told_from_what_was_said() -> None:
    parsed = parse_captions(
        "10:02:13 From Amina Odu to Everyone:\n\tHi all\n10:03:02 From Tom Reyes to Everyone:\n\tHi\n"
    )
    assert parsed.dialect == "chat"
    assert any("what was typed, not what was said" in warning.message for warning in parsed.warnings)


def test_a_transcript_without_times_is_told_and_can_be_read_for_its_words() -> None:
    data = "Amina Odu: Good morning.\n\nThanks for coming.\n\nTom Reyes: Hello.\n"
    with pytest.raises(CaptionError, match=r"a transcript without times \(2 turns of 2 speakers\)"):
        parse_captions(data)
    assert [(turn.speaker, turn.text) for turn in parse_untimed(data)] == [
        ("Amina Odu", "Good morning.\nThanks for coming."),
        ("Tom Reyes", "Hello."),
    ]


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        ('<?xml version="1.0"?>\n<!DOCTYPE tt [<!ENTITY a "x">]>\n'
         '<tt><body><p begin="1s" end="2s">&a;</p></body></tt>', 2, "document type"),
        (TTML + "<body>" + "<div>" * 200 + "</div>" * 200 + "</body></tt>", 1, "nested too deeply"),
        (TTML + "<body>\n<p begin='banana' end='2s'>x</p></body></tt>", 2, "“banana” is not a readable time"),
        (TTML + "<body>\n<p begin='1s' end='2s'>x</body></tt>", 2, "is broken"),
        (TTML + "<body/></tt>", 1, "holds no words with a time"),
        ('{"segments": [', 1, "this JSON is broken"),
        ('{"a": 1}', 1, "this JSON holds no captions"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('[{"a":' * 50_000, 1, "this JSON"),
        ("start\tend\ttext\n1000\t2000\ta\nbanana\t3\tb\n", 3, "“banana” is not a readable time"),
        ("[Script Info]\n[Events]\nDialogue: 0,banana,0:00:01.00,D,,0,0,0,,x\n", 3, "no readable times"),
        ("{\\rtf1 hello}", 1, "rich text"),
        ("Scenarist_SCC V1.0\n\n00:00:01:00\t9420\n", 1, "broadcaster's format"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(data: str, line: int, problem: str) -> None:
    with pytest.raises(CaptionError) as caught:
        parse_captions(data)
    assert caught.value.line == line
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("WEBVTT\n\n00:00.000 --> 00:05.000\nthumbs/1.jpg\n", TrackKind.SPRITES),
        ('WEBVTT\n\n00:00.000 --> 00:05.000\n{"title": "a"}\n', TrackKind.METADATA),
        ("WEBVTT\n\n00:00.000 --> 15:00.000\nWelcome\n\n15:00.000 --> 55:00.000\nMapping\n", TrackKind.CHAPTERS),
        ("WEBVTT\nKind: metadata\n\n00:00.000 --> 00:05.000\nx\n", TrackKind.METADATA),
        ("WEBVTT\nKind: captions\n\n00:00.000 --> 00:05.000\nsee picture.jpg\n", TrackKind.CAPTIONS),
    ],
)
def test_timed_text_that_is_no_captions_is_told_apart(data: str, kind: TrackKind) -> None:
    parsed = parse_captions(data)
    assert parsed.kind is kind
    assert bool(parsed.warnings) is (kind is not TrackKind.CAPTIONS)
