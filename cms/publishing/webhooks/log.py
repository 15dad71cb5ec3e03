"""The log of deliveries: send again what arrived or what was given up, and clear away what is long over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from .models import OPEN_STATUSES, DeliveryStatus, WebhookDelivery, WebhookSubscription

DELIVERED_LAST = timedelta(days=30)
GIVEN_UP_LAST = timedelta(days=90)
BATCH = 1_000


def redeliver(deliveries: QuerySet[WebhookDelivery]) -> int:
    """Set deliveries that are over waiting again, from the first try on; return how many. They keep their message ids."""
    over = deliveries.exclude(status__in=OPEN_STATUSES).filter(subscription__disabled_at=None)
    now = timezone.now()
    return over.update(
        status=DeliveryStatus.WAITING, attempts=0, next_try_at=now, queued_at=now, finished_at=None, error=""
    )


def redeliver_since(subscription: WebhookSubscription, since: datetime) -> int:
    """Send again everything that was queued for `subscription` at or after `since`; return how many."""
    return redeliver(subscription.deliveries.filter(created_at__gte=since))


def enable(subscription: WebhookSubscription) -> None:
    """Tell the subscription of changes again, and of all that changed while it was disabled."""
    WebhookSubscription.objects.filter(pk=subscription.pk).update(
        disabled_at=None,
        disabled_because="",
        failing_since=None,
        failures_in_row=0,
        paused_until=None,
    )
    subscription.refresh_from_db()


def clear_old_deliveries() -> int:
    """Remove deliveries that are long over, in small steps; return how many."""
    now, cleared = timezone.now(), 0
    for status, lasts in ((DeliveryStatus.DELIVERED, DELIVERED_LAST), (DeliveryStatus.DEAD, GIVEN_UP_LAST)):
        old = WebhookDelivery.objects.filter(status=status, finished_at__lt=now - lasts)
        while pks := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            cleared += WebhookDelivery.objects.filter(pk__in=pks).delete()[0]
    held = WebhookDelivery.objects.filter(subscription__disabled_at__lt=now - GIVEN_UP_LAST)
    while pks := list(held.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        cleared += WebhookDelivery.objects.filter(pk__in=pks).delete()[0]
    return cleared
