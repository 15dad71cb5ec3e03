"""The way of a request through the API: who calls, how much they may still ask, what they ask, the cached answer or a new one."""

from __future__ import annotations

import math
import time
from typing import Any

from django.conf import settings
from django.db import connection

from cms.access.principals import acting_for

from ..loading.errors import ApiError, formatted, internal_error
from ..loading.quota import Rate
from ..loading.request import ApiRequest
from ..queries.documents import Documents
from ..queries.execution import answer
from ..queries.limits import limits
from . import cors
from .callers import Caller, caller_of, version_now
from .compression import IDENTITY, encoding_for
from .freshness import Spans
from .messages import NO_STORE, ApiHttpRequest, ApiHttpResponse, Refused, Validators, as_json, json_response
from .rates import CACHED_SHARE, REFUSED_COST, Meter, RateLimiter, name_of, public_rate, rate_of
from .reading import check_method_and_type, read
from .response_cache import CACHED_SECONDS, CachedResponse, ResponseCache, etag_of, key_of
from .statement_timeout import within_time_of
from .trusted_documents import IdentifiedQuery, QueryTexts
from .usage import Tally, usage

# What makes one address answer differently.
VARY = "Authorization, Accept, Accept-Encoding"


class RequestContext:
    """What is found out about one HTTP request on its way."""

    __slots__ = ("caller", "meter", "now", "request", "tally")

    def __init__(self, request: ApiHttpRequest) -> None:
        self.request = request
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
        """Forget everything but the documents that were read: queries, cached answers and debts of this process."""
        self.texts = QueryTexts()
        self.cache = ResponseCache()
        self.limiter = RateLimiter()
        self.spans = Spans()

    def answer(self, request: ApiHttpRequest) -> ApiHttpResponse:
        """Return the response to a request; never raises."""
        context = RequestContext(request)
        try:
            if request.method == "OPTIONS":
                return cors.preflight(request)
            response = self._answered(context)
        except Refused as refused:
            context.tally.errors = 1
            response = in_type_asked_for(request, refused.response)
        except Exception as error:
            context.tally.errors = 1
            response = in_type_asked_for(request, json_response({"errors": formatted([internal_error(error)])}, 500))
        try:
            finish(context, response)
        except Exception as error:
            # What is counted and said beside an answer must not cost the answer.
            internal_error(error)
        return response

    def _answered(self, context: RequestContext) -> ApiHttpResponse:
        check_method_and_type(context.request)
        caller, rate = self._admitted(context)
        query = self.texts.identified(read(context.request), context.client_id)
        if not settings.API_CACHE_BYTES or not reads_what_is_committed():
            cached = self._made(caller, rate, query)
            response = sent(context, cached, cached.until)
        else:
            version = version_now() if caller.version is None else caller.version
            span = self.spans.at(version, context.now)
            key = key_of(version, span.began_at, caller.principal, query)
            cached = self._found_or_made(context, caller, rate, query, key)
            until = min(cached.until, span.ends_at)
            response = sent(context, cached, until)
            if cached.etag:
                response.validators = validators_of(context, caller, rate, version, key, cached, until)
        context.tally.cost = cost_when_cached(cached) if context.tally.cached else cached.cost
        context.tally.errors = int(cached.has_errors)
        return response

    def _admitted(self, context: RequestContext) -> tuple[Caller, Rate]:
        """Return who calls and how much they may ask, when they may call at this moment; raises Refused (401, 429)."""
        environ = context.request.environ
        try:
            caller = context.caller = caller_of(context.request)
            rate = rate_of(caller)
            context.meter = self.limiter.meter(name_of(context.client_id, environ), rate)
        except Refused:
            context.meter = self.limiter.meter(name_of(None, environ), public_rate())
            context.meter.check()
            raise
        try:
            context.meter.check()
        except Refused:
            context.tally.limited = 1
            raise
        return caller, rate

    def _found_or_made(
        self, context: RequestContext, caller: Caller, rate: Rate, query: IdentifiedQuery, key: bytes
    ) -> CachedResponse:
        """Return the answer cached under a key, or a new one, which is cached if it may be."""
        cached = self.cache.find(key, context.now)
        if cached is not None:
            context.tally.cached = 1
            return cached
        if self._is_never_cached(query):
            return self._made(caller, rate, query)
        patience_seconds = limits()["deadline_seconds"]
        cached, was_there = self.cache.once(key, lambda: self._made(caller, rate, query), patience_seconds)
        context.tally.cached = int(was_there)
        return cached

    def _is_never_cached(self, query: IdentifiedQuery) -> bool:
        """Whether a document is known, and known to ask for what is not cached: then nobody waits for anybody's answer."""
        document = self.documents.peek(query.document_id)
        try:
            return document is not None and not document.is_cacheable(
                self.documents.schema, document.operation(query.request.operation_name)
            )
        except ApiError:
            return True

    def _made(self, caller: Caller, rate: Rate, query: IdentifiedQuery) -> CachedResponse:
        """Run the query and return its answer, with an ETag if it may be cached."""
        asked = query.request
        request = ApiRequest(caller.principal, deadline_seconds=limits()["deadline_seconds"], rate=rate)
        with acting_for(caller.principal), within_time_of(request):
            result = answer(
                self.documents, request, query.text, asked.variables, asked.operation_name, query.document_id
            )
        if result.is_executed:
            self.texts.note_valid(asked, caller.principal.client_id)
        cost = result.body.get("extensions", {}).get("cost", REFUSED_COST)
        made = CachedResponse(
            as_json(result.body), cost, is_executed=result.is_executed, has_errors="errors" in result.body
        )
        if result.is_cacheable:
            made.etag = etag_of(made.body)
            made.until = time.time() + CACHED_SECONDS
            if request.answer_valid_until is not None:
                made.until = min(made.until, request.answer_valid_until.timestamp())
        return made


def in_type_asked_for(request: ApiHttpRequest, response: ApiHttpResponse) -> ApiHttpResponse:
    """Return an error's answer in the media type that the caller takes for GraphQL's, so that clients show its sentence."""
    response.headers["Content-Type"] = request.answer_type.content_type
    response.headers["Vary"] = VARY
    return response


def reads_what_is_committed() -> bool:
    """Whether this thread reads outside of any transaction: inside one, what it sees may never come to be."""
    return not connection.in_atomic_block


def sent(context: RequestContext, cached: CachedResponse, until: float) -> ApiHttpResponse:
    """Return an answer as it goes out: compressed if the caller likes, 304 if the caller has it, with headers for caches."""
    request = context.request
    encoding = encoding_of(request, cached)
    answer_type = request.answer_type
    headers = {"Content-Type": answer_type.content_type, "Cache-Control": NO_STORE, "Vary": VARY}
    if encoding != IDENTITY:
        headers["Content-Encoding"] = encoding
    if request.method != "POST" and cached.etag:
        headers["ETag"] = f'"{cached.etag}"' if encoding == IDENTITY else f'"{cached.etag}-{encoding}"'
        headers["Cache-Control"] = cache_control(context, until)
        if is_known_to_caller(request.environ.get("HTTP_IF_NONE_MATCH"), cached.etag):
            context.tally.unchanged = 1
            del headers["Content-Type"]
            headers.pop("Content-Encoding", None)
            return ApiHttpResponse(304, headers=headers)
    return ApiHttpResponse(200 if cached.is_executed else answer_type.refused_status, cached.encoded(encoding), headers)


def encoding_of(request: ApiHttpRequest, cached: CachedResponse) -> str:
    """Return the encoding in which an answer goes out: `br`, `gzip` or `identity`."""
    return IDENTITY if cached.is_small else encoding_for(request.environ.get("HTTP_ACCEPT_ENCODING", ""))


def cost_when_cached(cached: CachedResponse) -> int:
    """Return what it costs to be sent an answer that was cached."""
    return max(1, cached.cost // CACHED_SHARE)


def validators_of(
    context: RequestContext,
    caller: Caller,
    rate: Rate,
    version: int,
    key: bytes,
    cached: CachedResponse,
    until: float,
) -> Validators:
    """Return what a cached answer rests on."""
    if context.client_id is None:
        # Towards its end, the time for caches differs each second.
        until -= 2 * settings.API_PUBLIC_MAX_AGE
    return Validators(
        caller.prefix, caller.state or (version,), key, encoding_of(context.request, cached), cost_when_cached(cached),
        rate, context.client_id, min(until, caller.usable_until),
    )  # fmt: skip


def cache_control(context: RequestContext, until: float) -> str:
    """Return what caches on the way may do with an answer that holds until a moment.

    With a key only the caller's own, and it asks each time whether the answer still holds, so that nothing outlives a revoked
    key. The public's answers may be kept for a little while by anybody, but never beyond an expiry that is known.
    """
    if context.client_id is not None:
        return "private, no-cache"
    left, fresh = until - context.now, settings.API_PUBLIC_MAX_AGE
    if left < 2 * fresh:
        return f"public, max-age={max(0, min(fresh, math.floor(left)))}"
    return f"public, max-age={fresh}, stale-while-revalidate={fresh}"


def is_known_to_caller(if_none_match: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names the answer, in whatever encoding the caller got it."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    for quoted in if_none_match[:4_000].split(","):
        tag = quoted.strip().removeprefix("W/").strip('"')
        if tag.removesuffix("-br").removesuffix("-gzip") == etag:
            return True
    return False


def finish(context: RequestContext, response: ApiHttpResponse) -> None:
    """Count the request, and set the headers that callers and their browsers need beside the answer."""
    request, tally = context.request, context.tally
    cors.allow(request, context.caller, response)
    if "HTTP_AUTHORIZATION" in request.environ:
        response.headers["Vary"] = f"{response.headers.get('Vary', 'Authorization')}, Origin"
    if context.meter is not None:
        if response.status != 429:
            tally.cost = tally.cost or REFUSED_COST
            context.meter.charge(tally.cost)
        # What many callers share says nothing of anybody's own figures.
        if not response.headers["Cache-Control"].startswith("public"):
            response.headers.update(context.meter.headers())
    if request.method == "HEAD":
        response.headers["Content-Length"] = str(len(response.body))
        response.body = b""
    tally.sent_bytes = len(response.body)
    usage.note(context.client_id, context.now, tally)
