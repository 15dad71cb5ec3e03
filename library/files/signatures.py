"""Tells what a file is from its first bytes, because names lie and whoever opens it must know which reader to use."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO

HEAD_BYTES = 64 * 1024  # Enough to see the names of the first parts of an office file.

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OLE = "application/x-ole-storage"
ZIP = "application/zip"
HTML = "text/html"
XML = "text/xml"
SVG = "image/svg+xml"
PLAIN = "text/plain"
PLAYLIST = "application/x-playlist"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

DOCUMENT_TYPES: dict[str, tuple[str, ...]] = {
    ".pdf": (PDF,),
    ".docx": (DOCX,),
    ".pptx": (PPTX,),
    ".xlsx": (XLSX,),
    ".doc": ("application/msword",),
    ".ppt": ("application/vnd.ms-powerpoint",),
    ".xls": ("application/vnd.ms-excel",),
    ".odt": (ODT,),
    ".odp": (ODP,),
    ".ods": (ODS,),
    ".rtf": ("application/rtf",),
    ".txt": (PLAIN,),
    ".csv": ("text/csv", PLAIN),
}
MEDIA_TYPES: dict[str, tuple[str, ...]] = {
    ".mp4": ("video/mp4", "audio/mp4", "video/quicktime"),
    ".m4v": ("video/mp4", "video/quicktime"),
    ".mov": ("video/quicktime", "video/mp4"),
    ".webm": ("video/webm",),
    ".mkv": ("video/x-matroska", "video/webm"),
    ".avi": ("video/x-msvideo",),
    ".wmv": ("video/x-ms-asf",),
    ".mpg": ("video/mpeg",),
    ".mpeg": ("video/mpeg",),
    ".ogv": ("audio/ogg",),
    ".mp3": ("audio/mpeg",),
    ".m4a": ("audio/mp4", "video/mp4"),
    ".aac": ("audio/aac",),
    ".wav": ("audio/wav",),
    ".flac": ("audio/flac",),
    ".ogg": ("audio/ogg",),
    ".oga": ("audio/ogg",),
    ".opus": ("audio/ogg",),
    ".wma": ("video/x-ms-asf",),
}
CAPTION_EXTENSIONS = (
    ".vtt", ".srt", ".sbv", ".ttml", ".dfxp", ".itt", ".ass", ".ssa", ".sub", ".smi", ".sami", ".lrc", ".tsv",
)  # fmt: skip
LINK_EXTENSIONS = (".url", ".webloc", ".gdoc", ".gsheet", ".gslides", ".gform", ".gdraw")
ALLOWED_DOCUMENT_EXTENSIONS = tuple(DOCUMENT_TYPES)
ALLOWED_MEDIA_EXTENSIONS = tuple(MEDIA_TYPES)

# Which FFmpeg demuxer may open which type. A type that is not here is never handed to FFmpeg: playlists, which can make
# it open other files and addresses, have no place in this table.
DEMUXERS: dict[str, str] = {
    "video/mp4": "mov",
    "audio/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/x-ms-asf": "asf",
    "video/mpeg": "mpeg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
}

PLAIN_NAMES: dict[str, str] = {
    PDF: "a PDF",
    DOCX: "a Word document",
    PPTX: "a PowerPoint presentation",
    XLSX: "an Excel workbook",
    OLE: "an old or encrypted Office file",
    ZIP: "a ZIP archive",
    HTML: "a web page (HTML)",
    XML: "an XML file",
    SVG: "an SVG picture",
    PLAIN: "plain text",
    PLAYLIST: "a playlist that points to other files",
    EMPTY: "an empty file",
    UNKNOWN: "something else",
    "text/csv": "a table of plain text (CSV)",
    "application/msword": "an old Word document",
    "application/vnd.ms-powerpoint": "an old PowerPoint presentation",
    "application/vnd.ms-excel": "an old Excel workbook",
    ODT: "an OpenDocument text",
    ODP: "an OpenDocument presentation",
    ODS: "an OpenDocument spreadsheet",
    "application/rtf": "a rich text document (RTF)",
    "application/x-msdownload": "a Windows program",
    "application/x-executable": "a program",
    "text/vtt": "a captions file (WebVTT)",
    "application/x-subrip": "a captions file (SRT)",
}

_PREFIXES: tuple[tuple[bytes, str], ...] = (
    (b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"{\\rtf", "application/rtf"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_EXTENSIONS = {
    ".doc": "application/msword",
    ".dot": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pps": "application/vnd.ms-powerpoint",
    ".xls": "application/vnd.ms-excel",
}
_PDF_HEADER = re.compile(rb"%PDF-[12]\.\d")
_PDF_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_OFFICE_FOLDERS = ((b"word/", DOCX), (b"ppt/", PPTX), (b"xl/", XLSX))
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"pnot")


class FileKind(StrEnum):
    """What the library would do with a file."""

    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    CAPTIONS = "captions"
    IMAGE = "image"
    LINK = "link"
    UNKNOWN = "unknown"


def extension_of(name: str) -> str:
    """Return the last extension of a file name, lower-case and with its dot (".pdf"), or "" when there is none."""
    return PurePath(name.replace("\\", "/")).suffix.lower()


def plain_name(mime_type: str) -> str:
    """Return how an editor would call this type: "a PDF", "a web page (HTML)"."""
    if mime_type in PLAIN_NAMES:
        return PLAIN_NAMES[mime_type]
    family = mime_type.partition("/")[0]
    return {"video": "a video", "audio": "an audio recording", "image": "a picture"}.get(family, "something else")


def kind_of(mime_type: str) -> FileKind:
    """Return what the library would do with a file of this type."""
    family = mime_type.partition("/")[0]
    if mime_type in ("text/vtt", "application/x-subrip"):
        return FileKind.CAPTIONS
    if any(mime_type in types for types in DOCUMENT_TYPES.values()):
        return FileKind.DOCUMENT
    if mime_type in DEMUXERS:
        return FileKind.VIDEO if family == "video" else FileKind.AUDIO
    return FileKind.IMAGE if family == "image" else FileKind.UNKNOWN


def sniff_mime(head: bytes, name: str = "") -> str:
    """Return the MIME type that the content shows; the name only chooses between types that look alike.

    `head` is the beginning of the file (`HEAD_BYTES` are plenty). Never raises; what nobody knows is `UNKNOWN`.
    """
    if not head:
        return EMPTY
    if head.lstrip(b"\xef\xbb\xbf\x00 \t\r\n").startswith(b"%PDF-"):
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_zip(head)
    if head.startswith(_OLE_MAGIC):
        return _OLE_EXTENSIONS.get(extension_of(name), OLE)
    for prefix, mime_type in _PREFIXES:
        if head.startswith(prefix):
            is_webm = mime_type == "video/x-matroska" and b"webm" in head[:64]
            return "video/webm" if is_webm else mime_type
    return _sniff_container(head) or (PDF if _has_late_pdf_header(head) else _sniff_text(head, name))


def _has_late_pdf_header(head: bytes) -> bool:
    """Tell a PDF with a mail's or a server's lines before it, as readers of PDF accept within the first 1,024 bytes."""
    if head.lstrip(b"\xef\xbb\xbf\x00 \t\r\n").startswith(b"<"):
        return False  # A web page with a PDF inside is a page that wants to pass for one.
    return bool(_PDF_HEADER.search(head, 0, 1024 + 8)) and _PDF_OBJECT.search(head) is not None


def sniff_file(file: BinaryIO, name: str = "") -> str:
    """Return the MIME type of an open file, looking at its end as well where the beginning does not tell enough."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    mime_type = sniff_mime(head, name)
    if mime_type == ZIP:
        # Some programs put pictures first; the directory at the end names every part.
        file.seek(max(0, file.seek(0, os.SEEK_END) - 4 * HEAD_BYTES))
        mime_type = _sniff_zip(head[:512] + file.read())
    file.seek(0)
    return mime_type


def _sniff_zip(head: bytes) -> str:
    if head[30:38] == b"mimetype":
        for mime_type in (ODT, ODP, ODS):
            if head[38:].startswith(mime_type.encode()):
                return mime_type
    # The names of parts stand uncompressed in the archive. Those of the folder tell which program wrote it.
    # The first such name counts: further down may lie a workbook inside a presentation.
    found = [(head.find(marker), mime_type) for marker, mime_type in _OFFICE_FOLDERS if marker in head]
    return min(found)[1] if found and b"[Content_Types].xml" in head else ZIP


def _sniff_container(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo", b"WEBP": "image/webp"}.get(head[8:12], UNKNOWN)
    # A box begins with its size. Four readable characters there are text that happens to spell a box's name.
    if head[4:8] in _ISO_BOXES and not (head[:4].isascii() and head[:4].decode("ascii").isprintable()):
        brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
        if brand in (b"heic", b"heix", b"mif1", b"avif"):
            return "image/heic"
        return {b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4"}.get(brand, "video/mp4")
    if head[0] == 0xFF and len(head) > 3:
        layer = head[1] & 0xF6
        if layer == 0xF0:
            return "audio/aac"
        # Layers II and III only: layer I is extinct, and its mark is also the first two bytes of UTF-16 text.
        if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 in (0x02, 0x04) and head[2] & 0xF0 != 0xF0:
            return "audio/mpeg"
    return ""


def _sniff_text(head: bytes, name: str) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _caption_or_text(head.decode("utf-16", "replace"), name)
    if b"\x00" in head[:4096]:
        encoding = unmarked_utf16(head[:4096])
        return _caption_or_text(head.decode(encoding, "replace"), name) if encoding else UNKNOWN
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    start = text.lstrip().lower()
    if start.startswith(("#extm3u", "ffconcat", "v=0", "[playlist]")) or "<mpd" in start[:2000]:
        return PLAYLIST
    if start.startswith("<"):
        if "<svg" in start[:2000]:
            return SVG
        if (
            start.startswith(("<!doctype html", "<html", "<head", "<body", "<script", "<!--"))
            or "<html" in start[:2000]
        ):
            return HTML
        return XML if start.startswith(("<?xml", "<!doctype")) else PLAIN
    is_binary = sum(character < " " and character not in "\t\n\r\f" for character in text[:4096]) > 8
    return UNKNOWN if is_binary else _caption_or_text(text, name)


def unmarked_utf16(head: bytes) -> str:
    """Return "utf-16-le" or "utf-16-be" for text in it without a byte order mark, as its zeros show; "" for all else."""
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    encoding = (
        "utf-16-le"
        if odd > pairs * 0.4 and even < pairs * 0.05
        else "utf-16-be"
        if even > pairs * 0.4 and odd < pairs * 0.05
        else ""
    )
    text = head.decode(encoding, "replace") if encoding else ""
    strange = sum((sign < " " and sign not in "\t\n\r\f") or sign == "\ufffd" for sign in text)
    return encoding if strange * 50 <= len(text) else ""


def _caption_or_text(text: str, name: str) -> str:
    if text.lstrip("\ufeff").startswith("WEBVTT"):
        return "text/vtt"
    if extension_of(name) == ".srt" and "-->" in text:
        return "application/x-subrip"
    return "text/csv" if extension_of(name) == ".csv" else PLAIN
