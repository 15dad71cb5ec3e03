"""Knows the habits of the tools that make captions: identifiers of meetings, lines that roll."""

from __future__ import annotations

import re
from functools import cache

from library.captions.blocks import TimedBlock
from library.captions.plain_text import plain_line
from library.captions.speakers import Fragment

_INLINE_STAMP = re.compile(r"<[0-9]{2,}:[0-9]{2}:[0-9]{2}\.[0-9]{3}>")
_TEAMS_IDENTIFIER = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/[0-9]+-[0-9]+)?|[0-9]+-[0-9]+")


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
