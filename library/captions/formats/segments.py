"""Reads the JSON that transcription tools write: a list of segments, each with a start, an end and words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from library.captions.cues import CaptionError
from library.captions.formats.reading import Reading, clock_ms, end_with_next, fragments_of

_WORDS = (
    "text",
    "transcript",
    "content",
    "caption",
    "sentence",
    "utterance",
    "body",
    "punctuated_word",
    "word",
    "value",
)
_STARTS = (
    "start",
    "start_time",
    "startTime",
    "startMs",
    "start_ms",
    "begin",
    "from",
    "offset",
    "tStartMs",
    "t0",
    "start_seconds",
    "startTimeMs",
)
_ENDS = ("end", "end_time", "endTime", "endMs", "end_ms", "stop", "to", "t1", "end_seconds", "endTimeMs")
_LENGTHS = ("duration", "dur", "dDurationMs", "durationMs", "length")
_SPEAKERS = ("speaker", "speaker_name", "speakerName", "speaker_label", "speaker_id", "name")
_MOST_DEPTH = 12
_EXPECTED = "a list of segments, each with “start”, “end” and “text”"


def read(text: str, lines: list[str]) -> Reading | None:
    """Return the segments of a JSON file, or None for a file that is no JSON; CaptionError when it holds no cues."""
    start = text.lstrip()[:1]
    if start not in ("{", "[") or (start == "[" and text.lstrip()[1:].lstrip()[:1] not in ("{", "[", '"', "]")):
        return None
    try:
        data = json.loads(text)
    except RecursionError:
        raise CaptionError(1, "this JSON is nested too deeply", _EXPECTED) from None
    except json.JSONDecodeError as error:
        if start == "{" and '"' not in text[:200]:
            return None
        raise CaptionError(error.lineno, f"this JSON is broken ({error.msg})", _EXPECTED) from None
    segments = max(_lists(data, 0), key=_score, default=[])
    if not segments or not _score(segments):
        raise CaptionError(1, "this JSON holds no captions", _EXPECTED)
    reading = Reading("json", [], has_names=any(_first(segment, _SPEAKERS) for segment in segments))
    language = data.get("language", "") if isinstance(data, dict) else ""
    reading.language = language if isinstance(language, str) and len(language) <= 8 else ""
    scale = _milliseconds_per_unit(segments)
    for number, segment in enumerate(segments, start=1):
        _read_segment(reading, number, segment, scale)
    if any(fragment.end_ms < 0 for fragment in reading.fragments):
        end_with_next(reading.fragments)
    return reading


def _read_segment(reading: Reading, number: int, segment: dict[str, Any], scale: float) -> None:
    words = _words(segment)
    if not words.strip():
        return
    start, end = _time(segment, _STARTS, scale), _time(segment, _ENDS, scale)
    if start is None:
        raise CaptionError(number, f"segment {number} has no readable start", _EXPECTED)
    if end is None:
        length = _time(segment, _LENGTHS, scale)
        end = start + length if length is not None else -1
    speaker = _first(segment, _SPEAKERS)
    named = str(speaker) if isinstance(speaker, str | int) else ""
    reading.fragments += fragments_of(number, start, end, words, f"Speaker {named}" if named.isdecimal() else named)


def _lists(data: Any, depth: int) -> Iterator[list[dict[str, Any]]]:
    """Yield each list of objects in the data, outermost first."""
    if depth > _MOST_DEPTH:
        return
    if isinstance(data, list):
        if data and all(isinstance(entry, dict) for entry in data):
            yield data
        for entry in data:
            yield from _lists(entry, depth + 1)
    elif isinstance(data, dict):
        for value in data.values():
            if isinstance(value, dict | list):
                yield from _lists(value, depth + 1)


def _score(segments: list[dict[str, Any]]) -> tuple[int, int]:
    """Return how well a list serves as captions: the letters it holds with a start, then whole phrases before words."""
    timed = [segment for segment in segments if _has_start(segment) and _words(segment).strip()]
    letters = sum(len(_words(segment).strip()) for segment in timed)
    return (letters, -len(timed)) if timed else (0, 0)


def _has_start(segment: dict[str, Any]) -> bool:
    return _first(segment, _STARTS) is not None or isinstance(
        segment.get("timestamps", segment.get("timestamp")), dict | list
    )


def _words(segment: dict[str, Any]) -> str:
    parts = segment.get("segs")
    if isinstance(parts, list):
        return "".join(str(part.get("utf8", "")) for part in parts if isinstance(part, dict))
    alternatives = segment.get("alternatives")
    if isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], dict):
        segment = alternatives[0]
    found = _first(segment, _WORDS)
    return found if isinstance(found, str) else ""


def _time(segment: dict[str, Any], names: tuple[str, ...], scale: float) -> int | None:
    """Return a time of a segment in milliseconds."""
    stamps = segment.get("timestamps", segment.get("timestamp"))
    if isinstance(stamps, dict):
        found = _first(stamps, names)
    elif isinstance(stamps, list) and len(stamps) == 2 and names in (_STARTS, _ENDS):
        found = stamps[0 if names is _STARTS else 1]
    else:
        found = _first(segment, names)
    if isinstance(found, str):
        as_clock = clock_ms(found)
        if as_clock is not None:
            return as_clock
        try:
            found = float(found.rstrip("s"))
        except ValueError:
            return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not -1 < found < 1e12:
        return None
    return max(0, round(found * scale))


def _milliseconds_per_unit(segments: list[dict[str, Any]]) -> float:
    """Tell milliseconds from seconds: by the name of the field, or by whole numbers that grow as no seconds do."""
    if any(name in segments[0] for name in ("tStartMs", "startMs", "start_ms", "startTimeMs")):
        return 1.0
    starts = [_first(segment, _STARTS) for segment in segments]
    numbers = [start for start in starts if isinstance(start, int | float)]
    if any(isinstance(number, float) for number in numbers) or not numbers:
        return 1000.0
    return 1.0 if max(numbers) >= 1_000 and max(numbers) / len(numbers) > 200 else 1000.0


def _first(entry: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) not in (None, "")), None)
