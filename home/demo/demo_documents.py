"""Writes the demo documents that go with the demo recordings: a PDF, a Word file, a presentation with speaker notes."""

from __future__ import annotations

import io
import textwrap
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import pptx

AUTHOR = "Academy demo content"
_MADE_ON = datetime(2024, 1, 8)
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN = 595, 842, 64  # A4 in points
_BODY_POINTS, _HEADING_POINTS, _TITLE_POINTS = 11.5, 15, 22
_BODY_CHARACTERS = 84
_LEADING = 1.45
_WRITING_LINES = 3  # left empty below each heading of the worksheet


def write_all(scripts: dict[str, Any], folder: Path) -> None:
    """Write the three documents into the folder."""
    notes, worksheet, slides = (scripts["documents"][name] for name in ("notes", "worksheet", "slides"))
    (folder / notes["file"]).write_bytes(pdf(notes["title"], notes["pages"]))
    (folder / worksheet["file"]).write_bytes(word_file(worksheet["title"], worksheet["sections"]))
    recording = next(item for item in scripts["recordings"] if item["slug"] == slides["recording"])
    (folder / slides["file"]).write_bytes(presentation(recording, slides["notes"]))


def pdf(title: str, pages: list[list[tuple[str, list[str]]]]) -> bytes:
    """Return a plain text PDF. `pages`: for each page its (heading, paragraphs)."""
    objects: list[bytes] = []
    page_numbers = [5 + 2 * index for index in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in page_numbers)
    # The title in the window's frame and the language of the text are what screen readers ask for first.
    catalog = "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) /ViewerPreferences << /DisplayDocTitle true >> >>"
    objects.append(catalog.encode())
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    for name in ("Helvetica", "Helvetica-Bold"):
        font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
        objects.append(font.encode())
    for index, sections in enumerate(pages):
        resources = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
        box = f"/MediaBox [0 0 {_PAGE_WIDTH} {_PAGE_HEIGHT}]"
        contents = f"/Contents {page_numbers[index] + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {contents} {resources} >>".encode())
        content = _page_content(title if index == 0 else "", sections, f"{title}, page {index + 1} of {len(pages)}")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Title (%s) /Author (%s) >>" % (_pdf_words(title), _pdf_words(AUTHOR)))
    return _pdf_file(objects)


def _page_content(title: str, sections: list[tuple[str, list[str]]], footer: str) -> bytes:
    parts: list[bytes] = []
    y = float(_PAGE_HEIGHT - _MARGIN)

    def write(words: str, font: str, points: float, colour: str) -> None:
        nonlocal y
        y -= points * _LEADING
        parts.append(b"BT %s rg /%s %.1f Tf %d %.1f Td (" % (colour.encode(), font.encode(), points, _MARGIN, y))
        parts.append(_pdf_words(words) + b") Tj ET\n")

    ink, teal = "0.063 0.133 0.169", "0.043 0.361 0.400"
    if title:
        write(title, "F2", _TITLE_POINTS, teal)
        y -= 12
    for heading, paragraphs in sections:
        y -= 10
        write(heading, "F2", _HEADING_POINTS, ink)
        for paragraph in paragraphs:
            y -= 6
            for line in textwrap.wrap(paragraph, _BODY_CHARACTERS):
                write(line, "F1", _BODY_POINTS, ink)
    y = float(_MARGIN)
    write(footer, "F1", 9, teal)
    return b"".join(parts)


def _pdf_words(words: str) -> bytes:
    raw = words.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf_file(objects: list[bytes]) -> bytes:
    """Put objects, the table of where they start and the trailer together; the last object is the information."""
    out, starts = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def word_file(title: str, sections: list[tuple[str, list[str]]]) -> bytes:
    """Return a Word file with a title and a heading for each (heading, paragraphs)."""
    document = docx.Document()
    _describe(document.core_properties, title)
    document.add_heading(title, level=0)
    for heading, paragraphs in sections:
        document.add_heading(heading, level=1)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        for _ in range(_WRITING_LINES):
            document.add_paragraph()
    return _saved(document)


def presentation(recording: dict[str, Any], notes: list[str]) -> bytes:
    """Return the slides of a recording as a presentation, with speaker notes."""
    deck = pptx.Presentation()
    _describe(deck.core_properties, recording["title"])
    for number, (slide_script, note) in enumerate(zip(recording["slides"], notes, strict=True)):
        slide = deck.slides.add_slide(deck.slide_layouts[0 if number == 0 else 1])
        slide.shapes.title.text = recording["title"] if number == 0 else slide_script["title"]
        slide.placeholders[1].text = recording["strapline"] if number == 0 else "\n".join(slide_script["points"])
        slide.notes_slide.notes_text_frame.text = note
    return _saved(deck)


def _describe(properties: Any, title: str) -> None:
    properties.title, properties.author, properties.last_modified_by = title, AUTHOR, AUTHOR
    properties.created = properties.modified = _MADE_ON
    properties.language, properties.comments, properties.keywords = "en-GB", "", ""


def _saved(document: Any) -> bytes:
    """Return the file with all its parts dated alike, without preview pictures: the same words give the same bytes."""
    first, second = io.BytesIO(), io.BytesIO()
    document.save(first)
    with (
        zipfile.ZipFile(first) as source,
        zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _MADE_ON.timetuple()[:6]), source.read(name), zipfile.ZIP_DEFLATED)
    return second.getvalue()
