"""Measures how long captions take to read and write, on a meeting of 10,000 cues and on files made to be slow."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from library.captions import CaptionError, parse_captions, parse_clean_webvtt, write_webvtt
from library.timecodes import format_webvtt_timestamp

CUES = 10_000


def run() -> list[tuple[str, str, str]]:
    """Return rows of name, figure and target."""
    meeting = _meeting().encode()
    cues = parse_captions(meeting).cues
    written = write_webvtt(cues)
    awkward = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n" + "<a" * 1_000_000 + "<" * 1_000_000 + "{\\" * 1_000_000
    return [
        (f"read {CUES:,} cues (Zoom, speakers)", _milliseconds(lambda: parse_captions(meeting)), "< 500 ms"),
        (f"read {CUES:,} cues (automatic, rolling)", _milliseconds(_rolling_reader()), "< 1000 ms"),
        (f"write {CUES:,} cues as clean WebVTT", _milliseconds(lambda: write_webvtt(cues)), "< 300 ms"),
        (f"read {CUES:,} cues of our own WebVTT", _milliseconds(lambda: parse_clean_webvtt(written)), "< 100 ms"),
        ("read 5 MB of unclosed tags in one cue", _milliseconds(lambda: _read_or_refuse(awkward)), "< 1000 ms"),
        ("refuse 200,000 cues", _milliseconds(lambda: _read_or_refuse(_too_many())), "< 1000 ms"),
    ]


def _milliseconds(act: Callable[[], object], rounds: int = 5) -> str:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return f"{median(taken) * 1000:.0f} ms"


def _timing(start: float, end: float) -> str:
    return f"{format_webvtt_timestamp(start)} --> {format_webvtt_timestamp(end)}"


def _meeting() -> str:
    people = ("Ann Other", "Raj Who", "Dr. J. Ray")
    return "WEBVTT\r\n\r\n" + "".join(
        f"{i + 1}\r\n{_timing(i * 3, i * 3 + 2.9)}\r\n"
        f"{people[i // 7 % 3]}: the words of cue {i}, about ten of them\r\n\r\n"
        for i in range(CUES)
    )


def _rolling_reader() -> Callable[[], object]:
    blocks, above = [], " "
    for i in range(CUES):
        words = f"spoken line {i} of many others".split()
        stamped = words[0] + "".join(
            f"<{format_webvtt_timestamp(i * 3 + n / 4)}><c> {w}</c>" for n, w in enumerate(words[1:])
        )
        blocks.append(f"{_timing(i * 3, i * 3 + 2.9)} align:start position:0%\n{above}\n{stamped}\n")
        above = " ".join(words)
        blocks.append(f"{_timing(i * 3 + 2.9, i * 3 + 2.91)} align:start position:0%\n{above}\n \n")
    text = "WEBVTT\nKind: captions\nLanguage: en\n\n" + "\n".join(blocks)
    return lambda: parse_captions(text)


def _too_many() -> str:
    return "WEBVTT\n\n" + "0:0.0 --> 0:0.1\n\n" * 200_000


def _read_or_refuse(text: str) -> None:
    try:
        parse_captions(text)
    except CaptionError:
        return
