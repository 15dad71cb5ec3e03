"""Cuts a caption file into timed blocks of raw lines, and says on which line it stops making sense."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from library.captions.cues import MAX_CUES, CaptionError, CaptionWarning, excerpt
from library.captions.timings import EXPECTED_TIMING, is_begun_timing, is_meant_for_timing, read_timing

CUT_OFF = "the file ends in the middle of a cue; it may have been cut off"

_COMMENT_STARTS = ("NOTE ", "NOTE\t")
_NAMED_NUMBER = re.compile(r"\W*[A-Za-z]{0,12}\W*([0-9]{1,6})\W*")


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

    def __init__(self, *, is_webvtt: bool, is_clean: bool = False, is_rounding: bool = True) -> None:
        self.blocks: list[TimedBlock] = []
        self.warnings: list[CaptionWarning] = []
        self._is_webvtt = is_webvtt
        self._is_clean = is_clean
        self._is_rounding = is_rounding
        self._current: TimedBlock | None = None
        self._pending: list[tuple[int, str]] = []
        self._is_comment = False
        self._has_numbers = False
        self._last_line = 0

    def read(self, lines: list[str], first: int) -> None:
        """Read ``lines`` from index ``first`` on; raises CaptionError at the first timing line that is none."""
        self._last_line = max((index + 1 for index in range(first, len(lines)) if lines[index].strip()), default=0)
        for index in range(first, len(lines)):
            line = lines[index]
            following = lines[index + 1] if index + 1 < len(lines) else ""
            if self._is_blank(line):
                self._close()
            elif self._is_comment:
                continue
            elif "-->" in line:
                self._read_timing(index + 1, line, following)
            elif not self._is_clean and is_meant_for_timing(line):
                # In what we wrote ourselves every timing is whole: a line that looks spoilt is somebody's words.
                self._read_spoilt_timing(index + 1, line)
            elif self._current is not None:
                self._current.lines.append(line)
            elif self._opens_comment(line, following):
                self._is_comment = True
            else:
                self._pending.append((index + 1, line))
        self._finish()

    def _is_blank(self, line: str) -> bool:
        if not line:
            return True
        # A space alone is a line of text in WebVTT (automatic captions live by it); in SRT only right under the time.
        return not self._is_webvtt and not line.strip() and not (self._current and not self._current.lines)

    def _close(self) -> None:
        if self._is_webvtt:
            self._keep_stray(self._pending)
            self._pending = []
        self._current, self._is_comment = None, False

    def _finish(self) -> None:
        """Judge the end of the file: what stands there without a time, and whether something is missing."""
        while self._pending and self.blocks and self._is_cut_off(self._pending[-1][1]):
            number, line = self._pending.pop()
            self.warnings.append(CaptionWarning(number, f"{CUT_OFF} ({excerpt(line)} has no words)"))
        if len(self.blocks) > 1 and not self.blocks[-1].lines and self.blocks[-1].line == self._last_line:
            self.warnings.append(CaptionWarning(self._last_line, f"{CUT_OFF} (a time without words)"))
        self._keep_stray(self._pending)
        self._pending = []

    def _is_cut_off(self, line: str) -> bool:
        """Tell a line at the end of the file that was to become a cue: its number, or the beginning of its time."""
        text = line.strip()
        return is_begun_timing(text) or (text.isdecimal() and (self._is_webvtt or self._is_next(text)))

    def _opens_comment(self, line: str, following: str) -> bool:
        if not self._is_webvtt or self._pending:
            return False
        if line == "NOTE" or line.startswith(_COMMENT_STARTS):
            return True
        return line.rstrip() in ("STYLE", "REGION") and "-->" not in following

    def _read_timing(self, number: int, line: str, following: str) -> None:
        timing = read_timing(line, is_rounding=self._is_rounding)
        if timing is None:
            self._read_odd_arrow(number, line, following)
        else:
            if timing.flaw:
                self.warnings.append(CaptionWarning(number, timing.flaw))
            self._begin(number, timing.start_ms, timing.end_ms)

    def _begin(self, number: int, start_ms: int, end_ms: int) -> None:
        identifier = self._take_identifier(number)
        self._keep_stray(self._pending)
        self._pending = []
        if self._current is not None:
            identifier = self._take_back_identifier(self._current)
            self.warnings.append(CaptionWarning(number, "no blank line before this cue"))
        if len(self.blocks) >= MAX_CUES:
            raise CaptionError(number, f"more than {MAX_CUES:,} cues", f"at most {MAX_CUES:,} in a file")
        self._has_numbers = self._has_numbers or identifier.isdecimal()
        self._current = TimedBlock(number, start_ms, end_ms, identifier)
        self.blocks.append(self._current)

    def _read_odd_arrow(self, number: int, line: str, following: str) -> None:
        if self._current is not None and not line.lstrip()[:1].isdecimal():
            self._current.lines.append(line)
            self.warnings.append(CaptionWarning(number, "“-->” is in the text of a cue and was kept as text"))
            return
        is_cut = bool(self.blocks) and number == self._last_line and is_begun_timing(line)
        is_without_words = self._is_webvtt and bool(self.blocks) and not following and not is_cut
        is_no_time = self._is_webvtt and not any(sign.isdecimal() for sign in line)
        if not (is_cut or is_without_words or is_no_time):
            raise CaptionError(number, f"{excerpt(line)} is not a readable time", EXPECTED_TIMING)
        told = CUT_OFF if is_cut else f"{excerpt(line)} is not a readable time; left out"
        self.warnings.append(CaptionWarning(number, told))

    def _read_spoilt_timing(self, number: int, line: str) -> None:
        timing = read_timing(line, is_rounding=self._is_rounding)
        if timing is None:
            raise CaptionError(number, f"the arrow in {excerpt(line)} is not “-->”", EXPECTED_TIMING)
        self.warnings.append(CaptionWarning(number, timing.flaw))
        self._begin(number, timing.start_ms, timing.end_ms)

    def _take_identifier(self, number: int) -> str:
        """Take the cue's number or name off the lines above its time, unless it is something that was said."""
        if not self._pending or self._current is not None:
            return ""
        place, line = self._pending[-1]
        text = line.strip()
        if not self._is_webvtt and not self._is_cue_number(text):
            return ""
        self._pending.pop()
        if place + 1 < number and self.blocks and text.isdecimal() and not self._is_next(text):
            self.warnings.append(CaptionWarning(place, f"{excerpt(text)} was taken for the number of a cue"))
        return text

    def _is_cue_number(self, text: str) -> bool:
        if text.isdecimal():
            return self._has_numbers or not self.blocks or self._is_next(text)
        named = _NAMED_NUMBER.fullmatch(text)
        return bool(named and int(named[1]) == len(self.blocks) + 1)

    def _is_next(self, text: str) -> bool:
        before = self.blocks[-1].identifier if self.blocks else "0"
        return int(text) in (len(self.blocks) + 1, int(before) + 1 if before.isdecimal() else -1)

    def _take_back_identifier(self, block: TimedBlock) -> str:
        """Without a blank line between cues, the next cue's number was read as the last line of the one before."""
        lines = block.lines
        if self._is_webvtt and lines and "-->" in lines[-1]:
            self.warnings.append(CaptionWarning(block.line, f"{excerpt(lines.pop())} right above a time; left out"))
        if (
            not lines
            or not lines[-1].strip().isdecimal()
            or not (self._has_numbers or self._is_next(lines[-1].strip()))
        ):
            return ""
        if len(lines) == 1 and not block.identifier.isdecimal():
            return ""
        return lines.pop().strip()

    def _keep_stray(self, pending: list[tuple[int, str]]) -> None:
        stray = [(number, line) for number, line in pending if line.strip()]
        if not stray:
            return
        if self._is_webvtt or not self.blocks:
            self.warnings.append(CaptionWarning(stray[0][0], "text without a time of its own; left out"))
        else:
            self.blocks[-1].lines.extend(line for _, line in stray)
            self.warnings.append(CaptionWarning(stray[0][0], "text after a blank line; taken into the cue before"))
