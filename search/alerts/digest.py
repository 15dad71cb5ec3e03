"""Sends what is new to those who follow a search: once a day or a week, only what they may see, each thing once.

Words are never corrected here: who waits for a word that nothing holds yet shall not get mail about its neighbour.
"""

from __future__ import annotations

import datetime as dt
import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from cms.access.principals import acting_for

from ..engine import EngineUnavailable
from ..models import Frequency, SearchAlert, SearchSettings
from ..pages.result_cards import SearchResults, found_of
from .mails import send_digest
from .matches import MOST_FOLLOWED, hits_of, principal_of_alert, selection_of
from .tokens import CONFIRM_WITHIN

logger = logging.getLogger(__name__)
# Digests go out in the morning of the academy's day.
HOUR = 7
MONDAY = 0
MOST_SHOWN = 20
MOST_REMEMBERED = 10_000


def _asker(alert: SearchAlert) -> Any:
    """Return what stands where cards expect a visitor's page request: it tells who asks, and belongs to no site."""
    request = HttpRequest()
    request.principal = principal_of_alert(alert)  # type: ignore[attr-defined]
    request._wagtail_site = None  # type: ignore[attr-defined]
    return request


def is_due(alert: SearchAlert, now: dt.datetime) -> bool:
    """Whether a confirmed alert should be run now: the morning it waits for has come since its last run."""
    local = timezone.localtime(now)
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if local < morning:
        morning -= dt.timedelta(days=1)
    if alert.frequency == Frequency.WEEKLY:
        morning -= dt.timedelta(days=(morning.weekday() - MONDAY) % 7)
    since = alert.last_run_at or alert.confirmed_at
    return since is not None and since < morning


def run_alerts(now: dt.datetime | None = None) -> int:
    """Run every alert that is due and return how many mails were sent; one that fails is tried again the next time."""
    now = now or timezone.now()
    if not SearchSettings.load().are_alerts_offered:
        return 0
    sent = 0
    for alert in SearchAlert.objects.filter(confirmed_at__isnull=False).select_related("user").iterator(200):
        if not is_due(alert, now):
            continue
        try:
            sent += run_alert(alert, now)
        except EngineUnavailable:
            logger.warning("Search alerts wait: the search index cannot be read")
            return sent
        except (SMTPException, OSError):
            logger.exception("A search alert could not be sent; it is tried again")
    return sent


def run_alert(alert: SearchAlert, now: dt.datetime) -> bool:
    """Send what is new for one alert, if anything; returns whether a mail went out.

    What was told is written down after the mail went out: a kill in between tells a thing twice, never not at all.
    """
    asker = _asker(alert)
    selection, tokens = selection_of(alert.query_string), asker.principal.audience_tokens
    seen = set(alert.seen)
    new = [hit for hit in hits_of(selection, tokens, most=MOST_FOLLOWED) if hit.key not in seen]
    found: list[SearchResults] = []
    if new:
        new_keys = {hit.key for hit in new}
        shown = [
            hit for hit in hits_of(selection, tokens, most=MOST_FOLLOWED, moments_per_hit=1) if hit.key in new_keys
        ][:MOST_SHOWN]
        with acting_for(asker.principal):
            found = found_of(shown, asker)
        if found:
            send_digest(alert, found, len(new))
    remembered = [*(hit.key for hit in new), *alert.seen][:MOST_REMEMBERED]
    SearchAlert.objects.filter(pk=alert.pk).update(last_run_at=now, seen=remembered)
    return bool(found)


def begin(alert: SearchAlert) -> None:
    """Confirm an alert: what matches already is not new."""
    selection, tokens = selection_of(alert.query_string), principal_of_alert(alert).audience_tokens
    alert.seen = [hit.key for hit in hits_of(selection, tokens, most=MOST_FOLLOWED)]
    alert.confirmed_at = timezone.now()
    alert.save(update_fields=["seen", "confirmed_at"])


def forget_unconfirmed() -> int:
    """Delete alerts that nobody confirmed in time, with the address; returns how many."""
    until = timezone.now() - CONFIRM_WITHIN
    return SearchAlert.objects.filter(confirmed_at__isnull=True, created_at__lt=until).delete()[0]


def absolute(url: str) -> str:
    """Return an address of this site in full."""
    return url if "://" in url else settings.BASE_URL + url
