"""Cuts a caption file into timed blocks of raw lines, and says on which line it stops making sense."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from library.captions.cues import MAX_CUES, CaptionError, CaptionWarning, excerpt

EXPECTED_TIMING = "“00:00:01.000 --> 00:00:04.000” (start, arrow, end)"

_STAMP = r"(?:([0-9]{1,12}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?"
_TIMING = re.compile(rf"[ \t]*{_STAMP}[ \t]*-->[ \t]*{_STAMP}(?:[ \t].*)?")
# What word processors and double escaping make of the arrow. Only asked of lines that begin like a time.
_SPOILT_ARROW = re.compile(r"[ \t]*[0-9]{1,12}:[0-9:.,]{2,20}[ \t]*(?:-{1,2}[ \t]*>|[–—]{1,2}[ \t]*>|→|=>|-{0,2}&gt;)")
_COMMENT_STARTS = ("NOTE ", "NOTE\t")


@dataclass(slots=True)
class TimedBlock:
    """A timing line and the raw lines under it; ``line`` is the number of the timing line."""

    line: int
    start_ms: int
    end_ms: int
    identifier: str = ""
    lines: list[str] = field(default_factory=list)


class BlockReader:
    """Goes through the lines of a file once, in the manner of the WebVTT standard but keeping what it would drop.

    ``blocks`` and ``warnings`` fill while reading. In SRT a blank line may stand inside a cue, so text without a time
    of its own joins the cue before; in WebVTT it is nobody's text, left out with a warning.
    """

    def __init__(self, *, is_webvtt: bool, is_clean: bool = False) -> None:
        self.blocks: list[TimedBlock] = []
        self.warnings: list[CaptionWarning] = []
        self._is_webvtt = is_webvtt
        self._is_clean = is_clean
        self._current: TimedBlock | None = None
        self._pending: list[tuple[int, str]] = []
        self._is_comment = False

    def read(self, lines: list[str], first: int) -> None:
        """Read ``lines`` from index ``first`` on; raises CaptionError at the first timing line that is none."""
        for index in range(first, len(lines)):
            line = lines[index]
            if self._is_blank(line):
                self._close()
            elif self._is_comment:
                continue
            elif "-->" in line:
                self._read_timing(index + 1, line)
            elif self._current is not None:
                # In what we wrote ourselves every timing is whole: a line that looks spoilt is somebody's words.
                if not self._is_clean:
                    _refuse_spoilt_arrow(index + 1, line)
                self._current.lines.append(line)
            elif not self._pending and self._opens_comment(line, lines[index + 1] if index + 1 < len(lines) else ""):
                self._is_comment = True
            else:
                _refuse_spoilt_arrow(index + 1, line)
                self._pending.append((index + 1, line))
        self._close()

    def _is_blank(self, line: str) -> bool:
        if not line:
            return True
        # A space alone is a line of text in WebVTT (automatic captions live by it); in SRT only right under the time.
        return not self._is_webvtt and not line.strip() and not (self._current and not self._current.lines)

    def _close(self) -> None:
        self._keep_stray(self._pending)
        self._current, self._pending, self._is_comment = None, [], False

    def _opens_comment(self, line: str, following: str) -> bool:
        if not self._is_webvtt:
            return False
        if line == "NOTE" or line.startswith(_COMMENT_STARTS):
            return True
        return line.rstrip() in ("STYLE", "REGION") and "-->" not in following

    def _read_timing(self, number: int, line: str) -> None:
        timing = _parse_timing(line)
        if timing is None:
            self._read_odd_arrow(number, line)
            return
        identifier = self._pending.pop()[1].strip() if self._pending else ""
        self._keep_stray(self._pending)
        self._pending = []
        if self._current is not None:
            identifier = _take_back_identifier(self._current)
            self.warnings.append(CaptionWarning(number, "no blank line before this cue"))
        if len(self.blocks) >= MAX_CUES:
            raise CaptionError(number, f"more than {MAX_CUES:,} cues", f"at most {MAX_CUES:,} in a file")
        self._current = TimedBlock(number, *timing, identifier)
        self.blocks.append(self._current)

    def _read_odd_arrow(self, number: int, line: str) -> None:
        if self._current is None or line.lstrip()[:1].isdigit():
            raise CaptionError(number, f"{excerpt(line)} is not a readable time", EXPECTED_TIMING)
        self._current.lines.append(line)
        self.warnings.append(CaptionWarning(number, "“-->” stands in the text of a cue; kept as text"))

    def _keep_stray(self, pending: list[tuple[int, str]]) -> None:
        stray = [(number, line) for number, line in pending if line.strip() and not line.strip().isdigit()]
        if not stray:
            return
        if self._is_webvtt or not self.blocks:
            self.warnings.append(CaptionWarning(stray[0][0], "text without a time of its own; left out"))
        else:
            self.blocks[-1].lines.extend(line for _, line in stray)
            self.warnings.append(CaptionWarning(stray[0][0], "text after a blank line; taken into the cue before"))


def _parse_timing(line: str) -> tuple[int, int] | None:
    match = _TIMING.fullmatch(line)
    if match is None:
        return None
    start, end = _milliseconds(*match.group(1, 2, 3, 4)), _milliseconds(*match.group(5, 6, 7, 8))
    return None if start is None or end is None else (start, end)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int | None:
    if int(seconds) > 59 or (hours is not None and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole * 1000 + int(((fraction or "") + "000")[:3])


def _take_back_identifier(block: TimedBlock) -> str:
    """Without a blank line between cues, the next cue's number was read as the last line of the one before."""
    lines = block.lines
    if not lines or not lines[-1].strip().isdigit():
        return ""
    if len(lines) == 1 and not block.identifier.isdigit():
        return ""
    return lines.pop().strip()


def _refuse_spoilt_arrow(number: int, line: str) -> None:
    if line.lstrip()[:1].isdigit() and _SPOILT_ARROW.match(line):
        raise CaptionError(number, f"the arrow in {excerpt(line)} is not “-->”", EXPECTED_TIMING)
