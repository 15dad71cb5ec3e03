"""Turns caption files, as meeting tools and people make them, into clean cues, and cues into clean WebVTT."""

from library.captions.cues import (
    MAX_CUES,
    MAX_FILE_BYTES,
    CaptionError,
    CaptionWarning,
    Cue,
    ParsedCaptions,
)
from library.captions.parsing import parse_captions
from library.captions.webvtt import parse_clean_webvtt, write_webvtt

__all__ = [
    "MAX_CUES",
    "MAX_FILE_BYTES",
    "CaptionError",
    "CaptionWarning",
    "Cue",
    "ParsedCaptions",
    "parse_captions",
    "parse_clean_webvtt",
    "write_webvtt",
]
