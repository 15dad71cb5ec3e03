"""Reads the words of OpenDocument texts and presentations, as public bodies use them; runs inside a bounded child."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from library.files.office_package import Attributes, Package, PartReader, StopReadingError, UnreadableError
from library.files.office_text import NOTES_MARK
from library.files.page_writer import PageWriter
from library.files.section_reader import SectionReader

_SIGN = "META-INF/manifest.xml"
_CONTENT = "content.xml"
_LEFT_OUT = frozenset({"tracked-changes", "annotation"})
_UNSHOWN_CLASSES = frozenset({"page-number", "date-time", "footer", "header"})
_MAX_BLANKS = 100

Emit = Callable[[dict[str, Any]], None]


def read_odt(request: dict[str, Any], emit: Emit) -> None:
    """Emit the sections of a text, divided at its headings. `request`: path, max_characters."""

    def read(package: Package) -> None:
        body = _TextBody(PageWriter(emit, request["max_characters"]))
        package.parse(_CONTENT, body)
        body.finish()

    _carry_out(read, request, emit)


def read_odp(request: dict[str, Any], emit: Emit) -> None:
    """Emit the slides of a presentation with their notes. `request`: path, max_characters."""

    def read(package: Package) -> None:
        slides = _Slides(PageWriter(emit, request["max_characters"]))
        package.parse(_CONTENT, slides)
        emit({"page_count": slides.number})

    _carry_out(read, request, emit)


def _carry_out(read: Callable[[Package], None], request: dict[str, Any], emit: Emit) -> None:
    try:
        package = Package(request["path"], _SIGN)
        manifest = _Manifest()
        package.parse(_SIGN, manifest)
        if manifest.is_encrypted:
            emit({"is_encrypted": True})
        else:
            read(package)
    except UnreadableError as error:
        emit({"problem": str(error)})


class _Manifest(PartReader):
    def __init__(self) -> None:
        super().__init__()
        self.is_encrypted = False

    def start(self, local: str, attributes: Attributes) -> None:
        self.is_encrypted = self.is_encrypted or local == "encryption-data"


def _blank(local: str, attributes: Attributes) -> str:
    """Return what an element that stands for a blank means, "" for any other."""
    if local == "s":
        count = attributes.get("c", "1")
        return " " * min(int(count), _MAX_BLANKS) if count.isdecimal() else " "
    return {"tab": "\t", "line-break": "\n"}.get(local, "")


class _TextBody(SectionReader):
    skipped = _LEFT_OUT

    def start(self, local: str, attributes: Attributes) -> None:
        if local in ("p", "h"):
            level = attributes.get("outline-level", "1")
            self.open_paragraph(int(level) if local == "h" and level.isdecimal() else 0)
        elif blank := _blank(local, attributes):
            self.words(blank)

    def end(self, local: str) -> None:
        if local in ("p", "h"):
            self.close_paragraph()

    def words(self, text: str) -> None:
        if self.has_open_paragraph:
            self.add(text)


class _Slides(PartReader):
    skipped = _LEFT_OUT

    def __init__(self, writer: PageWriter) -> None:
        super().__init__()
        self._writer = writer
        self._remaining_characters = writer.remaining_characters
        self._is_in_notes = False
        self._class = ""
        self._open_paragraphs = 0
        self._shown: list[str] = []
        self._notes: list[str] = []
        self._title: list[str] = []
        self.number = 0

    def start(self, local: str, attributes: Attributes) -> None:
        if local == "page":
            self.number += 1
            self._shown, self._notes, self._title = [], [], []
        elif local == "notes":
            self._is_in_notes = True
        elif local in ("frame", "custom-shape"):
            self._class = attributes.get("class", "")
        elif local in ("p", "h"):
            self._open_paragraphs += 1
        elif blank := _blank(local, attributes):
            self.words(blank)

    def end(self, local: str) -> None:
        if local in ("p", "h"):
            self.words("\n")
            self._open_paragraphs -= 1
        elif local in ("frame", "custom-shape"):
            self._class = ""
        elif local == "notes":
            self._is_in_notes = False
        elif local == "page":
            self._finish_slide()

    def words(self, text: str) -> None:
        if not self._open_paragraphs or self._class in _UNSHOWN_CLASSES:
            return
        self._remaining_characters -= len(text)
        if self._remaining_characters < 0:
            self._finish_slide()
            self._writer.cut()
            raise StopReadingError
        (self._notes if self._is_in_notes else self._shown).append(text)
        if self._class == "title" and not self._is_in_notes:
            self._title.append(text)

    def _finish_slide(self) -> None:
        said = "".join(self._notes).strip()
        text = "".join(self._shown) + (f"\n{NOTES_MARK} {said}" if said else "")
        self._writer.write(self.number, text, "".join(self._title))
