"""Reads what was typed onto a PDF's page: the values of form fields, and free text; runs inside a bounded child process."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

_MOST_ANNOTATIONS = 5_000
_MOST_BYTES = 200_000
_HIDDEN_FLAGS = 0x02 | 0x20  # Hidden, NoView
_TYPED_FIELDS = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_PASSWORD_FIELD = 1 << 13


def typed_words(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> list[str]:
    """Return what is typed onto a page and shown there, each text once, in the order of the file."""
    return list(dict.fromkeys(words for text in _typed(document, page) if (words := text.strip("\x00").strip())))


def _typed(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> Iterator[str]:
    form = document.formenv.raw if document.formenv else None
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        try:
            if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAGS:
                continue
            subtype = pdfium.FPDFAnnot_GetSubtype(annotation)
            if subtype == pdfium.FPDF_ANNOT_FREETEXT:
                yield _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
            elif subtype == pdfium.FPDF_ANNOT_WIDGET and form:
                is_typed = pdfium.FPDFAnnot_GetFormFieldType(form, annotation) in _TYPED_FIELDS
                if is_typed and not pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD_FIELD:
                    yield _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _string(function: Any, *arguments: Any) -> str:
    """Return the text that a function of PDFium writes into a buffer, whose size it tells when asked with none."""
    size = min(function(*arguments, None, 0), _MOST_BYTES)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw.decode("utf-16-le", "ignore")
