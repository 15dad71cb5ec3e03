"""Hands a document's pages on, tidied and limited in length, so that every reader of documents does it the same way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# What no database or page can use: controls but tab and line ends, halves of characters, and codes that name none.
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufff0-\ufffb\uffff]")
# A word broken at a line's end, as PDFium marks it (U+FFFE, U+0002) or as a soft hyphen: the halves belong together.
_BROKEN_WORD = re.compile(r"[\ufffe\x02\xad](?:[^\S\n]*\n)?")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*")
_MAX_HEADING_CHARACTERS = 200


def tidy(text: str) -> str:
    """Return text with broken words joined, blanks made single, at most one empty line, and no unusable character."""
    text = _BROKEN_WORD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _BLANKS.sub(" ", _UNUSABLE.sub("", text))
    return _EMPTY_LINES.sub("\n\n", text.replace(" \n", "\n").replace("\n ", "\n")).strip()


class PageWriter:
    """Emits pages until `max_characters` are reached; `is_full` then tells a reader to stop."""

    def __init__(self, emit: Callable[[dict[str, Any]], None], max_characters: int) -> None:
        self._emit = emit
        self.remaining_characters = max_characters

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached."""
        return self.remaining_characters <= 0

    def cut(self) -> None:
        """Say that words are left out from here on; nothing more is wanted."""
        self._emit({"is_cut": True})
        self.remaining_characters = 0

    def write(self, number: int, text: str, heading: str = "") -> None:
        """Emit one page, cut to what may still come; a page without words is left out."""
        tidied = tidy(text)
        if len(tidied) > self.remaining_characters:
            tidied = tidied[: self.remaining_characters]
            self.cut()
        else:
            self.remaining_characters -= len(tidied)
        if tidied:
            label = " ".join(tidy(heading).split())[:_MAX_HEADING_CHARACTERS]
            self._emit({"number": number, "text": tidied, "heading": label})
