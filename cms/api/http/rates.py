"""Limits how much a caller may ask for in a time: a bucket of cost for each API client, and for each address of the public.

The bucket is reckoned as a debt of time (the generic cell rate algorithm): each unit of cost adds the time in which one is
earned again, time takes the debt off, and whose debt has reached the burst is refused. Debts lie in the memory of the process. With
Redis they are brought together about once a second and whenever a tenth of the burst was used up here, so that an answer
seldom waits for Redis, several processes together let pass at most a few tenths more than one, and a Redis that does not
answer makes no difference to anybody.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from threading import Lock
from typing import Any

from django.conf import settings

from cms.limits.addresses import address_of
from cms.shared_memory import shared_memory

from ..loading.errors import limit_exceeded
from ..loading.quota import Rate
from .callers import Caller
from .messages import Refused

# What a request costs that runs no query to its end.
REFUSED_COST = 100
# A cached answer costs this fraction (one hundredth) of executing its query.
CACHED_SHARE = 100
MAX_CALLERS = 20_000
SYNC_SECONDS = 1.0
SYNC_SHARE = 0.1
# Adds to a debt (in seconds) and returns it. Redis's own clock counts, so that those of the servers need not agree.
_ADD = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local free_at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.6f', free_at), 'EX', math.ceil(free_at - now) + 1)
return string.format('%.6f', free_at - now)
"""


class Debt:
    """What one caller has used up beyond what time gave back, as a moment (seconds of the epoch), in this process."""

    __slots__ = ("free_at", "is_new", "synced_at", "unsynced")

    def __init__(self) -> None:
        self.free_at = 0.0
        self.unsynced = 0.0
        self.synced_at = 0.0


class Meter:
    """One caller's bucket in the hands of one request."""

    def __init__(self, name: str, rate: Rate, limiter: RateLimiter) -> None:
        self.name = name
        self.rate = rate
        self._limiter = limiter

    def check(self) -> None:
        """Raise Refused (429) when the caller has used up what it may ask for; the answer says when there is more."""
        over = (
            self._limiter.debt_seconds(self.name, look_around=True, burst=self.rate.burst_seconds)
            - self.rate.burst_seconds
        )
        if over >= 0:
            wait = max(1, math.ceil(over))
            error = limit_exceeded(
                "the cost of requests in a minute", limit=self.rate.cost_per_minute, value=None,
                advice=f"Wait {wait} s, ask for less, or use GET with `documentId`: cached answers cost little.",
            )  # fmt: skip
            raise Refused(429, error, Retry_After=str(wait))

    def charge(self, cost: int) -> None:
        """Take the cost of a request off what the caller may still ask for."""
        self._limiter.add(self.name, cost * self.rate.seconds_a_unit, self.rate.burst_seconds)

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers: the policies, and what is left of the burst."""
        return {
            "RateLimit-Policy": self.rate.policy,
            "RateLimit": left(self.rate, self._limiter.debt_seconds(self.name)),
        }


def left(rate: Rate, debt_seconds: float) -> str:
    """Return what a debt leaves of the burst, as the value of the header `RateLimit`, e.g. `"burst";r=900;t=3`."""
    a_unit = 60.0 / rate.cost_per_minute
    remaining = max(0, int(rate.cost_burst - debt_seconds / a_unit))
    full_in = math.ceil((rate.cost_burst - remaining) * a_unit)
    return f'"burst";r={remaining};t={full_in}'


class RateLimiter:
    """The debts of callers, as one process knows them; safe for threads, bounded in memory."""

    def __init__(self) -> None:
        self._debts: OrderedDict[str, Debt] = OrderedDict()
        self._lock = Lock()

    def meter(self, name: str, rate: Rate) -> Meter:
        """Return the bucket of a caller."""
        return Meter(name, rate, self)

    def debt_seconds(self, name: str, *, look_around: bool = False, burst: float = 0.0) -> float:
        """Return a caller's debt in seconds; `look_around` brings it together with other processes' when that is due."""
        if look_around:
            self._sync_if_due(name, burst)
        with self._lock:
            debt = self._debts.get(name)
            return 0.0 if debt is None else max(0.0, debt.free_at - time.time())

    def add(self, name: str, seconds: float, burst: float) -> None:
        """Add to a caller's debt."""
        now = time.time()
        with self._lock:
            debt = self._of(name)
            debt.free_at = max(debt.free_at, now) + seconds
            debt.unsynced += seconds
        if debt.unsynced >= SYNC_SHARE * burst:
            self._sync_if_due(name, burst)

    def take(self, name: str, seconds: float, burst: float) -> float | None:
        """Add to a caller's debt and return it in seconds; None, and nothing is added, when it has reached its burst."""
        now = time.time()
        with self._lock:
            debt = self._of(name)
            if debt.free_at - now >= burst:
                return None
            debt.free_at = max(debt.free_at, now) + seconds
            seconds_in_debt = debt.free_at - now
            debt.unsynced += seconds
            is_due = now - debt.synced_at >= SYNC_SECONDS or debt.unsynced >= SYNC_SHARE * burst
        if is_due:
            self._sync_if_due(name, burst)
        return seconds_in_debt

    def _of(self, name: str) -> Debt:
        """Return a caller's debt, as the latest called; the lock is held."""
        debt = self._debts.get(name)
        if debt is None:
            debt = self._debts[name] = Debt()
            while len(self._debts) > MAX_CALLERS:
                self._debts.popitem(last=False)
        else:
            self._debts.move_to_end(name)
        return debt

    def _sync_if_due(self, name: str, burst: float) -> None:
        now = time.time()
        with self._lock:
            debt = self._debts.setdefault(name, Debt())
            if now - debt.synced_at < SYNC_SECONDS and debt.unsynced < SYNC_SHARE * burst:
                return
            debt.synced_at = now
            unsynced, debt.unsynced = debt.unsynced, 0.0
        memory = shared_memory()
        if memory is None:
            return
        key = f"academy:debt:{name}"
        answered = memory.tried(lambda redis: redis.eval(_ADD, 1, key, f"{unsynced:.6f}"), None)
        if answered is None:
            return
        everywhere: Any = float(answered)  # type: ignore[arg-type]
        with self._lock:
            debt.free_at = time.time() + everywhere + debt.unsynced


def public_rate() -> Rate:
    """Return how much one address may ask for without a key."""
    return Rate(**settings.API_RATES["public"])


def rate_of(caller: Caller) -> Rate:
    """Return how much a caller may ask for: its client's own figures, or else the usual ones."""
    if caller.principal.client_id is None:
        return public_rate()
    usual = settings.API_RATES["client"]
    return Rate(caller.cost_per_minute or usual["cost_per_minute"], caller.cost_burst or usual["cost_burst"])


def name_of(client_id: int | None, environ: dict[str, Any]) -> str:
    """Return the name under which a caller's debt is counted: its client, or its address."""
    return f"address:{address_of(environ)}" if client_id is None else f"client:{client_id}"
