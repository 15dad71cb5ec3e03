"""Finds out how the bytes of a caption file spell their letters, because no caption tool agrees with the next."""

from __future__ import annotations

import codecs
import re

from library.captions.cues import MAX_FILE_BYTES, CaptionError, CaptionWarning

EXPECTED_FILE = "a WebVTT or SRT caption file"

_BYTE_ORDER_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SNIFFED_BYTES = 8_192
_ESCAPED_BYTES = re.compile("[\udc80-\udcff]")
_WIDE_LETTERS = re.compile("[^\x00-\x7f\udc80-\udcff]")
_BINARY_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def read_text(data: bytes | str) -> tuple[str, str, list[CaptionWarning]]:
    """Return (text without byte order mark, name of the encoding, warnings); raises CaptionError for what is no text.

    At most 10 MB are taken. Bytes that are no UTF-8 are read as Windows-1252, and a warning says so.
    """
    if len(data) > MAX_FILE_BYTES:
        megabytes = len(data) / 1024 / 1024
        raise CaptionError(1, f"the file holds {megabytes:.1f} MB", f"at most {MAX_FILE_BYTES // 1024 // 1024} MB")
    text, encoding, warnings = (data, "unicode", list[CaptionWarning]()) if isinstance(data, str) else _decode(data)
    _refuse_binary(text)
    return text.removeprefix("\ufeff"), encoding, warnings


def _decode(data: bytes) -> tuple[str, str, list[CaptionWarning]]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data if encoding == "utf-32" else data[len(mark) :], encoding)
    if encoding := _unmarked_utf16(data):
        text, _, warnings = _decode_marked(data, encoding)
        said = CaptionWarning(1, f"the file has no byte order mark; it was read as {encoding.upper()}")
        return text, encoding, [said, *warnings]
    return _decode_bytewise(data)


def _decode_marked(data: bytes, encoding: str) -> tuple[str, str, list[CaptionWarning]]:
    if encoding == "utf-8":
        return _decode_bytewise(data)
    try:
        return data.decode(encoding), encoding, []
    except UnicodeDecodeError as error:
        newline = "\n".encode("utf-16-be" if encoding == "utf-16-be" else "utf-16-le")
        line = data[: error.start].count(newline) + 1
        problem = f"the file begins as {encoding.upper()} text but goes on otherwise"
        raise CaptionError(line, problem, "one encoding throughout, at best UTF-8") from None


def _unmarked_utf16(data: bytes) -> str:
    """Latin letters in UTF-16 show as a zero in every other byte; which one tells the byte order."""
    head = data[:_SNIFFED_BYTES]
    pairs = len(head) // 2
    if pairs < 4 or len(data) % 2:
        return ""
    even_zeros, odd_zeros = head[::2].count(0), head[1::2].count(0)
    if odd_zeros > pairs * 0.4 and even_zeros < pairs * 0.05:
        return "utf-16-le"
    if even_zeros > pairs * 0.4 and odd_zeros < pairs * 0.05:
        return "utf-16-be"
    return ""


def _decode_bytewise(data: bytes) -> tuple[str, str, list[CaptionWarning]]:
    text = data.decode("utf-8", "surrogateescape")
    foreign = len(_ESCAPED_BYTES.findall(text))
    if not foreign:
        return text, "utf-8", []
    if len(_WIDE_LETTERS.findall(text)) >= foreign:
        # A UTF-8 file with a few bytes pasted in from elsewhere: guessing the whole anew would garble the rest.
        first = _ESCAPED_BYTES.search(text)
        line = text.count("\n", 0, first.start() if first else 0) + 1
        mended = _ESCAPED_BYTES.sub(lambda match: _windows_letter(ord(match[0]) - 0xDC00), text)
        return mended, "utf-8", [CaptionWarning(line, "some letters here are not UTF-8; read as Windows-1252")]
    text = data.decode("latin-1").translate(_WINDOWS_LETTERS)
    said = CaptionWarning(1, "the file is not UTF-8; it was read as Windows-1252: check accents and quotation marks")
    return text, "windows-1252", [said]


def _windows_letter(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore")


# Python's cp1252 refuses five unassigned bytes; as control characters they are dropped rather than fatal.
_WINDOWS_LETTERS = {byte: _windows_letter(byte) for byte in range(0x80, 0xA0)}


def _refuse_binary(text: str) -> None:
    if not text.strip("\x00\ufeff \t\r\n"):
        raise CaptionError(1, "the file is empty", EXPECTED_FILE)
    head = text[:_SNIFFED_BYTES]
    strange = len(_BINARY_CHARACTERS.findall(head))
    if strange > 4 and strange > len(head) * 0.02:
        raise CaptionError(1, "this is not a text file", EXPECTED_FILE)
