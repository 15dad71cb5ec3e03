"""The shapes captions take once they are read, the limits they keep, and the error that names a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_CUES = 50_000
MAX_LINES = 10 * MAX_CUES
MAX_CUE_CHARACTERS = 2_000
MAX_SPEAKER_CHARACTERS = 100
MAX_CUE_MILLISECONDS = 24 * 3600 * 1000
MAX_WARNINGS_ALIKE = 5

# What a warning quotes from the file; two warnings that differ in nothing else are alike.
_QUOTED = re.compile("“[^”]*”")


class TrackKind(StrEnum):
    """What timed text is for, as WebVTT and video players tell tracks apart."""

    CAPTIONS = "captions"
    FORCED = "forced"
    CHAPTERS = "chapters"
    SPRITES = "sprites"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: plain text (never markup; lines kept apart by ``\\n``) and when it is shown, in seconds."""

    start_seconds: float
    end_seconds: float
    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class CaptionWarning:
    """A flaw that was put right or left alone, with the line of the file (from 1) on which it stands."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ParsedCaptions:
    """The cues of a file in order of their start, and what was found out about the file on the way.

    ``dialect`` is ``webvtt``, ``srt``, ``youtube``, ``zoom``, ``teams``, or the format that was read (``sbv``, ``ttml``,
    ``substation``, ``table``, ``json``, ``lrc``, ``transcript`` and others). ``encoding`` is ``utf-8``, ``utf-16-le``,
    ``utf-16-be``, ``utf-32``, the name of an older encoding such as ``windows-1252``, or ``unicode`` when text was
    given. ``language`` is empty unless the file names it. ``kind`` says whether the cues are what was said.
    """

    cues: tuple[Cue, ...]
    warnings: tuple[CaptionWarning, ...]
    dialect: str
    encoding: str
    language: str = ""
    kind: TrackKind = TrackKind.CAPTIONS


class CaptionError(ValueError):
    """A file that cannot be read as captions: the line, what is wrong there, and what was expected."""

    def __init__(self, line: int, problem: str, expected: str) -> None:
        super().__init__(line, problem, expected)
        self.line = line
        self.problem = problem
        self.expected = expected

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}; expected {self.expected}"


def limit_warnings(warnings: Iterable[CaptionWarning]) -> tuple[CaptionWarning, ...]:
    """Return the warnings in order of their lines; of many that differ only in what they quote, a few and a count."""
    told: list[CaptionWarning] = []
    alike: dict[str, list[int]] = {}
    for warning in sorted(dict.fromkeys(warnings), key=lambda warning: warning.line):
        lines = alike.setdefault(_QUOTED.sub("“…”", warning.message), [])
        lines.append(warning.line)
        if len(lines) <= MAX_WARNINGS_ALIKE:
            told.append(warning)
    for message, lines in alike.items():
        if untold := lines[MAX_WARNINGS_ALIKE:]:
            told.append(CaptionWarning(untold[0], f"{message} (and {len(untold)} times more, to line {untold[-1]})"))
    return tuple(sorted(told, key=lambda warning: warning.line))


def excerpt(line: str) -> str:
    """Return the beginning of a line of a file, quoted and short enough for a message."""
    shown = " ".join(line[:200].split())
    return f"“{shown[:40]}…”" if len(shown) > 40 or len(line) > 200 else f"“{shown}”"
