"""Gets the words out of documents, page by page, so that search can lead to the page on which something is said.

Documents come from anywhere, so each is read in a child process with limits on time, memory and size. Whatever a
document holds, the answer is a `DocumentText`: never an exception, and never silence about what search cannot see.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from library.files.bounded import BoundedRun, Ending, run_bounded
from library.files.signatures import (
    DOCUMENT_TYPES,
    DOCX,
    EMPTY,
    ODP,
    ODT,
    OLE,
    PDF,
    PLAIN,
    PPTX,
    extension_of,
    plain_name,
    sniff_file,
)

_READERS: dict[str, str] = {
    PDF: "library.files.pdf_text:read",
    DOCX: "library.files.office_text:read_docx",
    PPTX: "library.files.office_text:read_pptx",
    PLAIN: "library.files.plain_text:read",
    ODT: "library.files.opendocument_text:read_odt",
    ODP: "library.files.opendocument_text:read_odp",
    "text/csv": "library.files.plain_text:read",
}
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLE_TYPES = (OLE, "application/msword", "application/vnd.ms-powerpoint", "application/vnd.ms-excel")
_UNSEEN = "search cannot see inside"


class TextStatus(StrEnum):
    """How the reading of a document ended."""

    EXTRACTED = "extracted"
    NO_TEXT = "no text"
    ENCRYPTED = "encrypted"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One page of a PDF, one slide with its speaker notes, or one section of a text document; numbers count from 1.

    Word and OpenDocument texts know no pages, so theirs are counted by headings: a section runs from one heading to the
    next. `text` holds every word, the heading's too; `heading` repeats the section's heading or the slide's title as a
    label.
    """

    number: int
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A document's words; pages without any are left out, so their numbers may skip.

    `page_count` counts all pages or slides; None where a format has none. `note` is for the editor, "" when all is
    well. `is_cut` says that words are missing at the end.
    """

    status: TextStatus
    pages: tuple[DocumentPage, ...] = ()
    page_count: int | None = None
    note: str = ""
    is_cut: bool = False


def extract_text(
    path: Path | str,
    *,
    timeout_seconds: float = 10.0,
    memory_bytes: int = 512 * 2**20,
    max_characters: int = 2_000_000,
) -> DocumentText:
    """Return the words of a PDF, Word, PowerPoint, OpenDocument or plain text file, recognised by its content.

    What was read before a limit is reached is kept, and `is_cut` set. Never raises for what a file holds; OSError (such
    as FileNotFoundError) when it cannot be opened.
    """
    path = Path(path)
    with path.open("rb") as file:
        mime_type = sniff_file(file, path.name)
        if mime_type not in _READERS:
            return _unread(mime_type, path.name, is_locked=mime_type in _OLE_TYPES and _is_locked(file))
    request = {"path": str(path.absolute()), "max_characters": max_characters}
    run = run_bounded(_READERS[mime_type], request, timeout_seconds=timeout_seconds, memory_bytes=memory_bytes)
    return _document_text(run, timeout_seconds)


def _is_locked(file: BinaryIO) -> bool:
    """Tell whether an Office container holds an encrypted package; its directory may lie near either end."""
    file.seek(0)
    start = file.read(2**20)
    file.seek(max(0, file.seek(0, os.SEEK_END) - 2**20))
    return _ENCRYPTED_PACKAGE in start or _ENCRYPTED_PACKAGE in file.read()


def _unread(mime_type: str, name: str, *, is_locked: bool) -> DocumentText:
    """Say why nothing was read of a file for which there is no reader."""
    if mime_type == EMPTY:
        return DocumentText(TextStatus.FAILED, note="This file is empty (0 bytes).")
    if is_locked:
        return DocumentText(TextStatus.ENCRYPTED, note=f"Password protected: {_UNSEEN}.")
    looks, expected = plain_name(mime_type), DOCUMENT_TYPES.get(extension_of(name), ())
    if expected and mime_type not in expected:
        note = f"Not {plain_name(expected[0])}, as its name says: it looks like {looks}, so {_UNSEEN}."
        return DocumentText(TextStatus.FAILED, note=note)
    advice = "Save it as PDF, Word (.docx) or PowerPoint (.pptx) to change that."
    return DocumentText(TextStatus.UNSUPPORTED, note=f"This is {looks}: {_UNSEEN}. {advice}")


def _document_text(run: BoundedRun, timeout_seconds: float) -> DocumentText:
    """Gather what a reader emitted: {page_count}, {number, text, heading} each page, {problem, words}, {is_cut}."""
    pages: list[DocumentPage] = []
    facts: dict[str, object] = {}
    for record in run.records:
        if "number" in record:
            pages.append(DocumentPage(record["number"], record["text"], record["heading"]))
        else:
            facts.update(record)
    page_count = facts.get("page_count")
    count = page_count if isinstance(page_count, int) else None
    problem = str(facts.get("problem", "")) or _problem_of(run, timeout_seconds)
    if facts.get("is_encrypted"):
        return DocumentText(TextStatus.ENCRYPTED, note=f"Password protected: {_UNSEEN}.")
    if pages and problem:
        note = f"Search sees only the first part, up to number {pages[-1].number}. {problem}"
        return DocumentText(TextStatus.EXTRACTED, tuple(pages), count, note, is_cut=True)
    if pages:
        is_cut = bool(facts.get("is_cut"))
        note = f"Very long: search sees only the first part, up to number {pages[-1].number}." if is_cut else ""
        return DocumentText(TextStatus.EXTRACTED, tuple(pages), count, note, is_cut)
    if problem:
        return DocumentText(TextStatus.FAILED, page_count=count, note=f"{problem} So {_UNSEEN}.")
    note = f"No text found, perhaps a scan or pictures only: {_UNSEEN}."
    return DocumentText(TextStatus.NO_TEXT, page_count=count, note=note)


def _problem_of(run: BoundedRun, timeout_seconds: float) -> str:
    return {
        Ending.FINISHED: "",
        Ending.TIMED_OUT: f"Reading it took longer than {timeout_seconds:g} seconds and was given up.",
        Ending.OUT_OF_MEMORY: "Reading it needs more memory than is allowed and was given up.",
        Ending.CRASHED: "The file is damaged: it cannot be read to its end.",
    }[run.ending]
