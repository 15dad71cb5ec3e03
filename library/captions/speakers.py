"""Finds out who speaks, where a file writes names into the words: before a colon, in brackets, behind chevrons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from library.captions.speaker_words import PARTICLES, VOICE, is_label

_TURN = re.compile(r"(?:[-\u2010-\u2014]\s+(?=\S)|>{2,3}\s*)+")
_COLON = re.compile(r"([^:：\n<>\[\]]{1,60})(?::(?=\s|$)|：)\s*")
_BRACKETS = re.compile(r"(?:\[([^\[\]\n]{1,60})\]|\(([^()\n]{1,60})\))\s*(?::(?=\s|$))?\s*")
# A full stop is part of a name only behind a title or an initial ("Dr. Ray", "J. R. Smith").
_SENTENCE_MARK = re.compile(r"[?!;…“”\"/=@#]|[^\W\d_]{4,}\.|\.$")
_PARENTHESES = re.compile(r"\s*\([^()]*\)?")
_SOUND_ALONE = re.compile(r"[\[(♪♫][^\n]*[\])♪♫]")
_TURN_STARTS = "->\u2010\u2011\u2012\u2013\u2014"
_LONGEST_NAME_WORDS = 8


@dataclass(slots=True)
class Fragment:
    """What one voice says in one block, already plain text; ``line`` is the number of its timing line."""

    line: int
    start_ms: int
    end_ms: int
    speaker: str
    text: str
    # Somebody else begins to speak here, as a dash or chevrons show.
    is_turn: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    """What stands before the words of a line: a name, perhaps. ``end`` is where the words begin."""

    name: str
    end: int
    is_bracketed: bool
    has_words: bool


def strip_turn_marks(fragments: list[Fragment]) -> None:
    """Take dashes and chevrons away in front of lines; they tell that somebody else speaks, but not who."""
    for fragment in fragments:
        text = fragment.text
        if text[0] not in _TURN_STARTS and "\n" not in text:
            continue
        lines = text.split("\n")
        stripped = [
            _TURN.sub("", line, count=1) if line[:1] in _TURN_STARTS and _TURN.match(line) else line for line in lines
        ]
        if stripped != lines:
            fragment.is_turn = True
            fragment.text = "\n".join(line for line in stripped if line)


def name_speakers(fragments: list[Fragment], *, is_webvtt: bool) -> list[Fragment]:
    """Turn names in front of words into speakers where the file as a whole shows that this is how it names them.

    Where names stand only at changes of speaker, what follows belongs to the same one. Otherwise, and for a single
    sentence with a colon in it, the text stays as it is, and the list given is returned.
    """
    if _have_names_on_first_lines(fragments):
        return [_named_by_first_line(fragment) for fragment in fragments]
    first = [None if fragment.speaker else _label(fragment.text) for fragment in fragments]
    names = _credible_names(fragments, first, is_webvtt) if any(first) else frozenset()
    if not names:
        return fragments
    named: list[Fragment] = []
    explicit: list[bool] = []
    for fragment in fragments:
        parts = [fragment] if fragment.speaker else list(_split_by_names(fragment, names))
        named.extend(parts)
        explicit.extend(bool(part.speaker) for part in parts)
    if not any(fragment.speaker for fragment in fragments) and _names_only_turns(named, explicit):
        _carry_on(named)
    return named


def _have_names_on_first_lines(fragments: list[Fragment]) -> bool:
    """Tell a file that gives a whole name a line of its own above the words of each cue, as Teams does in Word."""
    names: Counter[str] = Counter()
    for fragment in fragments:
        name, newline, _ = fragment.text.partition("\n")
        if fragment.speaker or not newline or look_of(name) not in ("full", "voice"):
            return False
        names[name] += 1
    return names.total() > 2 and len(names) * 3 <= names.total() * 2


def _named_by_first_line(fragment: Fragment) -> Fragment:
    name, _, words = fragment.text.partition("\n")
    return _part(fragment, name, words)


def _label(text: str) -> _Label | None:
    """Return what stands before the words of a line as a name would."""
    if text[:1] in "[(":
        match = _BRACKETS.match(text)
        if match is None:
            return None
        name, is_bracketed = match[1] or match[2], ":" not in match[0]
    else:
        match = _COLON.match(text)
        if match is None:
            return None
        name, is_bracketed = match[1], False
    name = " ".join(name.split())
    return _Label(name, match.end(), is_bracketed, match.end() < len(text)) if name else None


def _labels(fragment: Fragment) -> Iterator[_Label]:
    start = 0
    lines = fragment.text.split("\n")
    for place, line in enumerate(lines):
        if label := _label(line):
            yield _Label(label.name, label.end, label.is_bracketed, label.has_words or place + 1 < len(lines))
        start += len(line) + 1


def _split_by_names(fragment: Fragment, names: frozenset[str]) -> Iterator[Fragment]:
    parts: list[Fragment] = []
    for line in fragment.text.split("\n"):
        label = _label(line)
        if label and label.name in names:
            parts.append(_part(fragment, label.name, line[label.end :]))
        elif not parts:
            parts.append(_part(fragment, "", line))
        else:
            parts[-1].text = f"{parts[-1].text}\n{line}".lstrip("\n")
    return (part for part in parts if part.text)


def _part(fragment: Fragment, speaker: str, text: str) -> Fragment:
    return Fragment(fragment.line, fragment.start_ms, fragment.end_ms, speaker, text, fragment.is_turn)


def _credible_names(fragments: list[Fragment], first: list[_Label | None], is_webvtt: bool) -> frozenset[str]:
    """Return the labels that are names, judged by their look, how often each returns and how many cues have one."""
    counts: Counter[str] = Counter()
    looks: dict[str, str] = {}
    for fragment in fragments:
        for label in () if fragment.speaker else _labels(fragment):
            if label.has_words:
                counts[label.name] += 1
                looks.setdefault(label.name, look_of(label.name, is_bracketed=label.is_bracketed))
    likely = {name: n for name, n in counts.items() if looks[name] != "label"}
    uses = sum(likely.values())
    if uses < 2:
        return frozenset()
    if uses > 4 and sum(n for n in likely.values() if n > 1) * 2 < uses:
        # Speakers return; "Bristol:", "Leeds:", "Cardiff:" do not.
        return frozenset(name for name, n in likely.items() if n > 2 and looks[name] in ("full", "voice"))
    prefixed = sum(1 for label in first if label and looks.get(label.name, "label") != "label")
    judge = _Judge(likely, looks, prefixed, len(fragments), bool(first[0]), is_webvtt)
    return frozenset(name for name in likely if judge.accepts(name))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Weighs whether a label is a name, knowing all labels of the file and in how many of its cues they stand."""

    counts: dict[str, int]
    looks: dict[str, str]
    prefixed: int
    cues: int
    is_named_at_start: bool
    is_webvtt: bool

    def accepts(self, name: str) -> bool:
        """Return whether a label is a speaker's name."""
        n, look = self.counts[name], self.looks[name]
        returning = [other for other, m in self.counts.items() if m > 1 and self.looks[other] != "odd"]
        is_throughout = self.prefixed == self.cues
        is_mostly = self.prefixed * 5 >= self.cues * 4
        if look == "odd":
            # "jo's iPhone" is a name where everything else has one.
            return n > 2 and is_mostly
        if look == "voice":
            return True
        if look == "full":
            whole_names = sum(1 for other in self.counts if self.looks[other] == "full")
            return n > 1 or is_mostly or bool(returning) or (whole_names > 1 and self.is_named_at_start)
        if self.prefixed * 2 < self.cues:
            # Names at changes of speaker only: a lone word must return, and so must another.
            is_dialogue = self.is_named_at_start and len(self.counts) > 1 and sum(self.counts.values()) > 3
            return n > 3 or (n > 1 and len(returning) > 1) or (is_dialogue and bool(returning))
        # A word that stands once might be an ordinary "Remember:"; only meeting tools name everybody so.
        return n > 1 or (is_throughout and (self.is_webvtt or bool(returning)))


def look_of(name: str, *, is_bracketed: bool = False) -> str:
    """Return what a label looks like: a "full" name, a "single" word, a "voice" ("Speaker 1"), "odd", or a "label"."""
    core = _PARENTHESES.sub("", name).strip() or name
    words = core.replace(",", " ").split()
    if VOICE.fullmatch(core) and (not is_bracketed or any(sign.isdecimal() for sign in core)):
        return "voice"
    if not 0 < len(words) <= _LONGEST_NAME_WORDS or _SENTENCE_MARK.search(core):
        return "label"
    if is_label(words, is_bracketed=is_bracketed):
        return "label"
    if words[0].casefold() in PARTICLES - {"van", "von", "de", "da", "di", "la", "le", "el", "al", "du", "st"}:
        return "label"
    if any(sign.isdecimal() for sign in core) or any(w[0].islower() and w not in PARTICLES for w in words):
        return "odd"
    if not any(sign.isalpha() for sign in core):
        return "label"
    return "full" if len(words) > 1 else "single"


def _names_only_turns(named: list[Fragment], explicit: list[bool]) -> bool:
    """Tell a file that names a speaker only when the speaker changes: many cues without, none named twice in a row."""
    count = sum(explicit)
    again = sum(
        1
        for (before, after), flags in zip(pairwise(named), pairwise(explicit), strict=True)
        if all(flags) and before.speaker == after.speaker
    )
    return count * 5 < len(named) * 4 and again * 4 <= count


def _carry_on(named: list[Fragment]) -> None:
    current = ""
    for fragment in named:
        if fragment.speaker:
            current = fragment.speaker
        elif fragment.is_turn:
            current = ""
        elif not _SOUND_ALONE.fullmatch(fragment.text):
            fragment.speaker = current
