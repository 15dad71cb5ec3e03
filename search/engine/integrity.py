"""Why: a bit that flips on a disk must be noticed before somebody is answered wrongly: Tantivy's files end with a checksum,
which its binding does not compare, so it is compared here.

A file of a committed segment never changes, so each is read once, and anew only when its time or size tell of a change.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

_SUFFIXES = frozenset({".idx", ".pos", ".term", ".store", ".fast", ".fieldnorm", ".del"})
_END_BYTES = 8  # the length of the footer (four bytes), then a fixed number
_LONGEST_FOOTER = 4_096
_CHUNK_BYTES = 1 << 20


class Checksums:
    """Remembers which files were found whole; safe for threads."""

    def __init__(self) -> None:
        self._whole: set[tuple[str, int, int, int]] = set()
        self._reading = threading.Lock()

    def damaged_file(self, folder: Path) -> str:
        """The name of a file of the committed segments in `folder` that is not as it was written; "" when all are."""
        with self._reading:
            seen: set[tuple[str, int, int, int]] = set()
            for path in _committed_files(folder):
                try:
                    status = path.stat()
                    state = (str(path), status.st_ino, status.st_mtime_ns, status.st_size)
                    if state not in self._whole and not is_whole(path):
                        return path.name
                except FileNotFoundError:
                    continue  # merged away meanwhile; what is missing for good, opening the index tells
                seen.add(state)
            self._whole = {state for state in self._whole if Path(state[0]).parent != folder} | seen
            return ""


def _committed_files(folder: Path) -> Iterator[Path]:
    """Files of the segments that the last commit names: others may be half written."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    for path in sorted(folder.iterdir()):
        # Deletions bear the number of their commit; an old one may be gone a moment later.
        if path.suffix in _SUFFIXES and path.name.partition(".")[0] in segments:
            yield path


def is_whole(path: Path) -> bool:
    """Whether what a file of Tantivy holds agrees with the checksum at its end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_BYTES))
        footer_bytes = int.from_bytes(file.read(4), "little")
        content_bytes = size - _END_BYTES - footer_bytes
        if not 0 < footer_bytes <= _LONGEST_FOOTER or content_bytes < 0:
            return False
        file.seek(content_bytes)
        try:
            expected = int(json.loads(file.read(footer_bytes))["crc"])
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        found, left = 0, content_bytes
        while left > 0 and (chunk := file.read(min(left, _CHUNK_BYTES))):
            found, left = zlib.crc32(chunk, found), left - len(chunk)
        return found == expected
