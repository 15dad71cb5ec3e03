"""Why: a vector costs tens of milliseconds to make and is the same for the same text, so each is made once and kept in a file.

    FOLDER/vectors      records of equal size, appended: the key of a text (8 bytes), its vector (int8)
    FOLDER/writer.lock  held by the one process that appends

The file knows texts, not resources: what a vector belongs to, and who may see it, only the index says. So rebuilding the
index needs no vector anew, a vector without a passage is never found, and a file that was lost is made again. A record that
a kill cut short is overwritten by the next writer, and readers count whole records only. A question is compared with all of
them, exactly (100,000 in some 15 ms): an approximate index takes long to build, and could leave out a visible passage for the
sake of a hidden one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import filelock

from search.meaning.encoder import DIMENSIONS

RECORD_BYTES = 8 + DIMENSIONS
WAIT_FOR_WRITER_SECONDS = 60.0


class Vectors:
    """The vectors in one folder; safe for threads and other processes."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "vectors"
        self._lock = filelock.FileLock(folder / "writer.lock", timeout=WAIT_FOR_WRITER_SECONDS)
        self._opening = threading.Lock()
        self._opened: tuple[tuple[int, int], Any] | None = None

    def __len__(self) -> int:
        return 0 if (records := self._records()) is None else len(records)

    def nearest(self, vector: Any, first: int) -> list[tuple[int, float]]:
        """The keys of the `first` nearest texts with their similarity to the vector (the cosine, at most 1), the nearest first."""
        from usearch.index import MetricKind, search

        records = self._records()
        if records is None or first <= 0:
            return []
        found = search(records["vector"], vector, min(first, len(records)), MetricKind.Cos, exact=True, threads=1)
        keys = records["key"][found.keys]
        return [(int(key), 1.0 - float(distance)) for key, distance in zip(keys, found.distances, strict=True)]

    def keys(self) -> list[int]:
        """The keys of all texts that have a vector."""
        records = self._records()
        return [] if records is None else records["key"].tolist()

    def add(self, keys: Sequence[int], vectors: Any) -> None:
        """Append vectors under their keys; a key that another process added meanwhile is left as it is."""
        import numpy

        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            known = set(self.keys())
            new = {key: row for row, key in enumerate(keys) if key not in known}
            records = numpy.zeros(len(new), _record())
            records["key"] = list(new)
            records["vector"] = vectors[list(new.values())]
            with self._file.open("ab") as file:
                whole = file.tell() // RECORD_BYTES * RECORD_BYTES
                file.truncate(whole)
                file.write(records.tobytes())
                file.flush()
                os.fsync(file.fileno())

    def keep_only(self, keys: Collection[int]) -> int:
        """Forget the vectors of all other texts; returns how many were forgotten."""
        import numpy

        with self._lock:
            records = self._records()
            if records is None:
                return 0
            is_kept = numpy.isin(records["key"], numpy.fromiter(keys, numpy.uint64, len(keys)))
            gone = len(records) - int(is_kept.sum())
            if gone:
                beside = self._file.with_suffix(".new")
                with beside.open("wb") as file:
                    for part in _parts(is_kept):
                        file.write(records[part].tobytes())
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(beside, self._file)
            return gone

    def _records(self) -> Any:
        """The records as they lie in the file, shared by all processes that read it; None when there are none."""
        import numpy

        try:
            status = self._file.stat()
        except FileNotFoundError:
            return None
        count = status.st_size // RECORD_BYTES
        if not count:
            return None
        signature = (status.st_ino, count)
        with self._opening:
            if self._opened is None or self._opened[0] != signature:
                self._opened = (signature, numpy.memmap(self._file, _record(), "r", shape=(count,)))
            return self._opened[1]


def _parts(is_kept: Any, size: int = 65_536) -> Iterator[Any]:
    """The places to keep, some at a time."""
    import numpy

    places = numpy.flatnonzero(is_kept)
    for start in range(0, len(places), size):
        yield places[start : start + size]


def _record() -> Any:
    import numpy

    return numpy.dtype([("key", "<u8"), ("vector", "i1", (DIMENSIONS,))])
