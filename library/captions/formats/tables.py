"""Reads captions kept as a table: Whisper's TSV, and CSV with a column for the start and one for the words."""

from __future__ import annotations

import csv
import io
import re

from library.captions.cues import CaptionError, CaptionWarning
from library.captions.formats.reading import Reading, clock_ms, end_with_next, fragments_of

_STARTS = (
    "start",
    "start time",
    "start_time",
    "starttime",
    "begin",
    "from",
    "time",
    "timestamp",
    "timecode",
    "in",
    "start (s)",
    "start_ms",
)
_ENDS = ("end", "end time", "end_time", "endtime", "stop", "to", "out", "end (s)", "end_ms")
_WORDS = ("text", "transcript", "caption", "subtitle", "words", "content", "sentence", "utterance", "speech", "message")
_SPEAKERS = ("speaker", "name", "speaker name", "speaker_name", "who", "participant")
_NUMBER = re.compile(r"\d{1,12}(?:[.,]\d{1,9})?")


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the cues of a table whose first row names columns for start and words; None for any other file."""
    header = next((line for line in lines if line.strip()), "")
    separator = next((sign for sign in "\t;," if sign in header), "")
    if not separator:
        return None
    # A quoted field may hold line breaks; rows are counted by the lines they end on.
    rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    try:
        names = next((row for row in rows if any(row)), [])
        columns = [name.strip().casefold() for name in names]
        start, words = _column(columns, _STARTS), _column(columns, _WORDS)
        if start is None or words is None:
            return None
        return _read_rows(rows, columns, start, words)
    except csv.Error as error:
        raise CaptionError(rows.line_num or 1, f"the table cannot be read ({error})", "a row for each cue") from None


def _read_rows(rows: csv._reader, columns: list[str], start: int, words: int) -> Reading:  # type: ignore[name-defined]
    end, speaker = _column(columns, _ENDS), _column(columns, _SPEAKERS)
    reading = Reading("table", [], has_names=speaker is not None)
    line, kept = rows.line_num + 1, list[tuple[int, list[str]]]()
    for row in rows:
        if any(field.strip() for field in row):
            kept.append((line, row))
        line = rows.line_num + 1
    # Whisper counts in milliseconds; other tools write whole numbers of seconds. Milliseconds grow fast.
    is_ms = columns[start].endswith("_ms") or _are_milliseconds([row[start] for _, row in kept if len(row) > start])
    for number, row in kept:
        if len(row) <= max(start, words):
            reading.warnings.append(CaptionWarning(number, "this row has too few columns; left out"))
            continue
        starts = _ms(row[start], is_ms)
        if starts is None:
            raise CaptionError(
                number, f"“{row[start][:40]}” is not a readable time", "a time such as 1000 or 0:00:01.0"
            )
        ends = _ms(row[end], is_ms) if end is not None and len(row) > end else None
        who = row[speaker].strip() if speaker is not None and len(row) > speaker else ""
        reading.fragments += fragments_of(number, starts, ends if ends is not None else -1, row[words], who)
    if any(fragment.end_ms < 0 for fragment in reading.fragments):
        end_with_next(reading.fragments)
    return reading


def _column(columns: list[str], names: tuple[str, ...]) -> int | None:
    return next((columns.index(name) for name in names if name in columns), None)


def _are_milliseconds(values: list[str]) -> bool:
    numbers = [int(value) for value in values if value.strip().isdecimal()]
    if len(numbers) < len(values) or not numbers:
        return False
    return max(numbers) >= 1_000 and (len(numbers) < 2 or max(numbers) / len(numbers) > 200)


def _ms(value: str, is_ms: bool) -> int | None:
    value = value.strip()
    if _NUMBER.fullmatch(value):
        number = float(value.replace(",", "."))
        return round(number) if is_ms else round(number * 1000)
    return clock_ms(value)
