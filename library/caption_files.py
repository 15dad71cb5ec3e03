"""Reads a caption file as it was given, a Word transcript too: what the admin's form, the import and a second reading share."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePath

from library.captions import CaptionError, ParsedCaptions, parse_captions
from library.files.documents import extract_text

# What a form offers to pick. The content decides how a file is read, not its name.
ACCEPTED_EXTENSIONS = (
    ".vtt", ".srt", ".sbv", ".ttml", ".dfxp", ".xml", ".ass", ".ssa", ".sub", ".smi", ".lrc", ".tsv", ".csv", ".json", ".txt",
    ".docx", ".odt",
)  # fmt: skip
# Encodings from before Unicode that an editor may name when letters come out wrong.
ENCODINGS = (
    ("", "Recognise it"),
    ("utf-8", "UTF-8"),
    ("windows-1252", "Western European (Windows-1252)"),
    ("mac_roman", "Western European (Mac)"),
    ("windows-1250", "Central European (Windows-1250)"),
    ("windows-1251", "Cyrillic (Windows-1251)"),
    ("koi8_r", "Cyrillic (KOI8-R)"),
    ("windows-1253", "Greek (Windows-1253)"),
    ("windows-1254", "Turkish (Windows-1254)"),
    ("windows-1255", "Hebrew (Windows-1255)"),
    ("windows-1256", "Arabic (Windows-1256)"),
    ("gb18030", "Chinese (GB 18030)"),
    ("big5", "Chinese (Big5)"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("euc_kr", "Korean (EUC-KR)"),
)
_ARCHIVE = b"PK\x03\x04"
_OLD_WORD = b"\xd0\xcf\x11\xe0"


def read_caption_file(content: bytes, *, name: str = "", encoding: str = "") -> ParsedCaptions:
    """Return the cues of a caption file or of a transcript in Word or OpenDocument; `name` is only for its extension.

    Raises CaptionError, which names the line (of a document: the paragraph), what is wrong and what was expected.
    """
    if content.startswith(_OLD_WORD):
        raise CaptionError(1, "this is an old Word document (.doc)", "a Word document saved as .docx, or plain text")
    if not content.startswith(_ARCHIVE):
        return parse_captions(content, encoding=encoding)
    with tempfile.NamedTemporaryFile(suffix=PurePath(name).suffix or ".docx") as copy:
        copy.write(content)
        copy.flush()
        document = extract_text(Path(copy.name))
    if not document.pages:
        problem = f"this document cannot be read ({document.note.rstrip('.')})"
        raise CaptionError(1, problem, "a transcript with times in Word (.docx), or a caption file")
    return parse_captions("\n".join(page.text for page in document.pages))
