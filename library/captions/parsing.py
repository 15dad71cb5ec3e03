"""Reads a caption file of any make: finds out encoding and dialect, then gives clean cues or names the broken line."""

from __future__ import annotations

import re

from library.captions.blocks import EXPECTED_TIMING, BlockReader, TimedBlock
from library.captions.cues import (
    MAX_CUE_CHARACTERS,
    MAX_CUE_MILLISECONDS,
    MAX_CUES,
    MAX_LINES,
    CaptionError,
    CaptionWarning,
    Cue,
    ParsedCaptions,
    excerpt,
    limit_warnings,
)
from library.captions.dialects import Fragment, is_rolling, is_teams, name_speakers, strip_dashes, unroll
from library.captions.encodings import EXPECTED_FILE, read_text
from library.captions.plain_text import MAX_RAW_CHARACTERS, drop_unwanted_characters, shorten, voices

# Our own WebVTT says so on its first line: in it "Note: breathe" and "- yes" are text, whatever the rest looks like.
CLEAN_HEADER = "WEBVTT - clean"

_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?", re.IGNORECASE)
_LANGUAGE = re.compile(r"Language[ \t]*[:=][ \t]*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})[ \t]*", re.IGNORECASE)
_MARKUP_FILE = re.compile(r"\s*<(?:!doctype|!--|html|head|body|script|\?xml|tt)\b", re.IGNORECASE)


def parse_captions(data: bytes | str) -> ParsedCaptions:
    """Return the cues of a WebVTT or SRT file (at most 10 MB, 50,000 cues), sorted by their start.

    Flaws that can be put right become warnings. Raises CaptionError, with the line number and what was expected
    there, for everything that is no caption file or holds a time that cannot be read.
    """
    text, encoding, warnings = read_text(data)
    if _MARKUP_FILE.match(text[:1000]):
        raise CaptionError(1, f"{excerpt(text[:1000])} begins a web page or XML file", EXPECTED_FILE)
    lines = drop_unwanted_characters(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    if len(lines) > MAX_LINES:
        raise CaptionError(MAX_LINES + 1, f"more than {MAX_LINES:,} lines", f"at most {MAX_LINES:,} in a file")
    top = next((index for index, line in enumerate(lines) if line.strip()), 0)
    is_webvtt = bool(_HEADER.fullmatch(lines[top]))
    first, language = _read_header(lines, top) if is_webvtt else (top, "")
    if is_webvtt and not (top == 0 and lines[top].startswith("WEBVTT")):
        warnings.append(CaptionWarning(top + 1, "“WEBVTT” should stand in capitals on the very first line"))
    is_clean = is_webvtt and lines[top] == CLEAN_HEADER
    reader = BlockReader(is_webvtt=is_webvtt, is_clean=is_clean)
    reader.read(lines, first)
    warnings += reader.warnings
    if not reader.blocks:
        _refuse_without_cues(lines, top, is_webvtt)
    warnings += [
        CaptionWarning(block.line, f"more than {MAX_RAW_CHARACTERS:,} characters under one time; the rest is cut off")
        for block in reader.blocks
        if sum(map(len, block.lines)) > MAX_RAW_CHARACTERS
    ]
    fragments, dialect = _fragments(reader.blocks, is_webvtt, is_clean=is_clean)
    if not is_webvtt and not reader.blocks[0].identifier:
        warnings.append(CaptionWarning(top + 1, "neither “WEBVTT” nor a cue number here; read as SRT"))
    cues = _finish(fragments, warnings, reader.blocks[0].line)
    return ParsedCaptions(cues, limit_warnings(warnings), dialect, encoding, language)


def _read_header(lines: list[str], top: int) -> tuple[int, str]:
    """Return the index of the first line after the header, and the language the header names."""
    index, language = top + 1, ""
    while index < len(lines) and lines[index] and "-->" not in lines[index]:
        if match := _LANGUAGE.fullmatch(lines[index]):
            language = match[1]
        index += 1
    return index, language


def _refuse_without_cues(lines: list[str], top: int, is_webvtt: bool) -> None:
    if is_webvtt:
        raise CaptionError(len(lines), "the file ends and holds no cue", f"a line such as {EXPECTED_TIMING}")
    problem = f"{excerpt(lines[top])} begins neither WebVTT nor SRT"
    raise CaptionError(top + 1, problem, f"“WEBVTT”, or a cue number and then {EXPECTED_TIMING}")


def _fragments(blocks: list[TimedBlock], is_webvtt: bool, is_clean: bool) -> tuple[list[Fragment], str]:
    """Return what is said in the blocks, with speakers as far as they are named, and the dialect."""
    if not is_clean and is_rolling(blocks):
        return unroll(blocks), "youtube"
    fragments = [
        Fragment(block.line, block.start_ms, block.end_ms, speaker, text)
        for block in blocks
        for speaker, text in voices("\n".join(block.lines)[:MAX_RAW_CHARACTERS], is_clean=is_clean)
        if text
    ]
    if is_clean:
        return fragments, "webvtt"
    strip_dashes(fragments)
    if is_webvtt and is_teams(blocks):
        return fragments, "teams"
    named = name_speakers(fragments)
    if not is_webvtt:
        return named, "srt"
    return named, "webvtt" if named is fragments else "zoom"


def _finish(fragments: list[Fragment], warnings: list[CaptionWarning], first_line: int) -> tuple[Cue, ...]:
    """Sort, check and shorten; each flaw becomes a warning. Raises CaptionError when no cue is left, or too many."""
    usable = [fragment for fragment in fragments if _has_usable_time(fragment, warnings)]
    if not usable:
        raise CaptionError(first_line, "no cue with text and a usable time", "a cue that ends after it starts")
    if len(usable) > MAX_CUES:
        # Voices are cues of their own, and many may speak under one time.
        raise CaptionError(usable[MAX_CUES].line, f"more than {MAX_CUES:,} cues", f"at most {MAX_CUES:,} in a file")
    _warn_of_disorder(usable, warnings)
    usable.sort(key=lambda fragment: fragment.start_ms)
    cues: dict[Cue, None] = {}
    latest_end, latest_line = 0, 0
    for fragment in usable:
        text = shorten(fragment.text)
        if text != fragment.text:
            told = f"a cue of more than {MAX_CUE_CHARACTERS:,} characters; the rest is cut off"
            warnings.append(CaptionWarning(fragment.line, told))
        cue = Cue(fragment.start_ms / 1000, fragment.end_ms / 1000, text, fragment.speaker)
        if cue in cues:
            warnings.append(CaptionWarning(fragment.line, "the same cue stands here twice; kept once"))
            continue
        if fragment.start_ms < latest_end and fragment.line != latest_line:
            warnings.append(CaptionWarning(fragment.line, "this cue overlaps one that starts before it"))
        cues[cue] = None
        if fragment.end_ms > latest_end:
            latest_end, latest_line = fragment.end_ms, fragment.line
    return tuple(cues)


def _has_usable_time(fragment: Fragment, warnings: list[CaptionWarning]) -> bool:
    if fragment.end_ms > MAX_CUE_MILLISECONDS:
        warnings.append(CaptionWarning(fragment.line, "a time beyond 24 hours; the cue is left out"))
        return False
    if fragment.end_ms <= fragment.start_ms:
        warnings.append(CaptionWarning(fragment.line, "the cue does not end after it starts; it is left out"))
        return False
    return True


def _warn_of_disorder(fragments: list[Fragment], warnings: list[CaptionWarning]) -> None:
    latest = 0
    for fragment in fragments:
        if fragment.start_ms < latest:
            warnings.append(CaptionWarning(fragment.line, "this cue starts before the one above it; cues were sorted"))
        latest = max(latest, fragment.start_ms)
