"""The way of a request through the API: who calls, how much they may still ask, what they ask, the kept answer or a new one."""

from __future__ import annotations

import math
import time
from typing import Any

from django.conf import settings
from django.db import connection

from cms.access.principals import acting_for

from ..loading.errors import ApiError, formatted, internal_error
from ..loading.request import ApiRequest
from ..queries.documents import Documents
from ..queries.execution import answer
from ..queries.limits import limits
from . import cors
from .callers import Caller, caller_of, version_now
from .compression import IDENTITY, encoding_for
from .freshness import Spans
from .messages import JSON, NO_STORE, ApiHttpRequest, ApiHttpResponse, Refused, Validators, as_json, json_reply
from .rates import CACHED_SHARE, REFUSED_COST, Meter, RateLimiter, name_of, public_rate, rate_of
from .reading import GraphQLRequest, check_method_and_type, read
from .response_cache import KEPT_SECONDS, CachedResponse, ResponseCache, etag_of, key_of
from .statement_timeout import within_time_of
from .trusted_documents import Texts
from .usage import Tally, usage


class RequestContext:
    """What is found out about one request on its way."""

    __slots__ = ("call", "caller", "meter", "now", "tally")

    def __init__(self, call: ApiHttpRequest) -> None:
        self.call = call
        self.now = time.time()
        self.tally = Tally(requests=1)
        self.caller: Caller | None = None
        self.meter: Meter | None = None

    @property
    def client_id(self) -> int | None:
        """The API client that calls; None for the public."""
        return None if self.caller is None else self.caller.principal.client_id


class GraphQLEndpoint:
    """Answers requests for one schema. There is one in each process: what it remembers is shared by the threads."""

    def __init__(self, schema: Any) -> None:
        self.documents = Documents(schema.graphql_schema)
        self.forget()

    def forget(self) -> None:
        """Forget everything but the documents that were read: what was asked, kept and owed in this process."""
        self.texts = Texts()
        self.cache = ResponseCache()
        self.debts = RateLimiter()
        self.spans = Spans()

    def answer(self, call: ApiHttpRequest) -> ApiHttpResponse:
        """Answer a request; never raises."""
        visit = RequestContext(call)
        try:
            if call.method == "OPTIONS":
                return cors.preflight(call)
            reply = self._answered(visit)
        except Refused as refused:
            visit.tally.errors = 1
            reply = refused.reply
        except Exception as error:
            visit.tally.errors = 1
            reply = json_reply({"errors": formatted([internal_error(error)])}, 500)
        try:
            finish(visit, reply)
        except Exception as error:
            # What is counted and told beside an answer must not cost the answer.
            internal_error(error)
        return reply

    def _answered(self, visit: RequestContext) -> ApiHttpResponse:
        call = visit.call
        check_method_and_type(call)
        caller = self._admitted(visit)
        asked = read(call)
        document_id, text = self.texts.text_of(asked, visit.client_id)
        if not settings.API_CACHE_BYTES or not reads_what_is_committed():
            kept = self._made(caller, asked, text)
            reply = sent(visit, kept, kept.until)
        else:
            version = version_now() if caller.version is None else caller.version
            span = self.spans.at(version, visit.now)
            key = key_of(version, span.began_at, caller.principal, document_id, asked)
            kept = self._kept(visit, caller, asked, text, key)
            until = min(kept.until, span.ends_at)
            reply = sent(visit, kept, until)
            if kept.etag:
                reply.basis = basis_of(visit, caller, version, key, kept, until)
        visit.tally.cost = kept_cost(kept) if visit.tally.cached else kept.cost
        visit.tally.errors = int(kept.has_errors)
        return reply

    def _admitted(self, visit: RequestContext) -> Caller:
        """Return who calls, when they may call at this moment; raises Refused (401, 429)."""
        try:
            caller = visit.caller = caller_of(visit.call)
            visit.meter = self.debts.meter(name_of(visit.client_id, visit.call.environ), rate_of(caller))
        except Refused:
            visit.meter = self.debts.meter(name_of(None, visit.call.environ), public_rate())
            visit.meter.check()
            raise
        try:
            visit.meter.check()
        except Refused:
            visit.tally.limited = 1
            raise
        return caller

    def _kept(
        self, visit: RequestContext, caller: Caller, asked: GraphQLRequest, text: str, key: bytes
    ) -> CachedResponse:
        """Return the answer kept under a key, or a new one, which is kept if it may be."""
        kept = self.cache.find(key, visit.now)
        if kept is not None:
            visit.tally.cached = 1
            return kept
        if self._is_never_kept(text, asked.operation_name):
            return self._made(caller, asked, text)
        patience = limits()["deadline_seconds"]
        kept, was_there = self.cache.once(key, lambda: self._made(caller, asked, text), patience)
        visit.tally.cached = int(was_there)
        return kept

    def _is_never_kept(self, text: str, operation_name: str | None) -> bool:
        """Whether a document is known, and known to ask for what is not kept: then nobody waits for anybody's answer."""
        document = self.documents.peek(text)
        try:
            return document is not None and not document.is_cacheable(
                self.documents.schema, document.operation(operation_name)
            )
        except ApiError:
            return True

    def _made(self, caller: Caller, asked: GraphQLRequest, text: str) -> CachedResponse:
        """Carry the query out."""
        request = ApiRequest(caller.principal, deadline_seconds=limits()["deadline_seconds"], rate=rate_of(caller))
        with acting_for(caller.principal), within_time_of(request):
            done = answer(self.documents, request, text, asked.variables, asked.operation_name)
        if done.is_executed:
            self.texts.note_valid(asked, caller.principal.client_id)
        cost = done.body.get("extensions", {}).get("cost", REFUSED_COST)
        kept = CachedResponse(as_json(done.body), cost, is_executed=done.is_executed, has_errors="errors" in done.body)
        if done.is_cacheable and request.is_cacheable:
            kept.etag = etag_of(kept.body)
            kept.until = time.time() + KEPT_SECONDS
            if request.answer_valid_until is not None:
                kept.until = min(kept.until, request.answer_valid_until.timestamp())
        return kept


def reads_what_is_committed() -> bool:
    """Whether this thread reads outside of any transaction: inside one, what it sees may never come to be."""
    return not connection.in_atomic_block


def sent(visit: RequestContext, kept: CachedResponse, until: float) -> ApiHttpResponse:
    """Return an answer as it goes out: compressed if the caller likes, 304 if the caller has it, with words to caches."""
    call = visit.call
    encoding = encoding_of(call, kept)
    headers = {"Content-Type": JSON, "Cache-Control": NO_STORE, "Vary": "Authorization, Accept-Encoding"}
    if encoding != IDENTITY:
        headers["Content-Encoding"] = encoding
    if call.method != "POST" and kept.etag:
        headers["ETag"] = f'"{kept.etag}"' if encoding == IDENTITY else f'"{kept.etag}-{encoding}"'
        headers["Cache-Control"] = cache_control(visit, until)
        if is_known_to_caller(call.environ.get("HTTP_IF_NONE_MATCH"), kept.etag):
            visit.tally.unchanged = 1
            del headers["Content-Type"]
            headers.pop("Content-Encoding", None)
            return ApiHttpResponse(304, headers=headers)
    return ApiHttpResponse(200 if kept.is_executed else 400, kept.encoded(encoding), headers)


def encoding_of(call: ApiHttpRequest, kept: CachedResponse) -> str:
    """Return the encoding in which an answer goes out."""
    return IDENTITY if kept.is_small else encoding_for(call.environ.get("HTTP_ACCEPT_ENCODING", ""))


def kept_cost(kept: CachedResponse) -> int:
    """Return what it costs to be sent a kept answer."""
    return max(1, kept.cost // CACHED_SHARE)


def basis_of(
    visit: RequestContext, caller: Caller, version: int, key: bytes, kept: CachedResponse, until: float
) -> Validators:
    """Return what a kept answer rests on."""
    if visit.client_id is None:
        # Towards its end, caches are told another time each second.
        until -= 2 * settings.API_PUBLIC_MAX_AGE
    return Validators(
        caller.prefix, caller.state or (version,), key, encoding_of(visit.call, kept), kept_cost(kept), rate_of(caller),
        visit.client_id, min(until, caller.usable_until),
    )  # fmt: skip


def cache_control(visit: RequestContext, until: float) -> str:
    """Return what caches on the way may do with an answer that holds until a moment.

    With a key only the caller's own, and it asks each time whether the answer still holds, so that nothing outlives a revoked
    key. The public's answers may be kept for a little while by anybody, but never beyond an expiry that is known.
    """
    if visit.client_id is not None:
        return "private, no-cache"
    left, fresh = until - visit.now, settings.API_PUBLIC_MAX_AGE
    if left < 2 * fresh:
        return f"public, max-age={max(0, min(fresh, math.floor(left)))}"
    return f"public, max-age={fresh}, stale-while-revalidate={fresh}"


def is_known_to_caller(if_none_match: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names the answer, in whatever encoding the caller got it."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    for one in if_none_match[:4_000].split(","):
        tag = one.strip().removeprefix("W/").strip('"')
        if tag.removesuffix("-br").removesuffix("-gzip") == etag:
            return True
    return False


def finish(visit: RequestContext, reply: ApiHttpResponse) -> None:
    """Count the request, and tell the caller (and its browser) what is to be known beside the answer."""
    call, tally = visit.call, visit.tally
    cors.allow(call, visit.caller, reply)
    if "HTTP_AUTHORIZATION" in call.environ:
        reply.headers["Vary"] = f"{reply.headers.get('Vary', 'Authorization')}, Origin"
    if visit.meter is not None:
        if reply.status != 429:
            tally.cost = tally.cost or REFUSED_COST
            visit.meter.charge(tally.cost)
        # What many callers share tells nobody's own figures.
        if not reply.headers["Cache-Control"].startswith("public"):
            reply.headers.update(visit.meter.headers())
    if call.method == "HEAD":
        reply.headers["Content-Length"] = str(len(reply.body))
        reply.body = b""
    tally.sent_bytes = len(reply.body)
    usage.note(visit.client_id, visit.now, tally)
