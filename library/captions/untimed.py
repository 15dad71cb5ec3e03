"""Reads a transcript without times: who says what, in order. It cannot be captions until somebody times it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from library.captions.encodings import read_text
from library.captions.mojibake import mend_lines
from library.captions.plain_text import tidy_text
from library.captions.speakers import look_of

_NAMED = re.compile(
    r"(?:>{2,3}\s*|[-–—]\s+)?[*_]{0,3}\[?([^:：\n<>\[\]]{1,60}?)\]?[*_]{0,3}(?::[*_]{0,3}(?=\s|$)|：)\s*(.*)"
)


@dataclass(frozen=True, slots=True)
class UntimedTurn:
    """What one speaker says in one go; the speaker is empty where nobody is named."""

    speaker: str
    text: str


def parse_untimed(data: bytes | str) -> tuple[UntimedTurn, ...]:
    """Return the turns of a transcript without times; raises CaptionError for what is no text."""
    text, _, _ = read_text(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    mend_lines(lines)
    return turns_of(lines)


def turns_of(lines: list[str]) -> tuple[UntimedTurn, ...]:
    """Return the turns that the lines of a transcript hold: a name before a colon opens one, a blank line does not."""
    turns: list[UntimedTurn] = []
    for line in map(tidy_text, lines):
        named = _NAMED.fullmatch(line)
        if named and look_of(named[1].strip()) in ("full", "voice", "single"):
            turns.append(UntimedTurn(" ".join(named[1].split()), named[2]))
        elif line and turns:
            turns[-1] = UntimedTurn(turns[-1].speaker, f"{turns[-1].text}\n{line}".lstrip("\n"))
        elif line:
            turns.append(UntimedTurn("", line))
    return tuple(turn for turn in turns if turn.text)
