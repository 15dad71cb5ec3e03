"""Reads captions kept as XML or the like: TTML and DFXP, YouTube's timed text, SAMI."""

from __future__ import annotations

import html
import re
from xml.parsers import expat

from library.captions.cues import CaptionError, CaptionWarning, excerpt
from library.captions.encodings import EXPECTED_FILE
from library.captions.formats.reading import Reading, end_with_next, fragments_of
from library.captions.formats.timed_text import TimedTextReader

_MARKUP_FILE = re.compile(
    r"\s*<(?:!doctype|!--|html|head|body|script|\?xml|tt|transcript|timedtext|sami|svg)\b", re.IGNORECASE
)
_TIMED_TEXT = re.compile(r"<(?:\w+:)?(?:tt|transcript|timedtext)[\s>]", re.IGNORECASE)
_SAMI = re.compile(r"<sami\b", re.IGNORECASE)
_SYNC = re.compile(r"<sync\b[^>]{0,200}?\bstart\s*=\s*[\"']?(\d{1,10})[\"']?[^>]{0,200}>", re.IGNORECASE)
_PARAGRAPH_CLASS = re.compile(r"<p\b[^>]{0,200}?\bclass\s*=\s*[\"']?(\w+)", re.IGNORECASE)
_ANY_TAG = re.compile(r"<(/?[A-Za-z][^<>]{0,500}|!--.{0,2000}?--)>", re.DOTALL)
_BREAK = re.compile(r"<br\b[^<>]{0,100}>", re.IGNORECASE)


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the cues of a TTML, YouTube or SAMI file; None for what is no markup file, CaptionError for a web page."""
    head = text[:2000]
    if not _MARKUP_FILE.match(head):
        return None
    if _SAMI.search(head):
        return _read_sami(text)
    if not _TIMED_TEXT.search(head):
        raise CaptionError(1, f"{excerpt(text[:1000])} begins a web page or XML file", EXPECTED_FILE)
    reader = TimedTextReader()
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        problem = f"this TTML (XML) is broken ({expat.errors.messages[error.code]})"
        raise CaptionError(error.lineno, problem, "well-formed XML; save the file anew") from None
    if not reader.reading.fragments:
        told = "holds pictures of text, which cannot be read" if reader.has_images else "holds no words with a time"
        raise CaptionError(1, f"this TTML (XML) file {told}", f"{EXPECTED_FILE}, or TTML with words")
    return reader.reading


def _read_sami(text: str) -> Reading:
    """Return the cues of a SAMI file in its first language."""
    reading = Reading("sami", [])
    marks = list(_SYNC.finditer(text))
    first_class = ""
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        body = text[mark.end() : end]
        line = text.count("\n", 0, mark.start()) + 1
        spoken_in = _PARAGRAPH_CLASS.search(body)
        if spoken_in:
            first_class = first_class or spoken_in[1]
            if spoken_in[1] != first_class:
                reading.warnings.append(CaptionWarning(line, "words in a second language of this file; left out"))
                continue
        words = html.unescape(_ANY_TAG.sub("", _BREAK.sub("\v", " ".join(body.split())))).replace("\v", "\n")
        start = int(mark[1])
        until = next((int(other[1]) for other in marks[place + 1 :] if int(other[1]) > start), -1)
        reading.fragments += fragments_of(line, start, until, words)
    if not reading.fragments:
        raise CaptionError(1, "this SAMI file holds no words with a time", EXPECTED_FILE)
    if reading.fragments[-1].end_ms < 0:
        end_with_next([fragment for fragment in reading.fragments if fragment.end_ms < 0])
    return reading
