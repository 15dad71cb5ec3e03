"""Turns the text of a cue into plain text, because nothing a file brings along may act as markup on a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from library.captions.cues import MAX_CUE_CHARACTERS, MAX_SPEAKER_CHARACTERS

# Raw text beyond this is cut before it is looked at: tags are short, and work stays in proportion.
MAX_RAW_CHARACTERS = 20 * MAX_CUE_CHARACTERS

# Control characters, surrogates, marks that reorder or hide text. Joiners stay: emoji, Persian and Hindi need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_OVERRIDE = re.compile(r"\{\\[^{}]{0,200}\}")
_TAG = re.compile(r"<(?:/?[A-Za-z][^>]*|/|[!?][^>]*|[0-9][0-9:.,]*)>")
# What automatic captions put before every word; taking it out first spares the careful way for each of them.
_WORD_TAG = re.compile(r"</?c(?:\.[\w.]*)?>|<[0-9:.]{5,16}>")
_TAG_OPENER = re.compile(r"<[/!?]?[A-Za-z]")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_SMUGGLED_ATTRIBUTE = re.compile(r"\"\s+[\w-]+\s*=")
_LINE_BREAK = re.compile(r"</?br\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def drop_unwanted_characters(text: str) -> str:
    """Return ``text`` without characters that would break a database, hide text or turn its direction."""
    return _UNWANTED.sub("", text)


def tidy_text(text: str) -> str:
    """Return ``text`` without unwanted characters, needless blanks and blank lines; doing it twice changes nothing."""
    lines = (_BLANKS.sub(" ", line).strip() for line in drop_unwanted_characters(text).split("\n"))
    return "\n".join(line for line in lines if line)


def tidy_speaker(name: str) -> str:
    """Return a speaker's name on one line and of bounded length."""
    return " ".join(drop_unwanted_characters(name).split())[:MAX_SPEAKER_CHARACTERS].rstrip()


def shorten(text: str) -> str:
    """Return ``text``, cut at a word so that it holds at most 2,000 characters."""
    if len(text) <= MAX_CUE_CHARACTERS:
        return text
    cut = text[: MAX_CUE_CHARACTERS + 1]
    end = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[: end if end > 0 else MAX_CUE_CHARACTERS].rstrip()


def voices(raw: str, *, is_clean: bool) -> Iterator[tuple[str, str]]:
    """Yield (speaker, plain text) for each voice in the raw text of a cue; the speaker is empty outside ``<v>`` tags.

    ``is_clean`` tells that we wrote the text ourselves: braces are then text, no positioning codes.
    """
    if not is_clean and "{\\" in raw:
        raw = _OVERRIDE.sub("", raw)
    if "<" not in raw:
        yield "", tidy_text(_decode_entities(raw))
        return
    speaker, chunk, position = "", "", 0
    # No tag ends behind the last ">": looking for one there would cost a search from every "<".
    for tag in _TAG.finditer(raw, 0, raw.rfind(">") + 1):
        chunk += raw[position : tag.start()]
        position = tag.end()
        voice = _VOICE.fullmatch(tag[0])
        if voice or tag[0] == "</v>":
            if chunk:
                yield speaker, _plain(chunk)
            speaker, chunk = _voice_name(voice[1]) if voice else "", ""
        elif _LINE_BREAK.match(tag[0]):
            chunk += "\n"
    if chunk := chunk + raw[position:]:
        yield speaker, _plain(chunk)


def plain_line(raw: str) -> str:
    """Return one raw line as plain text, whoever says it."""
    return " ".join(text for _, text in voices(_WORD_TAG.sub("", raw), is_clean=False) if text)


def _plain(chunk: str) -> str:
    if _TAG_OPENER.search(chunk):
        # A tag never closed, or one put together from the remains of others: only the brackets can go.
        chunk = chunk.replace("<", "")
    return tidy_text(_decode_entities(chunk))


def _voice_name(annotation: str) -> str:
    name = _decode_entities(_SMUGGLED_ATTRIBUTE.split(annotation, maxsplit=1)[0])
    return tidy_speaker(name)


def _decode_entities(text: str) -> str:
    # Only with their semicolon, or "AT&T" and "R&notes" would lose letters to HTML's forgiveness.
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(match: re.Match[str]) -> str:
    decoded = html.unescape(match[0])
    return "" if decoded == "\ufffd" else decoded
