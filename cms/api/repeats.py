"""Answers a request that was answered a moment ago without finding out again what it means.

Most requests that meet a kept answer are repetitions to the last sign: an intranet's page asks the same for each of its
readers. For these the door's whole way was gone before; what may have changed since is the content and the key, which one
statement tells, and what the caller owes. When anything is not as it was, the request goes to the door as ever.
"""

from __future__ import annotations

import hashlib
import io
import time
from dataclasses import dataclass
from typing import Any

from .callers import state_now
from .calls import Basis, Reply
from .door import Door
from .rates import name_of
from .usage import Tally, usage

# What a request says, as far as its answer depends on it.
Words = tuple[Any, ...]
Headers = list[tuple[str, str]]
# Status, headers and body.
Answer = tuple[str, Headers, bytes]
# After this time the door looks again: at the settings, at whether the document may still be asked for, at the key's use.
REMEMBERED_SECONDS = 10.0
# Beyond this much everything is forgotten; a repetition costs little to learn anew.
MAX_REMEMBERED = 1_000
MAX_BODY_BYTES = 2_000
MAX_CHARACTERS = 2_000
_SAID = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_ORIGIN", "CONTENT_TYPE")


@dataclass(frozen=True, slots=True)
class Repeat:
    """The answer to a request as it goes out, but for its body and for what the caller may still ask."""

    basis: Basis
    until: float
    status: str
    headers: Headers
    is_unchanged: bool
    tells_rate: bool

    def tally(self, sent_bytes: int) -> Tally:
        """Return what is counted for it."""
        return Tally(1, self.basis.cost, cached=1, unchanged=int(self.is_unchanged), sent_bytes=sent_bytes)


class Repeats:
    """What one process was asked within the last seconds; safe for threads, bounded in memory."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self._known: dict[Words, Repeat] = {}

    def answer(self, words: Words | None, environ: dict[str, Any]) -> Answer | None:
        """Return the answer to a request like one before, if it still holds; None leaves the request to the door."""
        repeat = self._known.get(words) if words is not None else None
        if repeat is None:
            return None
        now, basis = time.time(), repeat.basis
        if now >= repeat.until:
            return None
        try:
            if state_now(basis.prefix) != basis.state:
                return None
            kept = self.door.cache.find(basis.key, now)
            meter = self.door.debts.meter(name_of(basis.client_id, environ), basis.rate)
            meter.check()
        except Exception:
            # Too much asked for, or a database that fails: the door meets the same, and has words for it.
            return None
        if kept is None:
            return None
        body = b"" if repeat.is_unchanged else kept.encoded(basis.encoding)
        meter.charge(basis.cost)
        usage.note(basis.client_id, now, repeat.tally(len(body)))
        headers = [*repeat.headers, *meter.headers().items()] if repeat.tells_rate else [*repeat.headers]
        return repeat.status, headers, body

    def learn(self, words: Words | None, reply: Reply, status: str, headers: Headers) -> None:
        """Remember how a request was answered, if its answer is kept."""
        basis = reply.basis
        if words is None or basis is None or reply.status not in (200, 304):
            return
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        until = min(basis.until, time.time() + REMEMBERED_SECONDS)
        lasting = [one for one in headers if not one[0].startswith("RateLimit")]
        self._known[words] = Repeat(
            basis, until, status, lasting, is_unchanged=reply.status == 304, tells_rate=len(lasting) < len(headers)
        )


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
            # The caller is gone. The door meets the same when it reads, and has words for it.
            return None
        environ["wsgi.input"] = io.BytesIO(body)
    elif method != "GET":
        return None
    said = [environ.get(name, "") for name in _SAID]
    if len(query) + sum(map(len, said)) > MAX_CHARACTERS:
        return None
    key = environ.get("HTTP_AUTHORIZATION")
    # The key itself lies nowhere for longer than its request.
    mark = None if key is None else hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return method, query, body, mark, is_by_https, *said
