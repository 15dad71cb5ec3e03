"""Caches answers: the same question from the same audience about the same content is executed once.

**Why an answer that is found is right.** The key holds the content version, which every change counts up in its own
transaction. A request reads the version first, executes the query, and stores the answer under the version it read. The
rows it saw are of that version or of a later one, never of an earlier one. When a change was committed in between, later
requests read the new version and never find that entry; who still finds it asked before the change was there. So nothing has
to be deleted, in no process, and no reading after the storing is needed. Whatever is read inside a transaction is neither
stored nor looked up: it may see changes that are rolled back, whose version another change will bear.

Time changes answers without a change of content: so the key also holds the moment of the last expiry (`freshness`), and an
entry may say until when it holds. What follows the content a little later, such as the search index, is not cached at all.
"""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Event, Lock
from typing import Any

import orjson
from django.conf import settings

from cms.access.principals import Principal
from cms.shared_memory import SharedMemory, shared_memory

from .compression import IDENTITY, MIN_BYTES, compressed
from .trusted_documents import IdentifiedQuery

logger = logging.getLogger(__name__)
# What an entry takes beside its bodies, roughly.
ENTRY_BYTES = 1_000
# One answer may take at most this share of the memory for all.
MAX_SHARE = 0.25
# Content versions end entries; this bounds what a mistake elsewhere could cost.
CACHED_SECONDS = 600
# How long to wait for an answer that another process is making, before making it here as well.
OTHERS_SECONDS = 2.0
_POLL_SECONDS = 0.02
_NOTHING: Any = (None, None)


@dataclass(slots=True)
class CachedResponse:
    """An answer's body with all that is needed to send it. Without an `etag` it is for one request only."""

    body: bytes
    cost: int
    etag: str = ""
    is_executed: bool = True
    has_errors: bool = False
    # Seconds of the epoch.
    until: float = math.inf
    variants: dict[str, bytes] = field(default_factory=dict)

    @property
    def is_small(self) -> bool:
        """Whether compressing it would save nothing worth the work."""
        return len(self.body) < MIN_BYTES

    def encoded(self, encoding: str) -> bytes:
        """Return the body in an encoding, which is made once."""
        if encoding == IDENTITY:
            return self.body
        known = self.variants.get(encoding)
        if known is None:
            known = self.variants[encoding] = compressed(self.body, encoding)
        return known

    def is_good(self, now: float) -> bool:
        """Whether it may be sent at `now`."""
        return now < self.until

    @property
    def size(self) -> int:
        """The bytes it takes in memory, roughly; compressed, it takes at most half as much again."""
        return ENTRY_BYTES + len(self.body) * 3 // 2


def etag_of(body: bytes) -> str:
    """Return the opaque part of a strong ETag.

    Made from the body alone: an answer that a change left as it was keeps its tag, and no tag tells that something hidden changed.
    """
    return hashlib.blake2b(body, digest_size=16).hexdigest()


class LocalMemory:
    """The entries of one process, least lately used ones given up first; safe for threads."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._entries: OrderedDict[bytes, tuple[CachedResponse, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: bytes) -> CachedResponse | None:
        """Return an entry and make it the latest used."""
        with self._lock:
            found = self._entries.get(key)
            if found is None:
                return None
            self._entries.move_to_end(key)
            return found[0]

    def put(self, key: bytes, cached: CachedResponse) -> None:
        """Store an entry, and give up others until all fit."""
        size = cached.size
        with self._lock:
            self.bytes -= self._entries.pop(key, (cached, 0))[1]
            if size <= self.max_bytes * MAX_SHARE:
                self._entries[key] = cached, size
                self.bytes += size
            while self.bytes > self.max_bytes:
                self.bytes -= self._entries.popitem(last=False)[1][1]

    def drop(self, key: bytes) -> None:
        """Forget an entry."""
        with self._lock:
            self.bytes -= self._entries.pop(key, (None, 0))[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.bytes = 0


class _Flight:
    """An answer that is being made, for all who asked for it meanwhile."""

    def __init__(self) -> None:
        self.landed = Event()
        self.response: CachedResponse | None = None


class ResponseCache:
    """Entries in this process, and in Redis for all processes when there is one."""

    def __init__(self) -> None:
        self.local = LocalMemory(settings.API_CACHE_BYTES)
        self._flights: dict[bytes, _Flight] = {}
        self._lock = Lock()

    def find(self, key: bytes, now: float) -> CachedResponse | None:
        """Return the good entry of a key, or None. Only this process's memory is asked."""
        cached = self.local.get(key)
        if cached is not None and not cached.is_good(now):
            self.local.drop(key)
            return None
        return cached

    def once(
        self, key: bytes, make: Callable[[], CachedResponse], patience_seconds: float
    ) -> tuple[CachedResponse, bool]:
        """Return the answer of a key, and whether somebody else made it; several who ask at a time let one make it.

        An answer that is not for keeping is not shared either: then each makes its own.
        """
        with self._lock:
            flight = self._flights.get(key)
            is_ours = flight is None
            if flight is None:
                flight = self._flights[key] = _Flight()
        if not is_ours:
            flight.landed.wait(patience_seconds)
            cached = flight.response
            if cached is not None and cached.etag and cached.is_good(time.time()):
                return cached, True
            return make(), False
        try:
            flight.response, was_there = self._fetched_or_made(key, make)
            return flight.response, was_there
        finally:
            with self._lock:
                del self._flights[key]
            flight.landed.set()

    def _fetched_or_made(self, key: bytes, make: Callable[[], CachedResponse]) -> tuple[CachedResponse, bool]:
        memory = shared_memory()
        fetched = self._fetched(memory, key) if memory is not None else None
        if fetched is not None:
            self.local.put(key, fetched)
            return fetched, True
        lock = self._taken(memory, key) if memory is not None else None
        try:
            cached = make()
            if cached.etag:
                self.local.put(key, cached)
                if memory is not None:
                    seconds = int(min(CACHED_SECONDS, cached.until - time.time()))
                    if seconds > 0:
                        memory.tried(lambda redis: redis.set(_name(key), _packed(cached), ex=seconds), None)
        finally:
            if memory is not None and lock is not None:
                memory.tried(lambda redis: redis.delete(lock), 0)
        return cached, False

    def _fetched(self, memory: SharedMemory, key: bytes) -> CachedResponse | None:
        """Return the entry that another process stored; one that another is just making is waited for, not for long."""
        give_up_at = time.monotonic() + OTHERS_SECONDS
        while True:
            found, lock = memory.tried(lambda redis: redis.mget(_name(key), _lock_name(key)), _NOTHING)
            cached = _unpacked(found) if isinstance(found, bytes) else None
            if cached is not None and cached.is_good(time.time()):
                return cached
            if lock is None or time.monotonic() > give_up_at:
                return None
            time.sleep(_POLL_SECONDS)

    def _taken(self, memory: SharedMemory, key: bytes) -> str | None:
        name = _lock_name(key)
        is_taken = memory.tried(
            lambda redis: redis.set(name, secrets.token_hex(4), nx=True, px=int(OTHERS_SECONDS * 1000)), None
        )
        return name if is_taken else None


def key_of(version: int, began_at: float, principal: Principal, query: IdentifiedQuery) -> bytes:
    """Return the key of an answer: the state of the content, who may see what, and what was asked."""
    asked = query.request
    tokens = ",".join(sorted(principal.audience_tokens))
    name = "" if asked.operation_name is None else f"={asked.operation_name}"
    parts = orjson.dumps([version, began_at, tokens, query.document_id, name])
    return hashlib.blake2b(parts + asked.canonical, digest_size=20).digest()


def _name(key: bytes) -> str:
    return f"academy:answer:{release_mark()}:{key.hex()}"


def _lock_name(key: bytes) -> str:
    return f"academy:making:{release_mark()}:{key.hex()}"


@lru_cache(maxsize=1)
def release_mark() -> str:
    """Return a hash of the product's own code and address, so that no answer of another release or site is ever taken."""
    root = Path(settings.BASE_DIR)
    digest = hashlib.blake2b(f"{settings.BASE_URL} {settings.DATABASES['default'].get('NAME')}".encode(), digest_size=8)
    for app in ("cms", "programmes", "library", "search", "home"):
        for path in sorted((root / app).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _packed(cached: CachedResponse) -> bytes:
    until = None if math.isinf(cached.until) else cached.until
    return orjson.dumps([cached.etag, cached.cost, until]) + b"\n" + cached.body


def _unpacked(raw: bytes) -> CachedResponse | None:
    head, _, body = raw.partition(b"\n")
    try:
        etag, cost, until = orjson.loads(head)
    except ValueError:
        return None
    if etag != etag_of(body):
        return None
    return CachedResponse(body, cost, etag, until=math.inf if until is None else until)
