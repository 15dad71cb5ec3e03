"""Finds out how the bytes of a caption file spell their letters, because no caption tool agrees with the next."""

from __future__ import annotations

import codecs
import re

from library.captions.cues import MAX_FILE_BYTES, CaptionError, CaptionWarning
from library.captions.older_encodings import likely_encoding

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


def read_text(data: bytes | str, encoding: str = "") -> tuple[str, str, list[CaptionWarning]]:
    """Return (text without byte order mark, name of the encoding, warnings); raises CaptionError for what is no text.

    At most 10 MB are taken. Bytes that are no UTF-8 are read in the older encoding they fit best, mostly Windows-1252,
    and a warning says so. `encoding` is one that somebody knows to be right: it is then taken without a guess.
    """
    if len(data) > MAX_FILE_BYTES:
        megabytes = len(data) / 1024 / 1024
        raise CaptionError(1, f"the file holds {megabytes:.1f} MB", f"at most {MAX_FILE_BYTES // 1024 // 1024} MB")
    if isinstance(data, str):
        text, found, warnings = data, "unicode", list[CaptionWarning]()
    else:
        text, found, warnings = _decode_as(data, encoding) if encoding else _decode(data)
    _refuse_binary(text)
    return text.removeprefix("\ufeff"), found, warnings


def _decode_as(data: bytes, encoding: str) -> tuple[str, str, list[CaptionWarning]]:
    try:
        return data.decode(encoding), encoding, []
    except LookupError:
        raise CaptionError(1, f"“{encoding}” is not the name of an encoding", "a name such as windows-1250") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = CaptionWarning(line, f"some letters here do not fit {encoding}; they are shown as “\ufffd”")
        return data.decode(encoding, "replace"), encoding, [told]


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
    cut = len(data) % (4 if encoding == "utf-32" else 2)
    if cut and len(data) > cut:
        text, found, _ = _decode_marked(data[:-cut], encoding)
        return text, found, [CaptionWarning(text.count("\n") + 1, "the file ends in the middle of a letter")]
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
    encoding = likely_encoding(data)
    text = (
        data.decode("latin-1").translate(_WINDOWS_LETTERS)
        if encoding == "windows-1252"
        else data.decode(encoding, "ignore")
    )
    name = encoding.capitalize().replace("_r", " R")
    said = CaptionWarning(1, f"the file is not UTF-8; it was read as {name}: check accents and quotation marks")
    return text, encoding, [said]


def _windows_letter(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore")


# Python's cp1252 refuses five unassigned bytes; as control characters they are dropped rather than fatal.
_WINDOWS_LETTERS = {byte: _windows_letter(byte) for byte in range(0x80, 0xA0)}


def _refuse_binary(text: str) -> None:
    if not text.strip("\x00\ufeff \t\r\n"):
        raise CaptionError(1, "the file is empty", EXPECTED_FILE)
    head = text[:_SNIFFED_BYTES]
    if head.lstrip("\ufeff").startswith("WEBVTT") and not _BINARY_CHARACTERS.search(head.replace("\0", "")):
        # Players read WebVTT with stray zeros in it.
        return
    strange = len(_BINARY_CHARACTERS.findall(head))
    if strange > 4 and strange > len(head) * 0.02:
        raise CaptionError(1, "this is not a text file", EXPECTED_FILE)
