"""Reads the words of a PDF page by page with PDFium; runs inside a bounded child process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pypdfium2

from library.files.line_end_hyphens import keep_own_hyphens
from library.files.page_writer import PageWriter
from library.files.pdf_annotations import typed_words

_MAX_PAGES = 5_000
_PASSWORD_CODE = 4  # FPDF_ERR_PASSWORD


def read(request: dict[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Emit page_count and each page's words, or {"is_encrypted"} or {"problem"}. `request`: path, max_characters."""
    try:
        document = pypdfium2.PdfDocument(request["path"])
    except pypdfium2.PdfiumError as error:
        is_encrypted = getattr(error, "err_code", None) == _PASSWORD_CODE
        emit({"is_encrypted": True} if is_encrypted else {"problem": "The PDF is damaged: no page can be read."})
        return
    document.init_forms()
    page_count = len(document)
    if page_count > _MAX_PAGES:
        emit({"problem": f"The PDF says it has {page_count:,} pages; only {_MAX_PAGES:,} are looked at."})
    else:
        emit({"page_count": page_count})
    writer, bad_pages = PageWriter(emit, request["max_characters"]), 0
    for index in range(min(page_count, _MAX_PAGES)):
        try:
            text, is_whole = _page_text(document, index, writer.remaining_characters)
            writer.write(index + 1, keep_own_hyphens(text))
        except pypdfium2.PdfiumError:
            bad_pages += 1
            continue
        if not is_whole or (writer.is_full and index + 1 < page_count):
            writer.cut()
            break
    if bad_pages:
        emit({"problem": f"The PDF is damaged: {bad_pages:,} of its {page_count:,} pages cannot be read."})


def _page_text(document: pypdfium2.PdfDocument, index: int, max_characters: int) -> tuple[str, bool]:
    """Return a page's words, at most so many characters, and whether these are all."""
    page = document[index]
    try:
        typed = typed_words(document, page)
        text_page = page.get_textpage()
        count = max(0, text_page.count_chars())
        text: str = text_page.get_text_range(0, min(count, max_characters)) if count else ""
        text_page.close()
        added = [words for words in typed if words not in text]
        return "\n".join([text, *added]), count <= max_characters
    finally:
        page.close()
