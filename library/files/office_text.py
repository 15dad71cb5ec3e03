"""Reads the words of Word and PowerPoint files; runs inside a bounded child process."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from library.files.office_package import Attributes, Package, PartReader, StopReadingError, UnreadableError
from library.files.page_writer import PageWriter
from library.files.section_reader import SectionReader

NOTES_MARK = "Speaker notes:"
_MAX_SLIDES = 5_000
_UNSHOWN_PLACEHOLDERS = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_SLIDE_NAME = re.compile(r"ppt/slides/slide(\d{1,6})\.xml")
_HEADING_NAME = re.compile(r"(?:heading|title)\s*([1-3]?)$", re.IGNORECASE)
_FILE_NAME = re.compile(r"[\w .-]{1,100}\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf|svg)", re.IGNORECASE)
_WORD_SIGNS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}


class _Styles(PartReader):
    """Finds which paragraph styles are headings: by outline level, or by the name that is the same in all languages."""

    def __init__(self) -> None:
        super().__init__()
        self._style_id = ""
        self._any_style_id = ""
        self.levels: dict[str, int] = {}
        self.hidden: set[str] = set()

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "style":
            self._any_style_id = attributes.get("styleId", "")
            self._style_id = self._any_style_id if attributes.get("type") == "paragraph" else ""
        elif local == "vanish" and self._any_style_id and _is_on(attributes):
            self.hidden.add(self._any_style_id)
        elif local == "name" and self._style_id:
            match = _HEADING_NAME.match(attributes.get("val", ""))
            if match:
                self.levels[self._style_id] = int(match[1] or 1)
        elif local == "outlineLvl" and self._style_id:
            level = _level(attributes)
            if level:
                self.levels[self._style_id] = level


def _is_on(attributes: Attributes) -> bool:
    return attributes.get("val", "true") not in ("0", "false", "off")


def _level(attributes: Attributes) -> int:
    """Return 1 to 9 for an outline level 0 to 8, and 0 for body text."""
    value = attributes.get("val", "")
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else 0


class _WordBody(SectionReader):
    """Gathers what Word shows: neither hidden words nor those that tracked changes have moved away."""

    def __init__(self, writer: PageWriter, styles: _Styles) -> None:
        super().__init__(writer)
        self._heading_levels = styles.levels
        self._hidden_styles = styles.hidden
        self._is_in_run = False
        self._is_hidden_run = False
        self._is_hidden_paragraph = False
        self._moved_depth = 0
        self._is_words = False
        self._has_own_level = False

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "p":
            self.open_paragraph()
            self._has_own_level = self._is_hidden_paragraph = False
        elif local == "r":
            self._is_in_run, self._is_hidden_run = True, self._is_hidden_paragraph
        elif local == "moveFrom":
            self._moved_depth += 1
        elif local == "vanish" and self._is_in_run:
            self._is_hidden_run = _is_on(attributes)
        elif local == "rStyle" and self._is_in_run:
            self._is_hidden_run = self._is_hidden_run or attributes.get("val", "") in self._hidden_styles
        elif local == "t":
            self._is_words = self._is_shown
        elif local in _WORD_SIGNS and self._is_shown:
            self.add(_WORD_SIGNS[local])
        elif local == "docPr" and self._is_shown:
            self.add(_alternative_text(attributes, " "))
        elif local == "outlineLvl":
            self.set_level(_level(attributes))
            self._has_own_level = True
        elif local == "pStyle":
            self._is_hidden_paragraph = attributes.get("val", "") in self._hidden_styles
            if not self._has_own_level:
                self.set_level(self._heading_levels.get(attributes.get("val", ""), 0))

    @property
    def _is_shown(self) -> bool:
        return not self._moved_depth and not (self._is_in_run and self._is_hidden_run)

    def end(self, local: str) -> None:
        if local == "t":
            self._is_words = False
        elif local == "r":
            self._is_in_run = False
        elif local == "moveFrom":
            self._moved_depth = max(0, self._moved_depth - 1)
        elif local == "p":
            self.close_paragraph()

    def words(self, text: str) -> None:
        if self._is_words:
            self.add(text)


class _Drawing(PartReader):
    """Gathers the words of a slide, its notes or a diagram, and the title; no page numbers and dates."""

    def __init__(self, max_characters: int) -> None:
        super().__init__()
        self._max_characters = max_characters
        self._placeholder = ""
        self._is_words = False
        self.text: list[str] = []
        self.title: list[str] = []
        self.alternatives: list[str] = []
        self.is_cut = False

    def start(self, local: str, attributes: Attributes) -> None:
        if local in ("sp", "graphicFrame", "pic"):
            self._placeholder = ""
        elif local == "ph":
            self._placeholder = attributes.get("type", "body")
        elif local == "cNvPr":
            self.alternatives.append(_alternative_text(attributes))
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
            self.is_cut = True
            raise StopReadingError


class _Chart(PartReader):
    """Gathers the words of a chart: its title, the names of series, axes and categories; no numbers."""

    def __init__(self, max_characters: int) -> None:
        super().__init__()
        self._max_characters = max_characters
        self._is_words = False
        self._is_in_words_cache = False
        self.text: list[str] = []

    def start(self, local: str, attributes: Attributes) -> None:
        if local in ("strCache", "strLit", "multiLvlStrCache"):
            self._is_in_words_cache = True
        elif local == "t" or (local == "v" and self._is_in_words_cache):
            self._is_words = True

    def end(self, local: str) -> None:
        if local in ("strCache", "strLit", "multiLvlStrCache"):
            self._is_in_words_cache = False
        elif local in ("t", "v"):
            self._is_words = False
        if local in ("p", "v"):
            self.text.append("\n")

    def words(self, text: str) -> None:
        if self._is_words:
            self.text.append(text)
            self._max_characters -= len(text)
            if self._max_characters < 0:
                raise StopReadingError


def _chart_words(package: Package, name: str, writer: PageWriter) -> str:
    """Return each line of words of a chart once."""
    chart = _Chart(writer.remaining_characters)
    package.parse(name, chart)
    return "\n".join(dict.fromkeys(line for line in "".join(chart.text).split("\n") if line.strip()))


def _alternative_text(attributes: Attributes, end: str = "") -> str:
    """Return what stands for a picture or chart where it cannot be seen; a file's name says nothing."""
    text = attributes.get("descr", "").strip()
    return f"{text}{end}" if text and not _FILE_NAME.fullmatch(text) else ""


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
    body = _WordBody(writer, styles)
    package.parse(main, body)
    for _, kind, target in relations:
        if kind == "chart" and not writer.is_full:
            body.add(f"{_chart_words(package, target, writer)}\n")
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
            writer.cut()
            return
        slide = _drawing_of(package, name, writer)
        parts, notes = ["".join(slide.text)], list[str]()
        is_cut = slide.is_cut
        for _, kind, target in package.relations(name):
            if kind == "chart":
                parts.append(_chart_words(package, target, writer))
            elif kind in ("diagramData", "notesSlide"):
                drawing = _drawing_of(package, target, writer)
                (notes if kind == "notesSlide" else parts).append("".join(drawing.text))
                is_cut = is_cut or drawing.is_cut
        parts += dict.fromkeys(text for text in slide.alternatives if text)
        said = "\n".join(notes).strip()
        writer.write(number, "\n".join([*parts, f"{NOTES_MARK} {said}" if said else ""]), "".join(slide.title))
        if is_cut:
            writer.cut()


def _drawing_of(package: Package, name: str, writer: PageWriter) -> _Drawing:
    drawing = _Drawing(writer.remaining_characters)
    package.parse(name, drawing)
    return drawing


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
