"""Answers a request that was answered a moment ago without finding out again what it means.

Most requests that meet a kept answer are repetitions to the last sign: an intranet's page asks the same for each of its
readers. For these the endpoint's whole way was gone before; what may have changed since is the content and the key, which at most
one statement tells, and what the caller owes. When anything is not as it was, the request goes to the endpoint as ever.
"""

from __future__ import annotations

import hashlib
import io
import time
from dataclasses import dataclass
from typing import Any

from cms.publishing import settling

from ..callers import State, state_now
from ..endpoint import GraphQLEndpoint
from ..messages import ApiHttpResponse, Validators
from ..rates import left, name_of
from ..statement_timeout import give_back_connection
from ..usage import Tally, usage

# What a request says, as far as its answer depends on it.
Words = tuple[Any, ...]
Headers = list[tuple[str, str]]
# Status, headers and body.
Answer = tuple[str, Headers, bytes]
# After this time the endpoint looks again: at the settings, at whether the document may still be asked for, at the key's use.
REMEMBERED_SECONDS = 10.0
# Beyond this much everything is forgotten; a repetition costs little to learn anew.
MAX_REMEMBERED = 1_000
MAX_BODY_BYTES = 2_000
MAX_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class ReplayEntry:
    """The answer to a request as it goes out, but for its body and for what the caller may still ask.

    `tally` is what is counted for it, but for the bytes sent. `debt_seconds` (seconds) is what it adds to the caller's debt.
    """

    basis: Validators
    until: float
    status: str
    headers: Headers
    is_unchanged: bool
    tells_rate: bool
    tally: Tally
    debt_seconds: float
    burst: float


class StateCache:
    """What one process saw of the content and the keys a moment ago; safe for threads, bounded in memory.

    For whoever knows of a change, nothing is seen late: see `cms.publishing.settling`.
    """

    def __init__(self) -> None:
        self._states: dict[str, tuple[float, State | None]] = {}

    def state(self, prefix: str) -> State | None:
        """Return what `state_now` tells, or told within the last `settling.STATE_TTL_SECONDS`."""
        now = time.monotonic()
        known = self._states.get(prefix)
        if known is not None and now - known[0] < settling.STATE_TTL_SECONDS:
            return known[1]
        try:
            state = state_now(prefix)
        finally:
            give_back_connection()
        if len(self._states) >= MAX_REMEMBERED:
            self._states.clear()
        # The glance began before the statement did.
        self._states[prefix] = now, state
        return state


class ReplayCache:
    """What one process was asked within the last seconds; safe for threads, bounded in memory."""

    def __init__(self, endpoint: GraphQLEndpoint) -> None:
        self.endpoint = endpoint
        self.glances = StateCache()
        self._known: dict[Words, ReplayEntry] = {}

    def answer(self, words: Words | None, environ: dict[str, Any]) -> Answer | None:
        """Return the answer to a request like one before, if it still holds; None leaves the request to the endpoint."""
        repeat = self._known.get(words) if words is not None else None
        if repeat is None:
            return None
        now, basis, endpoint = time.time(), repeat.basis, self.endpoint
        if now >= repeat.until:
            return None
        name = name_of(basis.client_id, environ)
        try:
            if self.glances.state(basis.prefix) != basis.state:
                return None
            kept = endpoint.cache.find(basis.key, now)
            owed = None if kept is None else endpoint.debts.take(name, repeat.debt_seconds, repeat.burst)
        except Exception:
            # A database that fails: the endpoint meets the same, and has words for it.
            return None
        if kept is None or owed is None:
            return None
        body = b"" if repeat.is_unchanged else kept.encoded(basis.encoding)
        usage.note(basis.client_id, now, repeat.tally, len(body))
        if not repeat.tells_rate:
            return repeat.status, repeat.headers, body
        return repeat.status, [*repeat.headers, ("RateLimit", left(basis.rate, owed))], body

    def learn(self, words: Words | None, reply: ApiHttpResponse, status: str, headers: Headers) -> None:
        """Remember how a request was answered, if its answer is kept."""
        basis = reply.basis
        if words is None or basis is None or reply.status not in (200, 304) or _is_long(words):
            return
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        lasting = [header for header in headers if header[0] != "RateLimit"]
        is_unchanged, rate = reply.status == 304, basis.rate
        self._known[words] = ReplayEntry(
            basis, min(basis.until, time.time() + REMEMBERED_SECONDS), status, lasting, is_unchanged,
            tells_rate=len(lasting) < len(headers),
            tally=Tally(1, basis.cost, cached=1, unchanged=int(is_unchanged)),
            debt_seconds=basis.cost * rate.seconds_a_unit, burst=rate.burst_seconds,
        )  # fmt: skip


def words_of(environ: dict[str, Any], is_by_https: bool) -> Words | None:
    """Return what a request says, in short; None for one that is not worth remembering. The body can still be read after."""
    method, body, query = environ["REQUEST_METHOD"], b"", environ.get("QUERY_STRING", "")
    if method == "POST":
        declared = environ.get("CONTENT_LENGTH") or ""
        if not (declared.isascii() and declared.isdigit() and len(declared) <= 4 and int(declared) <= MAX_BODY_BYTES):
            return None
        try:
            body = environ["wsgi.input"].read(int(declared))
        except Exception:
            # The caller is gone. The endpoint meets the same when it reads, and has words for it.
            return None
        environ["wsgi.input"] = io.BytesIO(body)
    elif method != "GET":
        return None
    key = environ.get("HTTP_AUTHORIZATION")
    # The key itself lies nowhere for longer than its request.
    mark = None if key is None else hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    asked = environ.get
    return (
        method, query, body, mark, is_by_https, asked("HTTP_ACCEPT_ENCODING"), asked("HTTP_IF_NONE_MATCH"),
        asked("HTTP_ORIGIN"), asked("CONTENT_TYPE"),
    )  # fmt: skip


def _is_long(words: Words) -> bool:
    """Whether remembering the words would take more memory than they are worth."""
    return sum(len(word) for word in words if isinstance(word, str)) > MAX_CHARACTERS
