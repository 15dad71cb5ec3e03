"""Why: the words of a transcript carry two kinds of mark-up, what was looked for and what the glossary explains, in one safe HTML.

Only `<mark>`, `<a class="term">` and `<span class="term">` stand in what is made here; everything else is escaped. The text stays
as it is: without its tags the HTML reads word for word like the caption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class MarkedTerm:
    """A stretch of a text that the glossary explains at `anchor` of the page; the first in a paragraph `is_link`."""

    start: int
    end: int
    anchor: str
    is_link: bool


def words_html(text: str, marks: Sequence[tuple[int, int]], terms: Sequence[MarkedTerm]) -> str:
    """Return the text as HTML; both sequences are in order and without overlaps, but may overlap each other."""
    parts: list[str] = []
    position = 0
    for term in terms:
        parts.append(_marked(text, position, term.start, marks))
        inner = _marked(text, term.start, term.end, marks)
        anchor = escape(term.anchor)
        parts.append(
            f'<a class="term" href="#{anchor}" aria-describedby="{anchor}" data-term="{anchor}">{inner}</a>'
            if term.is_link
            else f'<span class="term" data-term="{anchor}">{inner}</span>'
        )
        position = term.end
    parts.append(_marked(text, position, len(text), marks))
    return "".join(parts)


def _marked(text: str, start: int, end: int, marks: Sequence[tuple[int, int]]) -> str:
    """The characters from `start` to `end`, with the marks that lie in them, cut at both ends."""
    parts: list[str] = []
    position = start
    for first, last in marks:
        first, last = max(first, position), min(last, end)
        if first >= last:
            continue
        parts += [escape(text[position:first]), "<mark>", escape(text[first:last]), "</mark>"]
        position = last
    return "".join([*parts, escape(text[position:end])])
