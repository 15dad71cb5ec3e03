"""Why: many processes read the index while one writes or replaces it, and any of them may be killed at any point.

    DIRECTORY/CURRENT                         {"generation": 7, "schema": 1}; replaced in one step
    DIRECTORY/generations/7/resources         two Tantivy indexes (why two is told in `schema`)
    DIRECTORY/generations/7/passages
    DIRECTORY/writer.lock                     held by the one process that writes, for the length of a change
    DIRECTORY/rebuild.lock                    held by the one process that rebuilds
    DIRECTORY/touched                         the keys that were written since the present rebuild began

A change is seen whole or not at all: new passages are committed first, under a number that nothing refers to yet;
then the commit of the resource entry, which bears that number, makes the change; then the passages of the number
before are removed. A crash before or after leaves at most passages that belong to nobody, which the next change of
the same resource (or a rebuild) removes. So a put may always be repeated. A rebuild fills the next generation beside
the current one and then replaces CURRENT: readers see the old index whole, then the new one whole; what a crashed
rebuild leaves is removed by the next. A rebuild may take minutes and withdrawn pages must leave at once: so changes go on
meanwhile in the current generation, and their keys are written down; before the swap, with the writers held off, what
these keys stand for is read anew into the new generation. Readers notice a change by three `stat` calls before each
search, and open the index anew after a fork (Tantivy's own watcher thread does not live in a forked process).
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import filelock
import tantivy

from search.engine.integrity import Checksums
from search.engine.model import WHAT_TO_DO, EngineUnavailable
from search.engine.schema import SCHEMA_VERSION, schema
from search.engine.tantivy_index import TantivySearcher, TantivyWriter, is_of_tantivy
from search.language import analysis

PUT_HEAP_BYTES = 48 * 2**20
REBUILD_HEAP_BYTES = 192 * 2**20
REBUILD_THREADS = 2
WAIT_FOR_WRITER_SECONDS = 180.0

CHECK_FOLDER = "Check that SEARCH_INDEX_DIR is a folder this process may write to, and that its disk is not full."
REOPEN_ATTEMPTS = 8

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_Signature = tuple[int, int, int]


@dataclass(frozen=True)
class TantivySnapshot:
    """Both indexes as they were at one moment; what is read through it does not change."""

    resources: TantivySearcher
    passages: TantivySearcher
    generation: int


@dataclass(frozen=True)
class TantivyWriters:
    """The open writers of both indexes; what is not committed when they close is forgotten."""

    resources: TantivyWriter
    passages: TantivyWriter


@dataclass(frozen=True)
class _Opened:
    process_id: int
    signatures: tuple[_Signature, ...]
    resources: tantivy.Index
    passages: tantivy.Index
    snapshot: TantivySnapshot


class IndexStore:
    """The generations of the index in one directory; safe for threads, forks and other processes."""

    def __init__(self, directory: Path, wait_seconds: float = WAIT_FOR_WRITER_SECONDS) -> None:
        self.directory = Path(directory)
        self.wait_seconds = wait_seconds
        self._opened: _Opened | None = None
        self._opening = threading.Lock()
        self._process_id = os.getpid()
        self._checksums = Checksums()
        self._last_told = ""

    def snapshot(self) -> TantivySnapshot:
        """The newest committed state. Creates an empty index where there is none; EngineUnavailable when it cannot be
        read.

        A process that had it open goes on serving what it has, until a new one is built: `check` tells of the damage.
        """
        opened = self._opened
        is_own = opened is not None and opened.process_id == os.getpid()
        if opened is not None and is_own and opened.signatures == self._signatures(opened.snapshot.generation):
            return opened.snapshot
        if self._process_id != os.getpid():  # a lock that another thread held at the fork would stay locked for ever
            self._opening, self._process_id, self._opened = threading.Lock(), os.getpid(), None
        try:
            return self._read_anew()
        except EngineUnavailable as error:
            if self._opened is None:
                raise
            if str(error) != self._last_told:
                self._last_told = str(error)
                logger.error("Searches go on in the index as it was: %s", error)
            return self._opened.snapshot

    def check(self) -> None:
        """Raise EngineUnavailable when the present state cannot be read from the disk, or is not what was written."""
        generation = self._read_anew().generation
        for name in ("resources", "passages"):
            folder = self._path(generation) / name
            damaged = self._guarded(partial(self._checksums.damaged_file, folder), "read")
            if damaged:
                raise EngineUnavailable(
                    f"The search index is damaged: {damaged} is not as it was written. {WHAT_TO_DO}"
                )

    def _read_anew(self) -> TantivySnapshot:
        with self._opening:
            return self._guarded(self._reopened, "read")

    def write(self, change: Callable[[TantivyWriters], _Result], keys: Iterable[str] = ()) -> _Result:
        """Let `change` write and commit to the current generation; it decides the order of its commits.

        `keys` are those of the resources it changes, for a rebuild that is going on.
        """
        with self._locked():
            self._note_touched(keys)
            return self._apply(self._current_or_created(), change, PUT_HEAP_BYTES, 1)

    def rebuild(
        self,
        fill: Callable[[TantivyWriters], _Result],
        catch_up: Callable[[Collection[str]], Callable[[TantivyWriters], object]],
    ) -> _Result:
        """Let `fill` write and commit a new generation, then make it the current one; when it raises, nothing is
        changed.

        `catch_up(keys)` returns what writes the present state of those keys, which others changed meanwhile.
        """
        with self._held("rebuild.lock", "rebuilt"):
            with self._locked():
                generation = self._next_generation()
                (self.directory / "touched").write_text("", encoding="utf-8")
            try:
                result = self._apply(generation, fill, REBUILD_HEAP_BYTES, REBUILD_THREADS)
                with self._locked():
                    if keys := self._touched():
                        self._apply(generation, catch_up(keys), PUT_HEAP_BYTES, 1)
                    self._make_current(generation)
                    self._remove_all_but(generation)
            except BaseException:
                shutil.rmtree(self._path(generation), ignore_errors=True)
                raise
            finally:
                (self.directory / "touched").unlink(missing_ok=True)
            return result

    def _note_touched(self, keys: Iterable[str]) -> None:
        """While a rebuild goes on, write keys down before their change: one too many does no harm, one too few would
        bring back what is gone."""
        if not (self.directory / "touched").exists():
            return
        lines = "".join(f"{json.dumps(key)}\n" for key in keys)
        with (self.directory / "touched").open("a", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def _touched(self) -> list[str]:
        try:
            lines = (self.directory / "touched").read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return []
        keys: dict[str, None] = {}
        for line in lines:
            try:
                keys[json.loads(line)] = None
            except ValueError:
                continue  # a line cut short by a kill: its change was never carried out
        return list(keys)

    def _apply(
        self, generation: int, change: Callable[[TantivyWriters], _Result], heap_bytes: int, threads: int
    ) -> _Result:
        def opened(name: str) -> TantivyWriter:
            return TantivyWriter(self._open_index(generation, name).writer(heap_bytes, threads))

        writers = self._guarded(lambda: TantivyWriters(opened("resources"), opened("passages")), "written")
        # A process that was killed may have left a file of the very name that this writer will choose.
        for writer in (writers.resources, writers.passages):
            self._guarded(writer.garbage_collect_files, "written")
        try:
            result = change(writers)
        except BaseException:
            writers.resources.rollback()
            writers.passages.rollback()
            raise
        # Segments are merged now, in the writer's time; otherwise many small commits would slow every search.
        for writer in (writers.resources, writers.passages):
            self._guarded(writer.wait_merging_threads, "written")
        return result

    def _reopened(self) -> TantivySnapshot:
        """Open or reload until both indexes are of one moment: nothing changed while they were opened."""
        error: Exception | None = None
        for _ in range(REOPEN_ATTEMPTS):
            generation = self._current_generation()
            if generation is None:
                with self._locked():
                    generation = self._current_or_created()
            signatures = self._signatures(generation)
            try:
                self._opened = self._open(generation, signatures)
            except Exception as problem:
                if self._signatures(generation) == signatures:
                    raise
                error = problem  # another process put a newer generation in its place between two steps: look again
                continue
            if self._signatures(generation) == signatures:
                break
        else:
            if error is not None:
                raise error
        # After that many changes in a row the last state read is used; the next search looks again.
        assert self._opened is not None
        return self._opened.snapshot

    def _open(self, generation: int, signatures: tuple[_Signature, ...]) -> _Opened:
        opened = self._opened
        if opened is None or opened.signatures[0] != signatures[0]:
            resources, passages = (self._open_index(generation, name) for name in ("resources", "passages"))
        else:
            resources, passages = opened.resources, opened.passages
            resources.reload()
            passages.reload()
        snapshot = TantivySnapshot(
            TantivySearcher(resources.searcher()), TantivySearcher(passages.searcher()), generation
        )
        return _Opened(os.getpid(), signatures, resources, passages, snapshot)

    def _open_index(self, generation: int, name: str) -> tantivy.Index:
        path = self._path(generation) / name
        if not (path / "meta.json").is_file():
            raise EngineUnavailable(
                f"The search index is incomplete: {name} of generation {generation} is missing. {WHAT_TO_DO}"
            )
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
            if not is_of_tantivy(error):
                raise
            raise EngineUnavailable(f"The search index is damaged ({error}). {WHAT_TO_DO}") from error

    def _locked(self) -> AbstractContextManager[None]:
        return self._held("writer.lock", "written")

    @contextmanager
    def _held(self, name: str, done: str) -> Iterator[None]:
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.directory / name, timeout=self.wait_seconds)
            lock.acquire()
        except filelock.Timeout:
            raise EngineUnavailable(
                f"The search index is being {done} by another process for more than {self.wait_seconds:.0f} seconds. "
                "Try again. It is safe to repeat a change."
            ) from None
        except OSError as error:
            raise EngineUnavailable(f"The search index cannot be written ({error.strerror}). {CHECK_FOLDER}") from error
        try:
            yield
        finally:
            lock.release()

    def _path(self, generation: int) -> Path:
        return self.directory / "generations" / str(generation)

    def _signatures(self, generation: int) -> tuple[_Signature, ...]:
        path = self._path(generation)
        metas = (path / "resources" / "meta.json", path / "passages" / "meta.json")
        return tuple(_signature(file) for file in (self.directory / "CURRENT", *metas))

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
                f"The search index was made by another version (schema {version}, not {SCHEMA_VERSION}). {WHAT_TO_DO}"
            )
        return generation

    def _current_or_created(self) -> int:
        generation = self._current_generation()
        if generation is None:
            generation = self._next_generation()
            self._make_current(generation)
        return generation

    def _next_generation(self) -> int:
        """A new empty generation, numbered above all that exist; the leavings of crashed rebuilds are removed."""
        folder = self.directory / "generations"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            numbers = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
            generation = max([0, *numbers, self._readable_generation() or 0]) + 1
            for name in ("resources", "passages"):
                (self._path(generation) / name).mkdir(parents=True)
                tantivy.Index(schema(), str(self._path(generation) / name))
        except (OSError, ValueError) as error:
            raise EngineUnavailable(f"The search index cannot be written ({error}). {CHECK_FOLDER}") from error
        return generation

    def _readable_generation(self) -> int | None:
        try:
            return self._current_generation()
        except EngineUnavailable:
            return None  # a rebuild must work above all when the present index does not

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
