"""Turns caption files, as meeting tools and people make them, into clean cues, and cues into clean WebVTT."""

from library.captions.cues import (
    MAX_CUES,
    MAX_FILE_BYTES,
    CaptionError,
    CaptionWarning,
    Cue,
    ParsedCaptions,
    TrackKind,
)
from library.captions.fit import TrackFit, check_fit
from library.captions.kinds import kind_by_name
from library.captions.languages import likely_language
from library.captions.parsing import parse_captions
from library.captions.untimed import UntimedTurn, parse_untimed
from library.captions.webvtt import parse_clean_webvtt, write_webvtt

__all__ = [
    "MAX_CUES",
    "MAX_FILE_BYTES",
    "CaptionError",
    "CaptionWarning",
    "Cue",
    "ParsedCaptions",
    "TrackFit",
    "TrackKind",
    "UntimedTurn",
    "check_fit",
    "kind_by_name",
    "likely_language",
    "parse_captions",
    "parse_clean_webvtt",
    "parse_untimed",
    "write_webvtt",
]
