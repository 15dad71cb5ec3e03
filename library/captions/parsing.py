"""Reads a caption file of any make: finds out encoding and dialect, then gives clean cues or names the broken line."""

from __future__ import annotations

import re

from library.captions.blocks import BlockReader, TimedBlock
from library.captions.cues import (
    MAX_CUE_CHARACTERS,
    MAX_CUE_MILLISECONDS,
    MAX_CUES,
    MAX_LINES,
    CaptionError,
    CaptionWarning,
    Cue,
    ParsedCaptions,
    TrackKind,
    excerpt,
    limit_warnings,
)
from library.captions.dialects import is_rolling, is_teams, unroll
from library.captions.encodings import EXPECTED_FILE, read_text
from library.captions.formats import Reading, read_other_format, read_transcript
from library.captions.kinds import kind_in_header, kind_of, warn_of_kind
from library.captions.markup import breaks_lines_with_bars
from library.captions.mojibake import mend_lines
from library.captions.plain_text import (
    MAX_RAW_CHARACTERS,
    drop_unwanted_characters,
    has_unshown_characters,
    shorten,
    voices,
)
from library.captions.speakers import Fragment, name_speakers, strip_turn_marks
from library.captions.timings import EXPECTED_TIMING, has_tenths_of_milliseconds, is_meant_for_timing
from library.captions.untimed import turns_of

# Our own WebVTT says so on its first line: in it "Note: breathe" and "- yes" are text, whatever the rest looks like.
CLEAN_HEADER = "WEBVTT - clean"

_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?", re.IGNORECASE)
_LANGUAGE = re.compile(
    r"(?:NOTE[ \t]+)?Language[ \t]*[:=][ \t]*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3})[ \t]*", re.IGNORECASE
)
_RICH_TEXT = re.compile(r"\s*\{\\rtf")
_UNREADABLE = re.compile(r"Scenarist_SCC|#?\d*STL\d\d\.\d\d")


def parse_captions(data: bytes | str, *, encoding: str = "") -> ParsedCaptions:
    """Return the cues of a caption file of any make (at most 10 MB, 50,000 cues), sorted by their start.

    Flaws that can be put right become warnings. Raises CaptionError, with the line number and what was expected
    there, for everything that is no caption file or holds a time that cannot be read. `encoding` is for a file whose
    encoding somebody knows better than it can be guessed.
    """
    text, encoding, warnings = read_text(data, encoding)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise CaptionError(MAX_LINES + 1, f"more than {MAX_LINES:,} lines", f"at most {MAX_LINES:,} in a file")
    lines = (
        _cleaned(lines, warnings)
        if lines[0] != CLEAN_HEADER
        else drop_unwanted_characters("\n".join(lines)).split("\n")
    )
    top = next((index for index, line in enumerate(lines) if line.strip()), 0)
    is_webvtt = bool(_HEADER.fullmatch(lines[top]))
    other = None if is_webvtt else read_other_format("\n".join(lines), lines)
    if other is None and not is_webvtt and not _has_timings(lines):
        _refuse_by_name(lines, top)
        other = read_transcript(lines)
    if other is not None:
        return _parsed_other(other, warnings, encoding)
    return _parse_cue_file(lines, top, is_webvtt, warnings, encoding)


def _cleaned(lines: list[str], warnings: list[CaptionWarning]) -> list[str]:
    """Return the lines with their encoding mended and without characters that nothing shows; each change is told."""
    warnings += mend_lines(lines)
    text = "\n".join(lines)
    if has_unshown_characters(text):
        warnings += [
            CaptionWarning(number, "control characters, which nothing shows; left out")
            for number, line in enumerate(lines, start=1)
            if has_unshown_characters(line)
        ]
    return drop_unwanted_characters(text).split("\n")


def _has_timings(lines: list[str]) -> bool:
    return any("-->" in line or is_meant_for_timing(line) for line in lines)


def _refuse_by_name(lines: list[str], top: int) -> None:
    """Raise CaptionError for formats that hold captions in a way no text shows, with the way out."""
    if _RICH_TEXT.match(lines[top]):
        raise CaptionError(top + 1, "this is rich text (RTF)", "plain text: open it, and save it as plain text (.txt)")
    if _UNREADABLE.match(lines[top]):
        problem = "this is a broadcaster's format (SCC or STL), whose letters are codes"
        raise CaptionError(top + 1, problem, f"{EXPECTED_FILE}: export it anew from the program that wrote it")


def _parsed_other(reading: Reading, warnings: list[CaptionWarning], encoding: str) -> ParsedCaptions:
    warnings = warnings + reading.warnings
    if not reading.fragments:
        raise CaptionError(1, f"this file ({reading.dialect}) holds no words with a time", EXPECTED_FILE)
    fragments = reading.fragments
    if breaks_lines_with_bars([fragment.text for fragment in fragments]):
        _break_lines_at_bars(fragments)
    if not reading.has_names:
        strip_turn_marks(fragments)
        fragments = name_speakers([fragment for fragment in fragments if fragment.text], is_webvtt=False)
    cues = _finish(fragments, warnings, fragments[0].line)
    kind = kind_of(cues) if reading.dialect not in ("transcript", "chat") else TrackKind.CAPTIONS
    warnings += warn_of_kind(kind, fragments[0].line)
    language = reading.language.replace("_", "-")
    return ParsedCaptions(cues, limit_warnings(warnings), reading.dialect, encoding, language, kind)


def _parse_cue_file(
    lines: list[str], top: int, is_webvtt: bool, warnings: list[CaptionWarning], encoding: str
) -> ParsedCaptions:
    """Return the cues of a WebVTT or SRT file."""
    first, language, kind = _read_header(lines, top) if is_webvtt else (top, "", None)
    if is_webvtt and not (top == 0 and lines[top].startswith("WEBVTT")):
        warnings.append(CaptionWarning(top + 1, "“WEBVTT” should stand in capitals on the very first line"))
    is_clean = is_webvtt and lines[top] == CLEAN_HEADER
    is_rounding = is_clean or not has_tenths_of_milliseconds("\n".join(line for line in lines if "-->" in line))
    reader = BlockReader(is_webvtt=is_webvtt, is_clean=is_clean, is_rounding=is_rounding)
    reader.read(lines, first)
    warnings += reader.warnings
    if not reader.blocks:
        _refuse_without_cues(lines, top, is_webvtt)
    warnings += [
        CaptionWarning(block.line, f"more than {MAX_RAW_CHARACTERS:,} characters under one time; the rest is cut off")
        for block in reader.blocks
        if sum(map(len, block.lines)) > MAX_RAW_CHARACTERS
    ]
    fragments, dialect = _fragments(reader.blocks, is_webvtt, is_clean, warnings)
    if not is_webvtt and not reader.blocks[0].identifier:
        warnings.append(CaptionWarning(top + 1, "neither “WEBVTT” nor a cue number here; read as SRT"))
    cues = _finish(fragments, warnings, reader.blocks[0].line)
    if not is_clean:
        kind = kind or kind_of(cues)
        warnings += warn_of_kind(kind, reader.blocks[0].line)
    return ParsedCaptions(cues, limit_warnings(warnings), dialect, encoding, language, kind or TrackKind.CAPTIONS)


def _read_header(lines: list[str], top: int) -> tuple[int, str, TrackKind | None]:
    """Return the index of the first line after the header, and the language and kind that header or a note names."""
    index, language, kind = top + 1, "", None
    while index < len(lines) and lines[index] and "-->" not in lines[index]:
        if match := _LANGUAGE.fullmatch(lines[index]):
            language = match[1].replace("_", "-")
        kind = kind or kind_in_header(lines[index])
        index += 1
    if not language:
        notes = (_LANGUAGE.fullmatch(line) for line in lines[index : index + 50] if line.startswith("NOTE"))
        language = next((match[1].replace("_", "-") for match in notes if match), "")
    return index, language, kind


def _refuse_without_cues(lines: list[str], top: int, is_webvtt: bool) -> None:
    if is_webvtt:
        raise CaptionError(len(lines), "the file ends and holds no cue", f"a line such as {EXPECTED_TIMING}")
    turns = [turn for turn in turns_of(lines) if turn.speaker]
    if len(turns) > 1:
        speakers = len({turn.speaker for turn in turns})
        problem = f"this is a transcript without times ({len(turns)} turns of {speakers} speakers)"
        expected = "a time at each turn (“Ann Other 0:03”), or captions as WebVTT or SRT"
        raise CaptionError(top + 1, problem, expected)
    problem = f"{excerpt(lines[top])} begins neither WebVTT nor SRT, and no line says when something is said"
    raise CaptionError(top + 1, problem, f"“WEBVTT”, or a cue number and then {EXPECTED_TIMING}")


def _fragments(
    blocks: list[TimedBlock], is_webvtt: bool, is_clean: bool, warnings: list[CaptionWarning]
) -> tuple[list[Fragment], str]:
    """Return what is said in the blocks, with speakers as far as they are named, and the dialect."""
    if not is_clean and is_rolling(blocks):
        return unroll(blocks), "youtube"
    fragments: list[Fragment] = []
    for block in blocks:
        left_out: list[str] = []
        raw = "\n".join(block.lines)[:MAX_RAW_CHARACTERS]
        fragments += [
            Fragment(block.line, block.start_ms, block.end_ms, speaker, text)
            for speaker, text in voices(raw, is_clean=is_clean, is_webvtt=is_webvtt, left_out=left_out)
            if text
        ]
        told = "players of WebVTT show nothing of {} (in angle brackets); left out"
        warnings += [CaptionWarning(block.line, told.format(excerpt(tag))) for tag in left_out]
    if is_clean:
        return fragments, "webvtt"
    if breaks_lines_with_bars([fragment.text for fragment in fragments]):
        _break_lines_at_bars(fragments)
    strip_turn_marks(fragments)
    fragments = [fragment for fragment in fragments if fragment.text]
    if is_webvtt and is_teams(blocks):
        return fragments, "teams"
    named = name_speakers(fragments, is_webvtt=is_webvtt)
    if not is_webvtt:
        return named, "srt"
    return named, "webvtt" if named is fragments else "zoom"


def _break_lines_at_bars(fragments: list[Fragment]) -> None:
    for fragment in fragments:
        parts = (part.strip() for part in fragment.text.split("|"))
        fragment.text = "\n".join(part for part in parts if part)


def _finish(fragments: list[Fragment], warnings: list[CaptionWarning], first_line: int) -> tuple[Cue, ...]:
    """Sort, check and shorten; each flaw becomes a warning. Raises CaptionError when no cue is left, or too many."""
    usable = [fragment for fragment in fragments if _has_usable_time(fragment, warnings)]
    if not usable:
        raise _no_cue_left(fragments, first_line)
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


def _no_cue_left(fragments: list[Fragment], first_line: int) -> CaptionError:
    problem, expected = "no cue with text and a usable time", "a cue that ends after it starts"
    if not fragments:
        return CaptionError(first_line, f"{problem}: there are no words under any time", f"words under {expected}")
    if all(fragment.end_ms > MAX_CUE_MILLISECONDS for fragment in fragments):
        return CaptionError(first_line, f"{problem}: all lie beyond 24 hours", f"{expected}, within 24 hours")
    return CaptionError(first_line, f"{problem}: none ends after it starts", expected)


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
