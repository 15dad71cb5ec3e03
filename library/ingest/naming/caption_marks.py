"""Reads the marks that people and tools put into the names of captions: checked, machine-made, draft, old, version."""

from __future__ import annotations

import re
from enum import IntEnum


class Making(IntEnum):
    """How captions were made, as their name says; the better first."""

    CHECKED = 0
    PLAIN = 1
    MACHINE = 2


def _mark(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)


# Only behind the title, or in brackets, is such a word a mark: "Human factors.srt" was not checked by anybody.
_MARKS_BEHIND = re.compile(
    r"(?:[\s._–-]+|[(\[]+)(?:(?:transcript(?:ion)?|captions?|subtitles?|cc|sdh|hi|auto[-_.\s]?(?:generated|captions?)?|auto|asr|machine|ai"
    r"|whisper|otter|draft|final|old|new|edited|edit|corrected|reviewed|checked|verified|proofed|proofread|approved|human"
    r"|manual|clean|backup|bak|original|latest|forced|by|a|v(?:er(?:sion)?)?[ .]?\d+(?:[.]\d+)*|\d{1,2}"
    r"|[a-z]{2,3}(?:[-_][a-z]{2,4})?|english|welsh|polish|french|german|spanish|arabic|[A-Z][a-z]+)(?:[\s._()\[\]–-]+|$))+$",
    re.IGNORECASE,
)
_CHECKED = _mark("edited|corrected|reviewed|checked|verified|proofed|proofread|approved|human|manual|clean")
_MACHINE = _mark(
    r"auto|asr|auto[-_.\s]?generated|auto[-_.\s]?captions?|autocaptions?|machine|ai|whisper|otter|transcript|cc"
)
_UNCHECKED = _mark(r"(?:un|not[ _-]?)(?:edited|corrected|reviewed|checked|verified|proofed|approved)")
_OF_YOUTUBE = re.compile(r"\.[a-z]{2,3}-orig$")  # what it heard in the language that is spoken
_DRAFT = _mark("draft|old|backup|bak|superseded|do not use|rough|wip")
_FINAL = _mark("final|latest|current")
_VERSION = _mark(r"v(?:er(?:sion)?)?[ ._]?(\d+(?:\.\d+)*)")


def making_of(stem: str) -> Making:
    """How captions were made, by the marks behind their title: "talk.auto.en" by a machine, "talk_corrected" checked."""
    marks = _marks_of(stem)
    if _CHECKED.search(marks) and not _UNCHECKED.search(marks):
        return Making.CHECKED
    return Making.MACHINE if _MACHINE.search(marks) or _OF_YOUTUBE.search(stem) else Making.PLAIN


def is_draft(stem: str) -> int:
    """0 for what is called final, 2 for a draft or an old one, 1 when the name says neither."""
    marks = _marks_of(stem)
    if _DRAFT.search(marks):
        return 2
    return 0 if _FINAL.search(marks) else 1


def version_of(stem: str) -> float:
    """The version in a name ("talk.v2": 2); the first when none is told."""
    found = _VERSION.findall(_marks_of(stem))
    if not found:
        return 1.0
    major, _, minor = found[-1].partition(".")
    return int(major[:6]) + int((minor.split(".")[0] or "0")[:3]) / 1000


def _marks_of(stem: str) -> str:
    match = _MARKS_BEHIND.search(stem)
    return match[0] if match else ""
