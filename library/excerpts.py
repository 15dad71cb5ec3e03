"""Shows the words of one page of a document, so that a search result can be read before the file is opened; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

EXCERPT_CHARACTERS = 3_000
# Text read off a page keeps the page's lines; one much shorter than the longest is the last of its paragraph.
LAST_LINE_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words of one part of a document, cut to a readable length, and the numbers of its neighbours that have words."""

    number: int
    heading: str
    paragraphs: tuple[str, ...]
    is_cut: bool
    previous: int | None
    next: int | None


def excerpt_of(text_pages: Sequence[dict[str, Any]], wanted: str | None) -> Excerpt | None:
    """Return the part with the number `wanted`; None when there is no such part or nothing was asked for.

    `text_pages` are the stored parts of a document: dicts with `number`, `heading` and `text`.
    """
    numbers = [str(page["number"]) for page in text_pages]
    if not wanted or wanted not in numbers:
        return None
    place = numbers.index(wanted)
    found = text_pages[place]
    text = found["text"].strip()
    return Excerpt(
        number=found["number"],
        heading=found["heading"],
        paragraphs=paragraphs_of(text[:EXCERPT_CHARACTERS]),
        is_cut=len(text) > EXCERPT_CHARACTERS,
        previous=text_pages[place - 1]["number"] if place else None,
        next=text_pages[place + 1]["number"] if place + 1 < len(text_pages) else None,
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Join the lines of a page into paragraphs; no word is lost or changed."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    full_length = max(map(len, lines), default=0) * LAST_LINE_SHARE
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        if len(line) < full_length:
            paragraphs.append([])
    return tuple(" ".join(paragraph) for paragraph in paragraphs if paragraph)
