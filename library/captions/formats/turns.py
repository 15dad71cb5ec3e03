"""Reads transcripts in which a line says who speaks and when: of Zoom, Teams, Meet, Otter, Rev, Descript and typists.

A time stands before the words, behind a name or on a line of its own; the words follow until the next one. When a turn
ends is not written: the next one's start tells, and within a turn times are shared out by the length of its sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby, pairwise, zip_longest

from library.captions.cues import CaptionWarning
from library.captions.formats.reading import Reading
from library.captions.plain_text import tidy_text
from library.captions.speakers import Fragment, look_of

_CLOCK = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?(?:\s?[AaPp]\.?[Mm]\.?)?"
_TIME = rf"[\[(]?(?P<time>{_CLOCK})(?:\s*(?:-{{1,2}}>?|–|—|to)\s*(?P<end>{_CLOCK}))?[\])]?"
_SPELT = r"(?:(?P<hours>\d{1,2})\s*hours?\s*)?(?:(?P<minutes>\d{1,2})\s*minutes?\s*)?(?P<seconds>\d{1,2})\s*seconds?"
_TIME_FIRST = re.compile(rf"[*_]{{0,3}}{_TIME}[*_]{{0,3}}(?:\s*[-–—|]\s*|\s*:\s+|\t+|\s+|$)(?P<rest>.*)")
_NAME_FIRST = re.compile(
    rf"[*_]{{0,3}}\[?(?P<name>[^\[\]<>\t:]{{1,60}}?)\]?[*_]{{0,3}}\s*[:,|–—-]?\s+{_TIME}\s*:?\s*(?P<rest>)"
)
_NAME_SPELT = re.compile(rf"(?P<name>[^\[\]<>\t:]{{1,60}}?)\s+{_SPELT}(?:{_CLOCK})?(?P<rest>)", re.IGNORECASE)
_CHAT = re.compile(
    r"from\s+(?P<name>.{1,60}?)(?:\s+to\s+.{1,60}?)?(?:\((?:direct message|privately)\))?\s*:\s*(?P<words>.*)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\[?(?P<name>[^:：\n<>\[\]]{1,60})\]?(?::\s+|：\s*|:$|\]\s*)(?P<words>.*)")
_SENTENCES = re.compile(r"(?<=[.!?…。！？])\s+")
_EVENT = re.compile(r".{1,80}\b(?:started|stopped) transcription", re.IGNORECASE)
_READABLE_CHARACTERS = 180
# Slow speech: nobody takes longer over a sentence, so a long silence after it is no part of it.
_SLOWEST_CHARACTERS_PER_SECOND = 6.0
_SHORTEST_MS = 1_500
_DAY_MS = 24 * 3600 * 1000


@dataclass(slots=True)
class _Turn:
    line: int
    start_ms: int
    speaker: str = ""
    words: list[str] = field(default_factory=list)
    end_ms: int | None = None


def read(lines: list[str]) -> Reading | None:
    """Return the turns of a transcript with times as cues; None for a text that is no such transcript."""
    turns, strays, is_chat = _turns(lines)
    spoken = [turn for turn in turns if turn.words]
    filled = sum(1 for line in lines if line.strip())
    if len(spoken) < 1 or len(turns) * 40 < filled or (len(turns) == 1 and not turns[0].speaker and filled > 3):
        return None
    if not _is_in_order(turns):
        return None
    reading = Reading("transcript", [], has_names=any(turn.speaker for turn in spoken))
    reading.warnings += [CaptionWarning(number, "text before the first time; left out") for number in strays]
    _start_at_zero(turns, reading)
    groups = [list(group) for _, group in groupby(turns, key=lambda turn: turn.start_ms)]
    for group, later in zip_longest(groups, groups[1:]):
        following = later[0].start_ms if later and later[0].start_ms > group[0].start_ms else None
        reading.fragments += _shared_out(group, following)
    told = "a transcript says when a turn begins; the times within a turn were worked out from its length"
    reading.warnings.append(CaptionWarning(turns[0].line, told))
    if is_chat:
        told = "this looks like the chat of a meeting: what was typed, not what was said"
        reading.warnings.append(CaptionWarning(turns[0].line, told))
    return reading


def _turns(lines: list[str]) -> tuple[list[_Turn], list[int], bool]:
    """Return the turns, the numbers of lines with words before the first, and whether it is a chat."""
    turns: list[_Turn] = []
    strays: list[int] = []
    is_chat = False
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text:
            continue
        turn = _turn(number, text)
        if turn is not None:
            is_chat = is_chat or bool(_CHAT.match(_rest_of(text)))
            above = lines[number - 2].strip() if number > 1 else ""
            if not turn.words and not turn.speaker and above and _is_name(above):
                # The name stands on the line above its time.
                turn.speaker = _as_name(above)
                if turns and turns[-1].words[-1:] == [above]:
                    turns[-1].words.pop()
                elif strays and strays[-1] == number - 1:
                    strays.pop()
            turns.append(turn)
        elif turns:
            _add_words(turns, number, text)
        else:
            strays.append(number)
    return turns, strays, is_chat


def _rest_of(text: str) -> str:
    match = _TIME_FIRST.fullmatch(text)
    return match["rest"] if match else ""


def _turn(number: int, text: str) -> _Turn | None:
    """Return the turn that a line opens, or None for a line of words."""
    if match := _TIME_FIRST.fullmatch(text):
        start, end = _ms(match["time"]), _ms(match["end"])
        if start is None:
            return None
        speaker, words = _speaker_of(match["rest"].strip())
        return _Turn(number, start, speaker, [words] if words else [], end)
    for pattern in (_NAME_FIRST, _NAME_SPELT):
        match = pattern.fullmatch(text)
        if match and _is_name(match["name"]):
            start = _ms(match["time"]) if pattern is _NAME_FIRST else _spelt_ms(match)
            return None if start is None else _Turn(number, start, _as_name(match["name"]))
    return None


def _speaker_of(rest: str) -> tuple[str, str]:
    """Return who speaks and the words, of what follows a time on its line."""
    if chat := _CHAT.fullmatch(rest):
        return _as_name(chat["name"]), chat["words"].strip()
    if (named := _NAMED.fullmatch(rest)) and _is_name(named["name"]):
        return _as_name(named["name"]), named["words"].strip()
    if "\t" in rest:
        name, _, words = rest.partition("\t")
        if _is_name(name.rstrip(": ")):
            return _as_name(name.rstrip(": ")), words.strip()
    if look_of(rest.strip("*_ ")) in ("full", "voice") and len(rest.split()) <= 4:
        return _as_name(rest), ""
    return "", rest


def _add_words(turns: list[_Turn], number: int, text: str) -> None:
    last = turns[-1]
    named = _NAMED.fullmatch(text)
    if named and _is_name(named["name"]) and (not last.speaker or last.words):
        if not last.words and not last.speaker:
            last.speaker = _as_name(named["name"])
            last.words += [named["words"].strip()] if named["words"].strip() else []
            return
        turns.append(
            _Turn(
                number,
                last.start_ms,
                _as_name(named["name"]),
                [named["words"].strip()] if named["words"].strip() else [],
            )
        )
        return
    last.words.append(text)


def _is_name(text: str) -> bool:
    return look_of(text.strip("*_ []")) in ("full", "voice", "single") and not _EVENT.match(text)


def _as_name(text: str) -> str:
    return " ".join(text.strip("*_ []").split())


def _ms(clock: str | None) -> int | None:
    if not clock:
        return None
    digits = re.match(r"[\d:.,]+", clock)
    parts = (digits[0] if digits else "").replace(",", ".").split(":")
    seconds = float(parts[-1]) + 60 * int(parts[-2]) + (3600 * int(parts[-3]) if len(parts) > 2 else 0)
    half = clock.replace(".", "").casefold()[-2:]
    if half in ("am", "pm"):
        if len(parts) == 2:
            seconds *= 60
        seconds = seconds % (12 * 3600) + (12 * 3600 if half == "pm" else 0)
    return round(seconds * 1000)


def _spelt_ms(match: re.Match[str]) -> int:
    return ((int(match["hours"] or 0) * 60 + int(match["minutes"] or 0)) * 60 + int(match["seconds"])) * 1000


def _is_in_order(turns: list[_Turn]) -> bool:
    """Tell times that run on from numbers that only look like times; midnight may lie between two."""
    falls = sum(1 for before, after in pairwise(turns) if after.start_ms < before.start_ms - 1000)
    return falls * 10 <= len(turns)


def _start_at_zero(turns: list[_Turn], reading: Reading) -> None:
    """Take clock times of day for what they are: the first turn then begins the recording."""
    for before, after in pairwise(turns):
        if after.start_ms < before.start_ms - _DAY_MS // 2:
            after.start_ms += _DAY_MS
    first = turns[0].start_ms
    if first < 4 * 3600 * 1000:
        return
    for turn in turns:
        turn.start_ms -= first
        turn.end_ms = None if turn.end_ms is None else turn.end_ms - first
    told = "the times are times of day; the first words were put at 0:00, so shift the captions if they begin later"
    reading.warnings.append(CaptionWarning(turns[0].line, told))


def _shared_out(turns: list[_Turn], following: int | None) -> list[Fragment]:
    """Return turns that share a start as fragments of readable length, the time shared out by the number of letters."""
    pieces = [(turn, piece) for turn in turns for piece in _pieces(tidy_text("\n".join(turn.words)))]
    letters = sum(len(piece) for _, piece in pieces)
    if not letters:
        return []
    start = turns[0].start_ms
    longest = max(_SHORTEST_MS, round(letters / _SLOWEST_CHARACTERS_PER_SECOND * 1000))
    told = turns[0].end_ms
    end = told if told is not None and told > start else following
    length = longest if end is None else min(end - start, longest)
    fragments: list[Fragment] = []
    said = 0
    for turn, piece in pieces:
        begins = start + length * said // letters
        said += len(piece)
        fragments.append(Fragment(turn.line, begins, start + length * said // letters, turn.speaker, piece))
    return fragments


def _pieces(text: str) -> list[str]:
    """Cut text at the ends of sentences, and long sentences between words."""
    pieces: list[str] = []
    for sentence in (part for line in text.split("\n") for part in _SENTENCES.split(line) if part):
        words = sentence.split(" ")
        current = ""
        for word in words:
            if current and len(current) + 1 + len(word) > _READABLE_CHARACTERS:
                pieces.append(current)
                current = word
            else:
                current = f"{current} {word}".strip()
        pieces.append(current)
    joined: list[str] = []
    for piece in pieces:
        if joined and len(joined[-1]) + 1 + len(piece) <= _READABLE_CHARACTERS // 2:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined
