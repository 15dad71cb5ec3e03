"""Knows the habits of the tools that make captions: rolling lines, names before a colon, dashes before a voice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from library.captions.blocks import TimedBlock
from library.captions.plain_text import plain_line

_INLINE_STAMP = re.compile(r"<[0-9]{2,}:[0-9]{2}:[0-9]{2}\.[0-9]{3}>")
_TEAMS_IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/[0-9]+-[0-9]+)?|[0-9]+-[0-9]+")
_DASH = re.compile(r"^[-\u2010-\u2014]\s+(?=\S)", re.MULTILINE)
_PREFIX = re.compile(r"([^:\n<>]{1,60}):\s+(?=\S)")
_LINE_PREFIX = re.compile(r"([^:\n<>]{1,60}):(?:\s+|$)")
# A full stop is part of a name only behind a title or an initial ("Dr. Ray", "J. R. Smith").
_SENTENCE_MARK = re.compile(r"[?!;…“”\"]|[^\W\d_]{4,}\.|\.$")


@dataclass(slots=True)
class Fragment:
    """What one voice says in one block, already plain text; ``line`` is the number of its timing line."""

    line: int
    start_ms: int
    end_ms: int
    speaker: str
    text: str


def is_teams(blocks: list[TimedBlock]) -> bool:
    """Tell Teams by its cue identifiers: most are a GUID, newer ones with a running number behind."""
    known = sum(1 for block in blocks if _TEAMS_IDENTIFIER.fullmatch(block.identifier))
    return known * 2 > len(blocks)


def is_rolling(blocks: list[TimedBlock]) -> bool:
    """Tell automatic captions in which each line is shown again above the next one."""
    rolled, above = 0, ""
    for block in blocks:
        lines = [line for line in block.lines if line.strip()]
        rolled += len(lines) > 1 and lines[0] == above
        above = lines[-1] if lines else ""
    has_stamps = any(_INLINE_STAMP.search(line) for block in blocks for line in block.lines)
    return rolled >= 1 if has_stamps else rolled >= 3 and rolled * 4 >= len(blocks)


def unroll(blocks: list[TimedBlock]) -> list[Fragment]:
    """Return each line of rolling captions once, with the times of the block in which it is first shown."""
    fragments: list[Fragment] = []
    shown: list[str] = []
    # A line is shown three times over, twice of them spelt alike.
    plain = cache(plain_line)
    for block in blocks:
        texts = [plain(line) for line in block.lines]
        carried = _carried(shown, block.lines, texts)
        if fresh := "\n".join(text for text in texts[carried:] if text):
            fragments.append(Fragment(block.line, block.start_ms, block.end_ms, "", fresh))
        shown = [text for text in texts if text]
    return fragments


def _carried(shown: list[str], lines: list[str], texts: list[str]) -> int:
    """Count the first lines of a block that were on screen before; a line stamped word by word is always new."""
    for count in range(min(len(shown), len(texts), 4), 0, -1):
        if shown[-count:] == texts[:count] and not any(_INLINE_STAMP.search(line) for line in lines[:count]):
            return count
    return 0


def strip_dashes(fragments: list[Fragment]) -> None:
    """Take away dialogue dashes in front of lines; they tell that somebody else speaks, but not who."""
    for fragment in fragments:
        if fragment.text[0] in "-\u2010\u2011\u2012\u2013\u2014" or "\n" in fragment.text:
            fragment.text = _DASH.sub("", fragment.text)


def name_speakers(fragments: list[Fragment]) -> list[Fragment]:
    """Turn "Name: text" into speaker and text where the file as a whole shows that this is how it names speakers.

    Otherwise, and for a single sentence with a colon in it, the text stays as it is.
    """
    prefixes = [_prefix(fragment) for fragment in fragments]
    names = _credible_names(prefixes)
    if not names:
        return fragments
    named: list[Fragment] = []
    for fragment in fragments:
        named.extend([fragment] if fragment.speaker else _split_by_names(fragment, names))
    return named


def _split_by_names(fragment: Fragment, names: set[str]) -> list[Fragment]:
    parts: list[Fragment] = []
    for line in fragment.text.split("\n"):
        match = _LINE_PREFIX.match(line)
        if match and match[1].strip() in names:
            parts.append(_part(fragment, match[1].strip(), line[match.end() :]))
        elif not parts:
            parts.append(_part(fragment, "", line))
        else:
            parts[-1].text = f"{parts[-1].text}\n{line}".lstrip("\n")
    return [part for part in parts if part.text]


def _part(fragment: Fragment, speaker: str, text: str) -> Fragment:
    return Fragment(fragment.line, fragment.start_ms, fragment.end_ms, speaker, text)


def _prefix(fragment: Fragment) -> str:
    match = None if fragment.speaker else _PREFIX.match(fragment.text)
    name = match[1].strip() if match else ""
    return name if name and len(name.split()) <= 8 and not _SENTENCE_MARK.search(name) else ""


def _credible_names(prefixes: list[str]) -> set[str]:
    """Return the prefixes that are names, judged by their look, how often each returns and how many cues have one."""
    counts = Counter(prefix for prefix in prefixes if prefix)
    prefixed = counts.total()
    likely = sum(n for name, n in counts.items() if n > 2 or _looks_like_name(name))
    if prefixed < 2 or likely * 2 < len(prefixes):
        return set()
    if prefixed > 4 and len(counts) * 2 > prefixed:
        # Speakers return; "Step 1:", "Step 2:", "Step 3:" do not.
        return set()
    is_throughout = prefixed == len(prefixes)
    is_mostly = prefixed * 5 >= len(prefixes) * 4
    return {
        name
        for name, n in counts.items()
        if (n > 1 and _looks_like_name(name))
        # "SMITH, Jane (NHS Kent and Medway)" and "jo's iPhone" are names where everything else has one.
        or (n > 2 and is_mostly)
        # Somebody who speaks once: a full name will do, a lone word might be an ordinary "Remember:".
        or (_looks_like_name(name) and (is_throughout or (is_mostly and _is_full_name(name))))
    }


def _looks_like_name(name: str) -> bool:
    return len(name.split()) <= 5 and not name[0].islower() and "," not in name


def _is_full_name(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and not any(word[0].islower() for word in words)
