"""Remembers how requests were answered within the last seconds, and answers one like it while that is right."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any, Protocol

from django.conf import settings

from .states import State, StateCache

# What a request says, as far as its answer depends on it.
Fingerprint = tuple[Any, ...]
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
# Status, headers and body.
Answer = tuple[str, Headers, bytes]
# After this time the endpoint looks again: at the settings, at whether the document may still be asked for, at the key's use.
REMEMBERED_SECONDS = 10.0
# Beyond this much everything is forgotten; a repetition costs little to learn anew.
MAX_REMEMBERED = 1_000
MAX_BODY_BYTES = 2_000
MAX_CHARACTERS = 2_000


class Replayable(Protocol):
    """An answer that can be sent again while `state` is what is read for the key with `prefix`, until `until` (epoch)."""

    @property
    def prefix(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def until(self) -> float: ...

    def send(self, environ: Environ, now: float) -> Answer | None:
        """Return the answer as it goes out to this request, or None when it cannot be sent at the moment."""


class ReplayCache:
    """What one process was asked within the last seconds; safe for threads, bounded in memory.

    `read_state` reads from the database what answers rest on; see `StateCache`.
    """

    def __init__(self, read_state: Callable[[str], State | None]) -> None:
        self._states = StateCache(read_state)
        self._known: dict[Fingerprint, tuple[float, Replayable]] = {}

    def answer(self, fingerprint: Fingerprint | None, environ: Environ) -> Answer | None:
        """Return the answer to a request like one before, if it still holds; None leaves the request to the endpoint."""
        known = self._known.get(fingerprint) if fingerprint is not None else None
        if known is None:
            return None
        now, (until, entry) = time.time(), known
        if now >= until:
            return None
        try:
            return entry.send(environ, now) if self._states.state(entry.prefix) == entry.state else None
        except Exception:
            # A database that fails: the endpoint meets the same, and knows what to say.
            return None

    def learn(self, fingerprint: Fingerprint | None, entry: Replayable) -> None:
        """Remember how a request was answered."""
        if fingerprint is None or _is_long(fingerprint):
            return
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[fingerprint] = min(entry.until, time.time() + REMEMBERED_SECONDS), entry


def fingerprint_of(environ: Environ, is_by_https: bool, credentials: tuple[str, str] | None) -> Fingerprint | None:
    """Return what a request says, in short; None for one that is not worth remembering, and for all when nothing is replayed.

    `credentials` stand for its `Authorization` header without telling the key. The body can still be read afterwards.
    """
    if not settings.API_REPLAY_SECONDS:
        return None
    method, body, query = environ["REQUEST_METHOD"], b"", environ.get("QUERY_STRING", "")
    if method == "POST":
        declared = environ.get("CONTENT_LENGTH") or ""
        if not (declared.isascii() and declared.isdigit() and len(declared) <= 4 and int(declared) <= MAX_BODY_BYTES):
            return None
        try:
            body = environ["wsgi.input"].read(int(declared))
        except Exception:
            # The caller is gone. The endpoint meets the same when it reads, and knows what to say.
            return None
        environ["wsgi.input"] = io.BytesIO(body)
    elif method != "GET":
        return None
    header = environ.get
    return (
        method, query, body, credentials, is_by_https, header("HTTP_ACCEPT_ENCODING"), header("HTTP_IF_NONE_MATCH"),
        header("HTTP_ORIGIN"), header("CONTENT_TYPE"), header("HTTP_ACCEPT"),
    )  # fmt: skip


def _is_long(fingerprint: Fingerprint) -> bool:
    """Whether remembering the request would take more memory than it is worth."""
    return sum(len(word) for word in fingerprint if isinstance(word, str)) > MAX_CHARACTERS
