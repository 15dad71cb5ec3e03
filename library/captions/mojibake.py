"""Mends text that was UTF-8, was read as an older encoding and saved again: "cafÃ©" for "café"."""

from __future__ import annotations

import ftfy
from ftfy.badness import is_bad

from library.captions.cues import CaptionWarning, excerpt

REPLACEMENT = "\ufffd"


def mend_lines(lines: list[str]) -> list[CaptionWarning]:
    """Mend damaged lines in place and return a warning for each, and for each that has lost letters for good."""
    warnings: list[CaptionWarning] = []
    doubtful: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        if REPLACEMENT in line:
            told = f"letters were lost before the file was saved (“{REPLACEMENT}” in {excerpt(line)}): check the words"
            warnings.append(CaptionWarning(index + 1, told))
        if not is_bad(line):
            continue
        mended, steps = ftfy.fix_encoding_and_explain(line)
        if mended == line:
            continue
        if any(step.parameter == "restore_byte_a0" for step in steps or ()):
            # "Ã la carte" may be a capital letter with an accent; only a file with surer damage is worth the guess.
            doubtful.append((index, mended))
            continue
        lines[index] = mended
        warnings.append(_told(index, line))
    if any("double" in warning.message for warning in warnings):
        for index, mended in doubtful:
            warnings.append(_told(index, lines[index]))
            lines[index] = mended
    return warnings


def _told(index: int, line: str) -> CaptionWarning:
    return CaptionWarning(
        index + 1, f"letters that were encoded twice were corrected ({excerpt(line)}): check accents and quotes"
    )
