"""Hands due deliveries to a sender: fairly between receivers, to one sender each, and again when a sender dies."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .models import OPEN_STATUSES, DeliveryStatus, WebhookDelivery

# A try takes ten seconds at most; a delivery that is claimed for longer belonged to a sender that died.
CLAIM_LASTS = timedelta(seconds=60)
MAX_IN_FLIGHT = 32
# Of these, at most so many to one receiver, and only one to a receiver that did not answer last time.
MAX_TO_ONE_RECEIVER = 4
MAX_TO_A_FAILING_RECEIVER = 1
# Who has something due is asked anew after so long; what falls due in between waits no longer than that.
RECEIVERS_LAST = timedelta(seconds=1)


def due_deliveries(at: datetime) -> QuerySet[WebhookDelivery]:
    """Return the deliveries that may be tried at the moment `at`."""
    is_open_way = Q(subscription__disabled_at=None, subscription__client__organisation__ended_at=None) & (
        Q(subscription__paused_until=None) | Q(subscription__paused_until__lte=at)
    )
    return WebhookDelivery.objects.filter(is_open_way, status__in=OPEN_STATUSES, next_try_at__lte=at)


class Claims:
    """Goes round the receivers that have something due and claims a few deliveries of each in turn."""

    def __init__(self) -> None:
        self._receivers: deque[tuple[int, int]] = deque()
        self._asked_at: datetime | None = None

    def take(self, in_flight: Mapping[int, int]) -> list[WebhookDelivery]:
        """Claim deliveries for the free places; `in_flight` says how many each subscription has in the air here."""
        free = MAX_IN_FLIGHT - sum(in_flight.values())
        taken: list[WebhookDelivery] = []
        self._ask()
        for _ in range(len(self._receivers)):
            if len(taken) >= free:
                break
            pk, allowed = self._receivers.popleft()
            here = min(allowed - in_flight.get(pk, 0), free - len(taken))
            claimed = _claim(pk, here) if here > 0 else []
            taken += claimed
            if claimed or here <= 0:  # there may be more: it takes its turn again behind the others
                self._receivers.append((pk, allowed))
        return taken

    def _ask(self) -> None:
        now = timezone.now()
        if self._asked_at is not None and now - self._asked_at < RECEIVERS_LAST:
            return
        self._asked_at = now
        rows = due_deliveries(now).order_by().values_list("subscription_id", "subscription__failures_in_row").distinct()
        known = {pk for pk, _ in self._receivers}
        # Who is new here goes first: a long queue for one must not keep a single message to another.
        self._receivers.extendleft(
            (pk, MAX_TO_A_FAILING_RECEIVER if failures else MAX_TO_ONE_RECEIVER)
            for pk, failures in rows
            if pk not in known
        )


def _claim(subscription_pk: int, count: int) -> list[WebhookDelivery]:
    """Claim up to `count` due deliveries of one subscription, those that have waited longest first."""
    now = timezone.now()
    with transaction.atomic():
        due = due_deliveries(now).filter(subscription=subscription_pk).order_by("next_try_at", "pk")
        # Two senders never wait for each other. SQLite lets one writer in at a time anyway.
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        pks = list(due.values_list("pk", flat=True)[:count])
        if not pks:
            return []
        WebhookDelivery.objects.filter(pk__in=pks).update(
            status=DeliveryStatus.SENDING, next_try_at=now + CLAIM_LASTS, attempts=F("attempts") + 1
        )
    return list(WebhookDelivery.objects.filter(pk__in=pks).select_related("subscription__client__organisation"))
