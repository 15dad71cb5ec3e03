"""Compares captions with the recording they are for: begin, end, how much is covered, and the language they claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from library.captions.cues import Cue, TrackKind
from library.captions.kinds import kind_by_name
from library.captions.languages import likely_language
from library.timecodes import format_timecode

# Captions may outlast the last picture by a little: players stop there anyway.
_TOLERANCE_SECONDS = 5.0
_LONG_GAP_SECONDS = 180.0
_LEAST_COVERAGE = 0.5
_LEAST_TO_JUDGE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class TrackFit:
    """How captions lie on a recording, in seconds; ``coverage`` is the share of it from the first cue to the last."""

    first_seconds: float
    last_seconds: float
    coverage: float
    warnings: tuple[str, ...]


def check_fit(
    cues: Sequence[Cue],
    duration_seconds: float | None,
    *,
    language: str = "",
    name: str = "",
    names: dict[str, str] | None = None,
) -> TrackFit:
    """Return how the cues fit a recording of `duration_seconds` (None: not known) and what speaks against them.

    `language` is what the track says it is in, `name` the file's name without its extension. `names` gives the
    English names of languages for the messages.
    """
    if not cues:
        return TrackFit(0.0, 0.0, 0.0, ("There are no captions.",))
    first = min(cue.start_seconds for cue in cues)
    last = max(cue.end_seconds for cue in cues)
    warnings: list[str] = []
    coverage = 1.0
    if duration_seconds:
        coverage = max(0.0, min(last, duration_seconds) - first) / duration_seconds
        warnings += _against_length(cues, first, last, duration_seconds)
    spoken = likely_language(cue.text for cue in cues)
    code = language.replace("_", "-").split("-")[0].casefold()
    if spoken and code and code not in ("und", spoken) and {spoken, code} - {"no", "da", "sv"} - {"nb", "nn"}:
        told = names or {}
        warnings.append(f"The words look like {told.get(spoken, spoken)}, but the track says {told.get(code, code)}.")
    if kind_by_name(name) is TrackKind.FORCED:
        warnings.append("The name says that these are forced subtitles, which only cover words in another language.")
    return TrackFit(first, last, coverage, tuple(warnings))


def _against_length(cues: Sequence[Cue], first: float, last: float, duration: float) -> list[str]:
    length = format_timecode(duration)
    behind = sum(1 for cue in cues if cue.start_seconds >= duration)
    if behind == len(cues):
        shift = f" They begin at {format_timecode(first)}: check whether all times are off by the same amount."
        return [f"All captions are after the end of the recording ({length}).{shift}"]
    told: list[str] = []
    if behind:
        told.append(f"{behind:,} of {len(cues):,} captions are after the end of the recording ({length}).")
    elif last > duration + _TOLERANCE_SECONDS:
        told.append(f"The last caption ends at {format_timecode(last)}, after the end of the recording ({length}).")
    if duration < _LEAST_TO_JUDGE_SECONDS:
        return told
    shown_last = max(cue.end_seconds for cue in cues if cue.start_seconds < duration)
    if shown_last < duration * _LEAST_COVERAGE:
        told.append(f"Captions end at {format_timecode(shown_last)} of {length}.")
    if first > max(_LONG_GAP_SECONDS, duration * _LEAST_COVERAGE / 2):
        told.append(f"The first caption starts at {format_timecode(first)} of {length}.")
    return told
