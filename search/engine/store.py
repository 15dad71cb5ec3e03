"""Why: many processes read the index while one writes or replaces it, and any of them may be killed at any point.

    DIRECTORY/CURRENT               {"generation": 7, "schema": 1}; replaced in one step
    DIRECTORY/generations/7/        a whole Tantivy index
    DIRECTORY/writer.lock           held by the one process that writes

A put is one Tantivy commit: after a crash it is there or it is not, and it may be repeated. A rebuild fills the next
generation beside the current one and then replaces CURRENT: readers see the old index whole, then the new one whole.
What a crashed rebuild leaves is removed by the next. The writer lock is held through the whole rebuild, so a put that
comes meanwhile waits and lands in the new generation: nothing is lost. Readers notice a commit or a new generation by
two `stat` calls before each search, and open the index anew after a fork (Tantivy's own watcher thread does not live
in a forked process).
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import filelock
import tantivy

from search import analysis
from search.engine.model import EngineUnavailable
from search.engine.schema import SCHEMA_VERSION, schema

PUT_HEAP_BYTES = 48 * 2**20
REBUILD_HEAP_BYTES = 192 * 2**20
REBUILD_THREADS = 2
WAIT_FOR_WRITER_SECONDS = 180.0
WHAT_TO_DO = "Run `python manage.py rebuild_index` to build it anew; nothing but time is lost."

_Result = TypeVar("_Result")
_Signature = tuple[int, int, int]


@dataclass(frozen=True)
class Snapshot:
    """The index as it was at one moment; what is read through it does not change."""

    searcher: tantivy.Searcher
    generation: int


@dataclass(frozen=True)
class _Opened:
    process_id: int
    current: _Signature
    meta: _Signature
    index: tantivy.Index
    snapshot: Snapshot


class IndexStore:
    """The generations of the index in one directory; safe for threads, forks and other processes."""

    def __init__(self, directory: Path, wait_seconds: float = WAIT_FOR_WRITER_SECONDS) -> None:
        self.directory = Path(directory)
        self.wait_seconds = wait_seconds
        self._opened: _Opened | None = None
        self._opening = threading.Lock()
        self._process_id = os.getpid()

    def snapshot(self) -> Snapshot:
        """The newest committed state. Creates an empty index where there is none; EngineUnavailable when it cannot be
        read."""
        opened = self._opened
        if opened is not None and opened.process_id == os.getpid():
            signatures = self._signatures(opened.snapshot.generation)
            if signatures == (opened.current, opened.meta):
                return opened.snapshot
        if self._process_id != os.getpid():  # a lock that another thread held at the fork would stay locked for ever
            self._opening, self._process_id, self._opened = threading.Lock(), os.getpid(), None
        with self._opening:
            return self._guarded(self._reopen, "read")

    def write(self, change: Callable[[tantivy.IndexWriter], _Result]) -> _Result:
        """Apply a change to the current generation and commit it; when `change` raises, nothing is changed."""
        with self._locked():
            generation = self._current_or_created()
            return self._apply(generation, change, PUT_HEAP_BYTES, 1)

    def rebuild(self, fill: Callable[[tantivy.IndexWriter], _Result]) -> _Result:
        """Fill a new generation, then put it in the place of the current one; when `fill` raises, nothing is
        changed."""
        with self._locked():
            generation = self._next_generation()
            self._path(generation).mkdir(parents=True)
            try:
                result = self._apply(generation, fill, REBUILD_HEAP_BYTES, REBUILD_THREADS)
                self._make_current(generation)
            except BaseException:
                shutil.rmtree(self._path(generation), ignore_errors=True)
                raise
            self._remove_all_but(generation)
            return result

    def _apply(
        self, generation: int, change: Callable[[tantivy.IndexWriter], _Result], heap_bytes: int, threads: int
    ) -> _Result:
        writer = self._guarded(lambda: self._open_index(generation).writer(heap_bytes, threads), "written")
        try:
            result = change(writer)
            self._guarded(writer.commit, "written")
        except BaseException:
            writer.rollback()
            raise
        # Segments are merged now, in the writer's time; otherwise many small commits would slow every search.
        self._guarded(writer.wait_merging_threads, "written")
        return result

    def _reopen(self) -> Snapshot:
        for attempt in range(5):
            generation = self._current_generation()
            if generation is None:
                with self._locked():
                    generation = self._current_or_created()
            current, meta = self._signatures(generation)
            opened = self._opened
            try:
                if opened is None or opened.snapshot.generation != generation or opened.current != current:
                    index = self._open_index(generation)
                else:
                    index = opened.index
                    index.reload()
                snapshot = Snapshot(index.searcher(), generation)
                self._opened = _Opened(os.getpid(), current, meta, index, snapshot)
                return snapshot
            except Exception:
                # Another process may have put a newer generation in its place between the two steps: look again.
                if attempt == 4 or self._current_generation() == generation:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _open_index(self, generation: int) -> tantivy.Index:
        path = self._path(generation)
        if not path.is_dir():
            raise EngineUnavailable(f"The search index is incomplete: generation {generation} is missing. {WHAT_TO_DO}")
        index = tantivy.Index(schema(), str(path), reuse=True)
        analysis.register(index)
        index.config_reader("manual")
        index.reload()
        return index

    def _guarded(self, act: Callable[[], _Result], done: str) -> _Result:
        try:
            return act()
        except (EngineUnavailable, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except (OSError, ValueError) as error:
            raise EngineUnavailable(f"The search index cannot be {done} ({error}). {WHAT_TO_DO}") from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # how the binding reports that Tantivy met impossible data
                raise
            raise EngineUnavailable(f"The search index is damaged ({error}). {WHAT_TO_DO}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.directory / "writer.lock", timeout=self.wait_seconds)
            lock.acquire()
        except filelock.Timeout:
            raise EngineUnavailable(
                f"The search index is being written by another process for more than {self.wait_seconds:.0f} seconds. "
                "Try again; a repeated change does no harm."
            ) from None
        except OSError as error:
            raise EngineUnavailable(
                f"The search index cannot be written ({error.strerror}). "
                "Check that SEARCH_INDEX_DIR is a folder this process may write to."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _path(self, generation: int) -> Path:
        return self.directory / "generations" / str(generation)

    def _signatures(self, generation: int) -> tuple[_Signature, _Signature]:
        return _signature(self.directory / "CURRENT"), _signature(self._path(generation) / "meta.json")

    def _current_generation(self) -> int | None:
        """The number CURRENT names; None when there is no index yet."""
        try:
            content = (self.directory / "CURRENT").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            current = json.loads(content)
            generation, version = int(current["generation"]), int(current["schema"])
        except (ValueError, TypeError, KeyError) as error:
            raise EngineUnavailable(
                f"The search index is damaged: its file CURRENT is unreadable. {WHAT_TO_DO}"
            ) from error
        if version != SCHEMA_VERSION:
            raise EngineUnavailable(
                f"The search index was made by another version (its schema is {version}, not {SCHEMA_VERSION}). {WHAT_TO_DO}"
            )
        return generation

    def _current_or_created(self) -> int:
        generation = self._current_generation()
        if generation is None:
            generation = self._next_generation()
            self._path(generation).mkdir(parents=True)
            self._open_index(generation)
            self._make_current(generation)
        return generation

    def _next_generation(self) -> int:
        """A number above all that exist, after the leavings of crashed rebuilds are removed."""
        folder = self.directory / "generations"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            current = self._current_generation()
        except EngineUnavailable:
            current = None  # a rebuild must work above all when the present index does not
        numbers = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
        if current is not None:
            self._remove_all_but(current)
        return max([*numbers, current or 0]) + 1

    def _make_current(self, generation: int) -> None:
        beside = self.directory / "CURRENT.new"
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"generation": generation, "schema": SCHEMA_VERSION}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self.directory / "CURRENT")
        descriptor = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _remove_all_but(self, generation: int) -> None:
        # Readers that have an older generation open keep its files mapped; the system frees them when they let go.
        for path in (self.directory / "generations").iterdir():
            if path.name != str(generation):
                shutil.rmtree(path, ignore_errors=True)


def _signature(path: Path) -> _Signature:
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)
