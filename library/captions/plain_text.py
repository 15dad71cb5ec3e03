"""Turns the text of a cue into plain text, because nothing a file brings along may act as markup on a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from library.captions.cues import MAX_CUE_CHARACTERS, MAX_SPEAKER_CHARACTERS
from library.captions.markup import (
    LINE_BREAK,
    TAG,
    VOICE,
    WORD_TAG,
    drop_override_codes,
    drop_remade_tags,
    is_known_tag,
    translate_break_codes,
)

# Raw text beyond this is cut before it is looked at: tags are short, and work stays in proportion.
MAX_RAW_CHARACTERS = 20 * MAX_CUE_CHARACTERS

# Control characters, surrogates, marks that reorder or hide text. Joiners stay: emoji, Persian and Hindi need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
# What keeps words apart without being a blank: tabs and separators of old, a break that shows nothing.
_SEPARATORS = re.compile("[\x0b\x0c\x1c-\x1f\u200b\u180e]")
_UNSHOWN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufff9-\ufffb\ufffe\uffff]")
_BLANKS = re.compile(r"[^\S\n]+")
_TAG_OPENER = re.compile(r"<[/!?]?[A-Za-z]")
_SMUGGLED_ATTRIBUTE = re.compile(r"\"\s+[\w-]+\s*=")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def drop_unwanted_characters(text: str) -> str:
    """Return ``text`` without characters that would break a database, hide text or turn its direction."""
    return _UNWANTED.sub("", _SEPARATORS.sub(" ", text))


def has_unshown_characters(text: str) -> bool:
    """Tell a text with control characters, which are left out since nothing shows them."""
    return bool(_UNSHOWN.search(text))


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


def voices(
    raw: str, *, is_clean: bool, is_webvtt: bool = True, left_out: list[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield (speaker, plain text) for each voice in the raw text of a cue; the speaker is empty outside ``<v>`` tags.

    ``is_clean`` tells that we wrote the text ourselves: braces are then text, no positioning codes. What stands in
    angle brackets and is no known tag stays as text, but in WebVTT, whose players drop it: it goes to ``left_out``.
    """
    if not is_clean:
        if "{\\" in raw:
            raw = drop_override_codes(raw)
        raw = translate_break_codes(raw)
    if "<" not in raw:
        yield "", tidy_text(_decode_entities(raw))
        return
    speaker, chunk, position = "", "", 0
    # No tag ends behind the last ">": looking for one there would cost a search from every "<".
    for tag in TAG.finditer(raw, 0, raw.rfind(">") + 1):
        if not is_known_tag(tag[0], raw):
            if not is_webvtt:
                continue
            if left_out is not None and not is_clean:
                left_out.append(tag[0])
        chunk += raw[position : tag.start()]
        position = tag.end()
        voice = VOICE.fullmatch(tag[0])
        if voice or tag[0] == "</v>":
            if chunk:
                yield speaker, _plain(chunk, is_webvtt)
            speaker, chunk = _voice_name(voice[1]) if voice else "", ""
        elif LINE_BREAK.match(tag[0]):
            chunk += "\n"
    if chunk := chunk + raw[position:]:
        yield speaker, _plain(chunk, is_webvtt)


def plain_line(raw: str) -> str:
    """Return one raw line as plain text, whoever says it."""
    return " ".join(text for _, text in voices(WORD_TAG.sub("", raw), is_clean=False) if text)


def _plain(chunk: str, is_webvtt: bool) -> str:
    # A tag never closed, or one put together from the remains of others: only the brackets can go.
    if not is_webvtt:
        chunk = drop_remade_tags(chunk)
    elif _TAG_OPENER.search(chunk):
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
    # Zero stands for nothing, and what stands left and right of it are two words.
    return " " if decoded in ("", "\ufffd") else decoded
