"""Divides the paragraphs of a text document into sections at its headings, for formats that know no pages."""

from __future__ import annotations

from library.files.office_package import PartReader, StopReadingError
from library.files.page_writer import PageWriter

_DEEPEST_SECTION_LEVEL = 3  # headings below are part of their section


class SectionReader(PartReader):
    """Gathers paragraphs and starts a section at each heading.

    Paragraphs are kept on a stack, because a text box is a paragraph with paragraphs inside.
    """

    def __init__(self, writer: PageWriter) -> None:
        super().__init__()
        self._writer = writer
        self._paragraphs: list[list[str]] = []
        self._levels: list[int] = []
        self._section: list[str] = []
        self._heading = ""
        self._characters = 0
        self._number = 1

    @property
    def has_open_paragraph(self) -> bool:
        """Whether words that come now belong to a paragraph."""
        return bool(self._paragraphs)

    def open_paragraph(self, level: int = 0) -> None:
        """Begin a paragraph; level 1 and more make it a heading."""
        self._paragraphs.append([])
        self._levels.append(level)

    def set_level(self, level: int) -> None:
        """Make the open paragraph a heading, or body text again with 0."""
        if self._levels:
            self._levels[-1] = level

    def close_paragraph(self) -> None:
        """End the paragraph that was opened last."""
        if not self._paragraphs:
            return
        text, level = "".join(self._paragraphs.pop()), self._levels.pop()
        if 0 < level <= _DEEPEST_SECTION_LEVEL and text.strip():
            self._hand_on_section()
            self._heading = text
        self._section.append(text + "\n")

    def add(self, text: str) -> None:
        """Add words to the open paragraph, or to the section when none is open; ends the reading when all is full."""
        (self._paragraphs[-1] if self._paragraphs else self._section).append(text)
        self._characters += len(text)
        if self._characters > self._writer.remaining_characters:
            self.finish()
            self._writer.cut()
            raise StopReadingError

    def begin(self, heading: str) -> None:
        """Hand on what is still open and start a section that has no heading of its own in the file."""
        self.finish()
        self._heading = heading

    def finish(self) -> None:
        """Hand on what is still open."""
        for parts in self._paragraphs:
            self._section.append("".join(parts) + "\n")
        self._paragraphs, self._levels = [], []
        self._hand_on_section()

    def _hand_on_section(self) -> None:
        text = "".join(self._section)
        if text.strip():
            self._writer.write(self._number, text, self._heading)
            self._number += 1
        self._section, self._characters, self._heading = [], 0, ""
