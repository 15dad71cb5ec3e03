"""Knows how long an answer can stay right while nobody changes anything: until the next thing that is live expires.

The content version tells every change that somebody makes. Time makes one more: at its `expire_at` a thing is gone, to the
second, whether or not a job has taken it down by then. So the version together with the last expiry before now names a
state of the content, in every process alike.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from django.apps import apps
from django.db.models import Max, Min, Q
from wagtail.models import Page

from cms.access.models import AudienceMixin


@dataclass(frozen=True, slots=True)
class Span:
    """The time between two expiries, in seconds of the epoch: from the one before (0 when there was none) to the next."""

    began_at: float
    ends_at: float


class Spans:
    """The span that a moment lies in, read once a content version and remembered; safe for threads."""

    def __init__(self) -> None:
        self._known: tuple[int, Span] | None = None
        self._lock = Lock()

    def at(self, version: int, now: float) -> Span:
        """Return the span around `now` (seconds of the epoch) at a content version."""
        known = self._known
        if known is not None and known[0] == version and known[1].began_at <= now < known[1].ends_at:
            return known[1]
        with self._lock:
            span = read_span(now)
            self._known = version, span
        return span


def read_span(now: float) -> Span:
    """Read the span around `now` from the database: one statement for pages, one for each other kind that can expire."""
    moment = dt.datetime.fromtimestamp(now, dt.UTC)
    before, after = Q(expire_at__lte=moment), Q(expire_at__gt=moment)
    found = [
        model._default_manager.filter(live=True, expire_at__isnull=False).aggregate(
            began=Max("expire_at", filter=before), ends=Min("expire_at", filter=after)
        )
        for model in _models()
    ]
    return Span(
        max((times["began"].timestamp() for times in found if times["began"]), default=0.0),
        min((times["ends"].timestamp() for times in found if times["ends"]), default=math.inf),
    )


@lru_cache(maxsize=1)
def _models() -> tuple[Any, ...]:
    """All pages keep their expiry in one table; other things with an audience each have their own."""
    others = [model for model in apps.get_models() if issubclass(model, AudienceMixin) and not issubclass(model, Page)]
    return (Page, *(other for other in others if any(field.name == "expire_at" for field in other._meta.fields)))
