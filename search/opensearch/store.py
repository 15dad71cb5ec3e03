"""Why: an index in OpenSearch is changed and replaced as safely as one on disk: two indexes a generation behind two aliases.

    NAME-v3-resources, NAME-v3-passages           aliases, which always point to one generation, and are moved in one step
    NAME-v3-resources-7, NAME-v3-passages-7       generation 7
    NAME-v3-locks                                 who writes or rebuilds, with the time until which that is believed
    NAME-v3-touched                               there while a rebuild goes on: the keys that were written meanwhile

The order of writes is the embedded store's (see `search.engine.store`): new passages first, under a number that nothing refers
to yet; then the resource entry, whose id is its key, so that putting it is the one atomic step; then the old passages go.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from search.engine.clauses import Clause, TermClause
from search.engine.model import EngineUnavailable

from .dsl import MAPPINGS, SETTINGS, dsl_of, source_of
from .errors import told
from .searcher import OpenSearchSearcher

WAIT_FOR_WRITER_SECONDS = 180.0
# A lock is believed for so long; its holder was killed if it is held for longer.
WRITER_LOCK_SECONDS = 300.0
REBUILD_LOCK_SECONDS = 6 * 3600.0
POLL_SECONDS = 0.05
# Which generation the aliases mean is asked at most so often.
RESOLVED_SECONDS = 1.0
BULK_ENTRIES = 500
PARTS = ("resources", "passages")

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class OpenSearchSnapshot:
    """Both indexes of one generation. OpenSearch goes on changing beneath; an entry is seen whole or not at all."""

    resources: OpenSearchSearcher
    passages: OpenSearchSearcher
    generation: int


class OpenSearchWriter:
    """Gathers what is to be written to one index and sends it in bulk."""

    def __init__(self, client: Any, index: str, is_by_key: bool) -> None:
        self.client = client
        self.index = index
        # Resources bear their key as their id: putting one replaces the one before in one step.
        self.is_by_key = is_by_key
        self._pending: list[dict[str, Any]] = []
        self._count = 0

    def add_document(self, fields: dict[str, Any]) -> None:
        """Add an entry; a resource replaces the one of its key."""
        source = source_of(fields)
        identity = source["key"] if self.is_by_key else f"{source['number']}-{secrets.token_hex(6)}"
        self._pending += [{"index": {"_index": self.index, "_id": identity}}, source]
        self._count += 1
        if self._count >= BULK_ENTRIES:
            self._send()

    def delete_documents_by_term(self, field: str, value: str) -> None:
        """Take out what holds this token."""
        if self.is_by_key and field == "key":
            self._pending.append({"delete": {"_index": self.index, "_id": value}})
            self._count += 1
        else:
            self.delete_documents_by_query(TermClause(field, value))

    def delete_documents_by_query(self, query: Clause) -> None:
        """Take out what matches, of what was there before."""
        self.commit()
        self.client.delete_by_query(
            index=self.index,
            body={"query": dsl_of(query)},
            params={"refresh": "true", "conflicts": "proceed"},
        )

    def commit(self) -> None:
        """Send what is gathered and let it be seen."""
        self._send()
        self.client.indices.refresh(index=self.index)

    def rollback(self) -> None:
        """Forget what was not sent; passages that were, belong to nobody."""
        self._pending.clear()
        self._count = 0

    def _send(self) -> None:
        if not self._pending:
            return
        lines, self._pending, self._count = self._pending, [], 0
        answer = self.client.bulk(body=lines)
        if answer.get("errors"):
            failed = [
                outcome
                for item in answer["items"]
                for outcome in item.values()
                if outcome["status"] >= 300 and outcome["status"] != 404
            ]
            if failed:
                raise EngineUnavailable(f"OpenSearch refused {len(failed)} entries: {failed[0].get('error')}.")


@dataclass(frozen=True, slots=True)
class OpenSearchWriters:
    """The open writers of both indexes."""

    resources: OpenSearchWriter
    passages: OpenSearchWriter


def client_of(url: str) -> tuple[Any, str]:
    """Return a client for `https://user:password@host:port/NAME`, and the name; raises EngineUnavailable with what is wrong."""
    try:
        from opensearchpy import OpenSearch
    except ImportError:
        raise EngineUnavailable(
            "SEARCH_URL is set, and the client is not installed: pip install -r requirements-opensearch.txt"
        ) from None
    parts = urlsplit(url)
    name = parts.path.strip("/") or "academy"
    if parts.scheme not in {"http", "https"} or not parts.hostname or not name.replace("-", "").isalnum():
        raise EngineUnavailable("SEARCH_URL is not a valid address. Use https://user:password@host:9200/academy.")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    hosts = [{"host": parts.hostname, "port": parts.port or 9200}]
    client = OpenSearch(
        hosts=hosts, http_auth=login, use_ssl=parts.scheme == "https", timeout=20, max_retries=2, retry_on_timeout=True,
        http_compress=True,
    )  # fmt: skip
    return client, name.lower()


class OpenSearchStore:
    """The generations of one index in an OpenSearch service; safe for threads, processes and machines."""

    def __init__(self, client: Any, name: str, version: int, wait_seconds: float = WAIT_FOR_WRITER_SECONDS) -> None:
        self.client = client
        self.prefix = f"{name}-v{version}"
        self.wait_seconds = wait_seconds
        self._resolved: tuple[float, OpenSearchSnapshot] | None = None

    def snapshot(self) -> OpenSearchSnapshot:
        """The generation that the aliases mean; an empty one is made where there is none."""
        resolved = self._resolved
        if resolved is not None and time.monotonic() - resolved[0] < RESOLVED_SECONDS:
            return resolved[1]
        with told("read"):
            generation = self._current()
            if generation is None:
                with self._locked("writer", WRITER_LOCK_SECONDS):
                    generation = self._current_or_created()
            if resolved is not None and resolved[1].generation == generation:
                self._resolved = time.monotonic(), resolved[1]
                return resolved[1]
            resources, passages = (OpenSearchSearcher(self.client, self._index(part, generation)) for part in PARTS)
            snapshot = OpenSearchSnapshot(resources, passages, generation)
            self._resolved = time.monotonic(), snapshot
            return snapshot

    def check(self) -> None:
        """Ask the service anew; whether its data are whole it looks after itself."""
        self._resolved = None
        self.snapshot()

    def write(self, change: Callable[[Any], _Result], keys: Iterable[str] = ()) -> _Result:
        """Let `change` write and commit to the current generation."""
        with told("written"), self._locked("writer", WRITER_LOCK_SECONDS):
            self._note_touched(keys)
            return self._apply(self._current_or_created(), change)

    def rebuild(
        self, fill: Callable[[Any], _Result], catch_up: Callable[[Collection[str]], Callable[[Any], object]]
    ) -> _Result:
        """Let `fill` write a new generation beside the present one, then what changed meanwhile, then move the aliases."""
        with told("rebuilt"), self._locked("rebuild", REBUILD_LOCK_SECONDS):
            with self._locked("writer", WRITER_LOCK_SECONDS):
                generation = self._created_generation()
                self.client.indices.delete(index=self._touched_index, params={"ignore_unavailable": "true"})
                self.client.indices.create(index=self._touched_index)
            try:
                result = self._apply(generation, fill)
                with self._locked("writer", WRITER_LOCK_SECONDS):
                    if keys := self._touched():
                        self._apply(generation, catch_up(keys))
                    previous = self._current()
                    self._make_current(generation)
                    # Searches that began before the swap still read the one before; older ones go.
                    self._remove_all_but({generation, previous})
            except BaseException:
                self._remove(generation)
                raise
            finally:
                self.client.indices.delete(index=self._touched_index, params={"ignore_unavailable": "true"})
            return result

    def _apply(self, generation: int, change: Callable[[Any], _Result]) -> _Result:
        resources, passages = (
            OpenSearchWriter(self.client, self._index(part, generation), is_by_key=part == "resources")
            for part in PARTS
        )
        try:
            return change(OpenSearchWriters(resources, passages))
        except BaseException:
            resources.rollback()
            passages.rollback()
            raise

    # --- generations --------------------------------------------------------------------------------------------

    def _index(self, part: str, generation: int) -> str:
        return f"{self.prefix}-{part}-{generation}"

    def _current(self) -> int | None:
        alias = f"{self.prefix}-resources"
        if not self.client.indices.exists_alias(name=alias):
            return None
        names = self.client.indices.get_alias(name=alias)
        return max(int(name.rpartition("-")[2]) for name in names)

    def _current_or_created(self) -> int:
        generation = self._current()
        if generation is None:
            generation = self._created_generation()
            self._make_current(generation)
        return generation

    def _created_generation(self) -> int:
        generation = max([0, *self._generations()]) + 1
        for part in PARTS:
            body = {"settings": SETTINGS, "mappings": MAPPINGS}
            self.client.indices.create(index=self._index(part, generation), body=body)
        return generation

    def _generations(self) -> set[int]:
        names = self.client.indices.get(index=f"{self.prefix}-*-*", params={"ignore_unavailable": "true"})
        return {int(name.rpartition("-")[2]) for name in names if name.rpartition("-")[2].isdigit()}

    def _make_current(self, generation: int) -> None:
        actions: list[dict[str, Any]] = []
        for part in PARTS:
            alias = f"{self.prefix}-{part}"
            if self.client.indices.exists_alias(name=alias):
                actions += (
                    {"remove": {"index": name, "alias": alias}} for name in self.client.indices.get_alias(name=alias)
                )
            actions.append({"add": {"index": self._index(part, generation), "alias": alias}})
        self.client.indices.update_aliases(body={"actions": actions})
        self._resolved = None

    def _remove_all_but(self, kept: Collection[int | None]) -> None:
        for generation in self._generations() - set(kept):
            self._remove(generation)

    def _remove(self, generation: int) -> None:
        for part in PARTS:
            self.client.indices.delete(index=self._index(part, generation), params={"ignore_unavailable": "true"})

    # --- what changes during a rebuild ----------------------------------------------------------------------------

    @property
    def _touched_index(self) -> str:
        return f"{self.prefix}-touched"

    def _note_touched(self, keys: Iterable[str]) -> None:
        noted = list(keys)
        if not noted or not self.client.indices.exists(index=self._touched_index):
            return
        lines: list[dict[str, Any]] = []
        for key in noted:
            lines += [{"index": {"_index": self._touched_index, "_id": key}}, {"at": int(time.time())}]
        self.client.bulk(body=lines, params={"refresh": "true"})

    def _touched(self) -> list[str]:
        body = {"query": {"match_all": {}}, "size": 10_000, "_source": False}
        found = self.client.search(index=self._touched_index, body=body)["hits"]["hits"]
        return [hit["_id"] for hit in found]

    # --- locks ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _locked(self, name: str, seconds: float) -> Iterator[None]:
        """Hold the lock of this name: a document that only one can create. One whose time is over is taken away first."""
        index, owner = f"{self.prefix}-locks", secrets.token_hex(8)
        give_up_at = time.monotonic() + self.wait_seconds
        while not self._taken(index, name, owner, seconds):
            if time.monotonic() > give_up_at:
                raise EngineUnavailable(
                    f"The search index is being written by another process for more than {self.wait_seconds:.0f} "
                    f"seconds. "
                    "Try again. It is safe to repeat a change."
                )
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            self.client.delete(index=index, id=name, params={"refresh": "true"}, ignore=404)

    def _taken(self, index: str, name: str, owner: str, seconds: float) -> bool:
        from opensearchpy.exceptions import ConflictError, NotFoundError

        body = {"owner": owner, "until": time.time() + seconds}
        try:
            self.client.create(index=index, id=name, body=body, params={"refresh": "true"})
            return True
        except ConflictError:
            pass
        try:
            held = self.client.get(index=index, id=name)
            if held["_source"]["until"] < time.time():
                # Only the very lock that was read is taken away, whoever else does the same.
                sequence = {"if_seq_no": held["_seq_no"], "if_primary_term": held["_primary_term"]}
                self.client.delete(index=index, id=name, params={**sequence, "refresh": "true"})
        except (ConflictError, NotFoundError):
            pass
        return False
