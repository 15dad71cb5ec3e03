"""Counts searches and clicks beside the answer, never in its way: in memory first, written together a few seconds later.

Whether two searches were made by one visitor is told by a keyed digest over address, browser and words, whose key is
random, of one day, and deleted after it: it cannot be turned back, nor used to join one visitor's searches.
"""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import hmac
import logging
import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from cms.access.principals import VISITOR

from ..language.normalised import normalised
from ..models import DayDigest, DaySecret, LoggedQuery, Searchers, SearchSettings

logger = logging.getLogger(__name__)
# A visitor pages and narrows; a result further down than this is nobody's best answer.
LOWEST_RANK = 100
# More different queries than this in a few seconds are an attack or a crawler, not an audience.
MOST_BUFFERED = 2_000
MOST_CLICKS_OF_A_VISITOR = 20

Key = tuple[dt.date, str, str]


@dataclass(slots=True)
class _Counts:
    searches: int = 0
    found_nothing: int = 0
    last_total: int = 0
    visitors: set[str] = field(default_factory=set)
    # (visitor, rank): a visitor's second click on the same place is the same wish.
    clicks: set[tuple[str, int]] = field(default_factory=set)


class Recorder:
    """The counts of this process that are not written yet; safe for threads."""

    def __init__(self) -> None:
        self._counts: dict[Key, _Counts] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._is_flushed_at_exit = False

    def search(self, request: HttpRequest, text: str, total: int) -> None:
        """Note that somebody searched for `text` and found `total` things."""
        with self._counts_of(request, text) as counts:
            if counts is not None:
                counts.searches += 1
                counts.found_nothing += total == 0
                counts.last_total = total
                counts.visitors.add(_visitor(request))

    def click(self, request: HttpRequest, text: str, rank: int) -> None:
        """Note that somebody who searched for `text` went to the result at this place, counted from 1."""
        if 1 <= rank <= LOWEST_RANK:
            with self._counts_of(request, text) as counts:
                visitor = _visitor(request)
                if (
                    counts is not None
                    and sum(clicker == visitor for clicker, _ in counts.clicks) < MOST_CLICKS_OF_A_VISITOR
                ):
                    counts.clicks.add((visitor, rank))

    def flush(self) -> None:
        """Write down what was counted. What a busy database refuses is lost: counts are worth no error page."""
        with self._lock:
            counted, self._counts, self._timer = self._counts, {}, None
        if not counted:
            return
        try:
            if SearchSettings.load().log_days:
                for key, counts in counted.items():
                    _write(key, counts)
        except DatabaseError:
            logger.warning("Some searches could not be counted", exc_info=True)

    def _counts_of(self, request: HttpRequest, text: str) -> _Guarded:
        words = normalised(text)
        searchers = Searchers.PUBLIC if request.principal == VISITOR else Searchers.MEMBERS  # type: ignore[attr-defined]
        key = None if words is None else (timezone.localdate(), words, str(searchers))
        return _Guarded(self, key)

    def _start_timer(self) -> None:
        seconds = settings.SEARCH_LOG_FLUSH_SECONDS
        if self._timer is None and seconds:
            if not self._is_flushed_at_exit:
                atexit.register(self.flush)
                self._is_flushed_at_exit = True
            self._timer = threading.Timer(seconds, self._flush_in_thread)
            self._timer.daemon = True
            self._timer.start()

    def _flush_in_thread(self) -> None:
        try:
            self.flush()
        finally:
            connection.close()


class _Guarded:
    """The counts of one key for the length of a `with` block; None when nothing is to be counted."""

    def __init__(self, recorder: Recorder, key: Key | None) -> None:
        self.recorder = recorder
        self.key = key

    def __enter__(self) -> _Counts | None:
        self.recorder._lock.acquire()
        counts = self.recorder._counts
        if self.key is None or (self.key not in counts and len(counts) >= MOST_BUFFERED):
            return None
        self.recorder._start_timer()
        return counts.setdefault(self.key, _Counts())

    def __exit__(self, *_: object) -> None:
        self.recorder._lock.release()


def _visitor(request: HttpRequest) -> str:
    """Return what tells one visitor from another for the few seconds until it is turned into a digest."""
    return f"{request.META.get('REMOTE_ADDR', '')}\n{request.META.get('HTTP_USER_AGENT', '')[:300]}"


def _write(key: Key, counts: _Counts) -> None:
    day, words, searchers = key
    with transaction.atomic():
        secret, _ = DaySecret.objects.get_or_create(day=day, defaults={"secret": secrets.token_hex(32)})
        row, _ = LoggedQuery.objects.select_for_update().get_or_create(day=day, words=words, searchers=searchers)
        row.searches += counts.searches
        row.found_nothing += counts.found_nothing
        row.last_total = counts.last_total if counts.searches else row.last_total
        row.people += _count_new(secret, {f"{words}\n{visitor}" for visitor in counts.visitors})
        ranks: Counter[str] = Counter()
        for visitor, rank in counts.clicks:
            ranks[str(rank)] += _count_new(secret, {f"click {rank}\n{words}\n{visitor}"})
        row.clicks += ranks.total()
        row.clicks_by_rank = dict(Counter(row.clicks_by_rank) + ranks)
        row.save()


def _count_new(secret: DaySecret, texts: set[str]) -> int:
    """Return how many of the texts were not noted today, and note them."""
    digests = {
        hmac.new(secret.secret.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:40]
        for text in texts
    }
    known = set(DayDigest.objects.filter(digest__in=digests).values_list("digest", flat=True))
    DayDigest.objects.bulk_create(
        [DayDigest(day=secret.day, digest=digest) for digest in digests - known], ignore_conflicts=True
    )
    return len(digests - known)


recorder = Recorder()


def forget() -> int:
    """Delete what is older than the settings say, and the secrets of days that are over; returns the number of rows."""
    today = timezone.localdate()
    DayDigest.objects.filter(day__lt=today).delete()
    DaySecret.objects.filter(day__lt=today).delete()
    until = today - dt.timedelta(days=SearchSettings.load().log_days)
    return LoggedQuery.objects.filter(day__lt=until).delete()[0]
