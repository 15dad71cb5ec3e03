"""Reads the words of Word and PowerPoint files; runs inside a bounded child process."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from library.office_package import Attributes, Package, PartReader, StopReadingError, UnreadableError
from library.page_writer import PageWriter

NOTES_MARK = "Speaker notes:"
_MAX_SLIDES = 5_000
_UNSHOWN_PLACEHOLDERS = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_SLIDE_NAME = re.compile(r"ppt/slides/slide(\d{1,6})\.xml")
_HEADING_NAME = re.compile(r"(?:heading|title)\s*([1-3]?)$", re.IGNORECASE)
_DEEPEST_SECTION_LEVEL = 3


class _Styles(PartReader):
    """Finds which paragraph styles are headings: by outline level, or by the name that is the same in all languages."""

    def __init__(self) -> None:
        super().__init__()
        self._style_id = ""
        self.levels: dict[str, int] = {}

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "style":
            self._style_id = attributes.get("styleId", "") if attributes.get("type") == "paragraph" else ""
        elif local == "name" and self._style_id:
            match = _HEADING_NAME.match(attributes.get("val", ""))
            if match:
                self.levels[self._style_id] = int(match[1] or 1)
        elif local == "outlineLvl" and self._style_id:
            level = _level(attributes)
            if level:
                self.levels[self._style_id] = level


def _level(attributes: Attributes) -> int:
    """Return 1 to 9 for an outline level 0 to 8, and 0 for body text."""
    value = attributes.get("val", "")
    return int(value) + 1 if value.isdigit() and int(value) < 9 else 0


class _WordBody(PartReader):
    """Gathers paragraphs and starts a section at each heading.

    Paragraphs are kept on a stack, because a text box is a paragraph with paragraphs inside.
    """

    def __init__(self, writer: PageWriter, levels: dict[str, int]) -> None:
        super().__init__()
        self._writer, self._levels = writer, levels
        self._open: list[list[str]] = []
        self._paragraph_levels: list[int] = []
        self._is_words = False
        self._section: list[str] = []
        self._heading = ""
        self._characters = 0
        self._number = 1

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "p":
            self._open.append([])
            self._paragraph_levels.append(0)
        elif local == "t":
            self._is_words = True
        elif local in ("br", "cr"):
            self._add("\n")
        elif local in ("tab", "ptab"):
            self._add("\t")
        elif local == "noBreakHyphen":
            self._add("-")
        elif local == "pStyle" and self._paragraph_levels:
            self._paragraph_levels[-1] = self._paragraph_levels[-1] or self._levels.get(attributes.get("val", ""), 0)
        elif local == "outlineLvl" and self._paragraph_levels:
            self._paragraph_levels[-1] = _level(attributes)

    def end(self, local: str) -> None:
        if local == "t":
            self._is_words = False
        elif local == "p" and self._open:
            self._finish_paragraph("".join(self._open.pop()), self._paragraph_levels.pop())

    def words(self, text: str) -> None:
        if self._is_words:
            self._add(text)

    def _add(self, text: str) -> None:
        (self._open[-1] if self._open else self._section).append(text)
        self._characters += len(text)
        if self._characters > self._writer.remaining_characters:
            self.finish()
            raise StopReadingError

    def _finish_paragraph(self, text: str, level: int) -> None:
        if 0 < level <= _DEEPEST_SECTION_LEVEL and text.strip():
            self._finish_section()
            self._heading = text
        self._section.append(text + "\n")

    def _finish_section(self) -> None:
        text = "".join(self._section)
        if text.strip():
            self._writer.write(self._number, text, self._heading)
            self._number += 1
        self._section, self._characters, self._heading = [], 0, ""

    def begin(self, heading: str) -> None:
        """Hand on what is still open and start a section that has no heading of its own in the file."""
        self.finish()
        self._heading = heading

    def finish(self) -> None:
        """Hand on what is still open."""
        for parts in self._open:
            self._section.append("".join(parts) + "\n")
        self._open, self._paragraph_levels = [], []
        self._finish_section()


class _Drawing(PartReader):
    """Gathers the words of a slide, its notes or a diagram, and the title; no page numbers and dates."""

    def __init__(self, max_characters: int) -> None:
        super().__init__()
        self._max_characters = max_characters
        self._placeholder = ""
        self._is_words = False
        self._is_title = False
        self.text: list[str] = []
        self.title: list[str] = []

    def start(self, local: str, attributes: Attributes) -> None:
        if local in ("sp", "graphicFrame", "pic"):
            self._placeholder = ""
        elif local == "ph":
            self._placeholder = attributes.get("type", "body")
        elif local == "t":
            self._is_words = self._placeholder not in _UNSHOWN_PLACEHOLDERS
        elif local == "br":
            self._add("\n")
        elif local == "tab":
            self._add("\t")

    def end(self, local: str) -> None:
        if local == "t":
            self._is_words = False
        elif local == "p":
            self._add("\n")
        elif local == "sp":
            self._placeholder = ""

    def words(self, text: str) -> None:
        if self._is_words:
            self._add(text)

    def _add(self, text: str) -> None:
        self.text.append(text)
        if self._placeholder in ("title", "ctrTitle"):
            self.title.append(text)
        self._max_characters -= len(text)
        if self._max_characters < 0:
            raise StopReadingError


class _SlideOrder(PartReader):
    def __init__(self) -> None:
        super().__init__()
        self.relation_ids: list[str] = []

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "sldId":
            self.relation_ids.append(attributes.get("id", ""))


def read_docx(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Emit the sections of a Word file, its footnotes and endnotes last. `request`: path, max_characters."""
    _carry_out(_read_docx, request, emit)


def read_pptx(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Emit the slides of a presentation as they are shown, notes after each. `request`: path, max_characters."""
    _carry_out(_read_pptx, request, emit)


def _carry_out(
    read: Callable[[Package, PageWriter, Callable[[dict[str, Any]], None]], None],
    request: dict[str, Any],
    emit: Callable[[dict[str, Any]], None],
) -> None:
    try:
        read(Package(request["path"]), PageWriter(emit, request["max_characters"]), emit)
    except UnreadableError as error:
        emit({"problem": str(error)})


def _main_part(package: Package, usual: str) -> str:
    for _, kind, target in package.relations(""):
        if kind == "officeDocument":
            return target
    if usual in package.names:
        return usual
    raise UnreadableError("The file is damaged: its main part is missing.")


def _read_docx(package: Package, writer: PageWriter, emit: Callable[[dict[str, Any]], None]) -> None:
    main = _main_part(package, "word/document.xml")
    relations = package.relations(main)
    styles = _Styles()
    for _, kind, target in relations:
        if kind == "styles":
            package.parse(target, styles)
    body = _WordBody(writer, styles.levels)
    package.parse(main, body)
    for wanted, heading in (("footnotes", "Footnotes"), ("endnotes", "Endnotes")):
        for _, kind, target in relations:
            if kind == wanted and not writer.is_full:
                body.begin(heading)
                package.parse(target, body)
    body.finish()


def _read_pptx(package: Package, writer: PageWriter, emit: Callable[[dict[str, Any]], None]) -> None:
    slides = _slides_in_order(package, _main_part(package, "ppt/presentation.xml"))
    emit({"page_count": len(slides)})
    for number, name in enumerate(slides[:_MAX_SLIDES], 1):
        if writer.is_full:
            emit({"is_cut": True})
            return
        slide = _Drawing(writer.remaining_characters)
        package.parse(name, slide)
        parts, notes = ["".join(slide.text)], list[str]()
        for _, kind, target in package.relations(name):
            if kind in ("diagramData", "notesSlide"):
                drawing = _Drawing(writer.remaining_characters)
                package.parse(target, drawing)
                (notes if kind == "notesSlide" else parts).append("".join(drawing.text))
        said = "\n".join(notes).strip()
        writer.write(number, "\n".join([*parts, f"{NOTES_MARK} {said}" if said else ""]), "".join(slide.title))


def _slides_in_order(package: Package, main: str) -> list[str]:
    """Return the slides as the presentation lists them; when it lists none, by the numbers in their names."""
    order = _SlideOrder()
    package.parse(main, order)
    targets = {identity: target for identity, kind, target in package.relations(main) if kind == "slide"}
    listed = [targets[identity] for identity in dict.fromkeys(order.relation_ids) if identity in targets]
    if listed:
        return listed
    numbered = [(int(match[1]), match[0]) for name in package.names if (match := _SLIDE_NAME.fullmatch(name))]
    return [name for _, name in sorted(numbered)]
