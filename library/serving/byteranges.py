"""Understands the Range header, so that a player can start in the middle of a recording; pure, and never fails on a header.

Only single ranges are cut. Several at once are allowed to be answered with the whole file (RFC 9110, 14.2): no player
asks for them, and cutting them is how servers were made to send a file many times over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Sixteen digits are 9 petabytes; longer numbers are no sizes, and Python refuses to read very long ones.
_RANGE = re.compile(
    r"bytes[ \t]*=[ \t]*(?:([0-9]{1,16})[ \t]*-[ \t]*([0-9]{1,16})?|-[ \t]*([0-9]{1,16}))[ \t]*", re.IGNORECASE
)


class UnsatisfiableRange(ValueError):
    """The range lies outside the file; the answer is 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from `first` to `last`, both counted from 0 and both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.last - self.first + 1

    def content_range(self, size_bytes: int) -> str:
        """Return the Content-Range header for this part of a file of `size_bytes`."""
        return f"bytes {self.first}-{self.last}/{size_bytes}"


def parse_range(header: str | None, size_bytes: int) -> ByteRange | None:
    """Return the part of a file of `size_bytes` that a Range header asks for; None when the whole file is to be sent.

    The whole file goes out without a header, for other units, several ranges and headers that say nothing. Raises
    UnsatisfiableRange when the range is well-formed but holds no byte of the file.
    """
    match = _RANGE.fullmatch(header) if header else None
    if match is None:
        return None
    if match[3] is not None:
        first, last = max(0, size_bytes - int(match[3])), size_bytes - 1
    else:
        first = int(match[1])
        last = min(int(match[2]), size_bytes - 1) if match[2] else size_bytes - 1
        if match[2] and int(match[2]) < first:
            return None
    if first > last or first >= size_bytes:
        raise UnsatisfiableRange(f"{header!r} asks for nothing of a file of {size_bytes} bytes")
    return ByteRange(first, last)
