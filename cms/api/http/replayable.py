"""Sends a cached answer again to a request like one before: charged and counted as by the endpoint, which is not asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cms.replay import Answer, Headers, State

from .endpoint import GraphQLEndpoint
from .messages import ApiHttpResponse, Validators
from .rates import left, name_of
from .usage import Tally, usage


@dataclass(frozen=True, slots=True)
class ReplayableAnswer:
    """The answer to a request as it went out, but for its body and for what the caller may still ask.

    `tally` is what is counted for it, but for the bytes sent. `debt_seconds` is what it adds to the caller's debt.
    """

    endpoint: GraphQLEndpoint
    validators: Validators
    status: str
    headers: Headers
    is_unchanged: bool
    has_rate_header: bool
    tally: Tally
    debt_seconds: float
    burst_seconds: float

    @property
    def prefix(self) -> str:
        return self.validators.prefix

    @property
    def state(self) -> State:
        return self.validators.state

    @property
    def until(self) -> float:
        return self.validators.until

    def send(self, environ: dict[str, Any], now: float) -> Answer | None:
        """Return the answer as it goes out to this request; None when it is not cached any more or the caller asked too much."""
        validators, endpoint = self.validators, self.endpoint
        cached = endpoint.cache.find(validators.key, now)
        if cached is None:
            return None
        name = name_of(validators.client_id, environ)
        debt = endpoint.limiter.take(name, self.debt_seconds, self.burst_seconds)
        if debt is None:
            return None
        body = b"" if self.is_unchanged else cached.encoded(validators.encoding)
        usage.note(validators.client_id, now, self.tally, len(body))
        if not self.has_rate_header:
            return self.status, self.headers, body
        return self.status, [*self.headers, ("RateLimit", left(validators.rate, debt))], body


def replayable(
    endpoint: GraphQLEndpoint, response: ApiHttpResponse, status: str, headers: Headers
) -> ReplayableAnswer | None:
    """Return how a response that goes out with these headers can be sent again; None for one that was not cached."""
    validators = response.validators
    if validators is None or response.status not in (200, 304):
        return None
    lasting = [header for header in headers if header[0] != "RateLimit"]
    is_unchanged, rate = response.status == 304, validators.rate
    return ReplayableAnswer(
        endpoint, validators, status, lasting, is_unchanged,
        has_rate_header=len(lasting) < len(headers),
        tally=Tally(1, validators.cost, cached=1, unchanged=int(is_unchanged)),
        debt_seconds=validators.cost * rate.seconds_a_unit, burst_seconds=rate.burst_seconds,
    )  # fmt: skip
