"""Nothing that was captioned is lost in silence: each letter and digit under a time is in a cue or in a line that is told.

Files are made with words that occur once, damaged in the ways that people and programs damage them, and read. A word
must stand by itself in the cue it came with, or there must be a warning, or the file is refused with its line.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from library.captions import CaptionError, parse_captions

FILES_OF_EACH_KIND = 60
SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "zo"]

Lines = list[str]
Damage = Callable[[Lines, random.Random], None]
DAMAGES: dict[str, Damage] = {}


def damage(function: Damage) -> Damage:
    DAMAGES[function.__name__] = function
    return function


def written(seconds: int, sign: str) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{sign}000"


def make_file(kind: str, chance: random.Random) -> tuple[Lines, list[str]]:
    """Return the lines of a file of six cues, and its words, each of which occurs once."""
    lines = ["WEBVTT", ""] if kind == "vtt" else []
    words: list[str] = []
    for number in range(1, 7):
        if kind == "srt":
            lines.append(str(number))
        start = number * 5
        sign = "." if kind == "vtt" else ","
        lines.append(f"{written(start, sign)} --> {written(start + 4, sign)}")
        for row in range(chance.randint(1, 2)):
            said = ["".join(chance.choices(SYLLABLES, k=3)) + f"{number}x{row}x{place}" for place in range(3)]
            words += said
            lines.append(" ".join(said))
        lines.append("")
    return lines, words


def spoken(lines: Lines, chance: random.Random) -> int:
    return chance.choice([index for index, line in enumerate(lines) if re.search(r"[a-z]\dx\d", line)])


def timing(lines: Lines, chance: random.Random) -> int:
    return chance.choice([index for index, line in enumerate(lines) if "-->" in line])


@damage
def a_number_after_a_blank_line(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place + 1 : place + 1] = ["", chance.choice(["2019", "7", "111", "۱۴۰۲", "3.5", "১২"])]


@damage
def a_separator_that_shows_nothing(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place] = lines[place].replace(
        " ", chance.choice("\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029\u200b\u180e\u3000\t"), 1
    )


@damage
def an_entity_for_a_blank(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place] = lines[place].replace(
        " ", chance.choice(["&#8203;", "&#0;", "&nbsp;", "&#x1f;", "&#11;", "&ensp;"]), 1
    )


@damage
def a_line_break_code(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place] = lines[place].replace(" ", chance.choice(["\\N", "\\n", "\\h", "[br]", "<br>", "<BR/>"]), 1)


@damage
def bars_throughout(lines: Lines, chance: random.Random) -> None:
    for index, line in enumerate(lines):
        if re.search(r"[a-z]\dx\d", line):
            lines[index] = line.replace(" ", "|", 1)


@damage
def angle_brackets_around_words(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place] = chance.choice(
        ["<{}>", "{} <", "<b {}", "<{} @ b.org>", "</{}>", "<!-- {} >", "<i>{}</i", "<1 {}>"]
    ).format(lines[place])


@damage
def braces_around_words(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place] = chance.choice(["{{{}}}", "{{\\an8}}{}", "{{\\an8 {}", "{{y:i}}{}", "[{}]", "({})"]).format(
        lines[place]
    )


@damage
def something_else_than_an_arrow(lines: Lines, chance: random.Random) -> None:
    place = timing(lines, chance)
    spoilt = chance.choice(
        ["−−>", "--", "to", "⟶", "<--", "~", ",", "...", "–", "->", "=>", "--＞", "-- >", "\u00a0-->\u00a0"]
    )
    lines[place] = lines[place].replace("-->", spoilt)


@damage
def times_with_a_flaw(lines: Lines, chance: random.Random) -> None:
    place = timing(lines, chance)
    start, end = lines[place].split(" --> ")
    flawed = [
        "{1} --> {0}",
        "{0} --> {0}",
        "{0} --> {1}0",
        "30:{0} --> 30:{1}",
        "{0}-->{1}",
        "{0} --> {1} align:start",
        "{0} --> ",
    ]
    lines[place] = chance.choice(flawed).format(start, end)


@damage
def blank_lines_gone_or_added(lines: Lines, chance: random.Random) -> None:
    blanks = [index for index, line in enumerate(lines) if not line and index > 2]
    if chance.random() < 0.5:
        del lines[chance.choice(blanks[:-1])]
    else:
        lines.insert(spoken(lines, chance), chance.choice(["", " ", "\t", "\u00a0"]))


@damage
def cut_off(lines: Lines, chance: random.Random) -> None:
    text = "\n".join(lines)
    kept = text[: chance.randint(len(text) // 2, len(text))]
    # A word that is cut in two is nobody's fault but the cutter's.
    lines[:] = re.sub(r"[a-z]+(?:\d(?:x\d?)*)?\Z", "", kept).split("\n")


@damage
def a_speaker_in_front(lines: Lines, chance: random.Random) -> None:
    pattern = chance.choice(
        ["{}: {}", ">> {}: {}", "- [{}] {}", "[{}] {}", "({}) {}", "<v {}>{}", "<b>{}:</b> {}", "[{}]: {}"]
    )
    every = chance.randint(1, 3)
    rows = [index for index, line in enumerate(lines) if re.search(r"[a-z]\dx\d", line)]
    for index in rows[::every]:
        lines[index] = pattern.format(
            chance.choice(["Ann Other", "Raj Who", "MO FARR", "Remember", "Slide 4"]), lines[index]
        )


@damage
def a_colon_in_the_words(lines: Lines, chance: random.Random) -> None:
    for index, line in enumerate(lines):
        if re.search(r"[a-z]\dx\d", line) and chance.random() < 0.6:
            lines[index] = line.replace(" ", ": ", 1).capitalize()


@damage
def encoded_twice(lines: Lines, chance: random.Random) -> None:
    place = spoken(lines, chance)
    lines[place] = f"{lines[place]} caf\u00e9 it\u2019s".encode().decode(
        chance.choice(["latin-1", "cp1252", "mac_roman"]), "replace"
    )


@damage
def words_of_webvtt(lines: Lines, chance: random.Random) -> None:
    lines.insert(
        spoken(lines, chance), chance.choice(["NOTE", "STYLE", "REGION", "WEBVTT", "NOTE x", "-->", "x --> y"])
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", DAMAGES)
def test_no_word_is_lost_in_silence(name: str, seed: int) -> None:
    chance = random.Random(f"{name} {seed}")
    for _ in range(FILES_OF_EACH_KIND):
        lines, words = make_file(chance.choice(["srt", "vtt"]), chance)
        DAMAGES[name](lines, chance)
        text = "\n".join(lines)
        try:
            parsed = parse_captions(text.encode())
        except CaptionError as error:
            assert 1 <= error.line <= len(lines)
            continue
        if parsed.warnings:
            assert all(1 <= warning.line <= len(lines) for warning in parsed.warnings)
            continue
        read = set(re.findall(r"[^\W_]+", " ".join(f"{cue.text} {cue.speaker}" for cue in parsed.cues).casefold()))
        lost = [word for word in words if word in text.casefold() and word not in read]
        assert not lost, text
