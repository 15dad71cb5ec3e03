"""Turns what changed into deliveries: each subscription follows the changes as its client may see them, from where it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import orjson
from django.db import transaction
from django.utils import timezone

from ..versions import version_to_announce
from .models import WebhookDelivery, WebhookEvent, WebhookSubscription
from .notices import ChangeNotice, notices_after, tokens_of

BATCH = 500


def enqueue_deliveries() -> int:
    """Make the deliveries that are missing for every enabled subscription; return how many were made.

    Safe to run twice and beside itself: a delivery is unique by subscription, thing and version, and how far a
    subscription has come is moved forward in the transaction that makes its deliveries.

    A client without a good key hears nothing and stays where it is: a new key brings what changed meanwhile, each thing once as
    it is by then. Only of what went so long ago that the feed has forgotten it (`TOMBSTONES_KEPT`) nobody hears any more.
    """
    upto = version_to_announce()
    behind = WebhookSubscription.objects.filter(disabled_at=None, told_version__lt=upto)
    behind = behind.select_related("client__organisation").prefetch_related("client__keys")
    # Who has the same tokens and has come as far gets the same notices: they are read once.
    groups: dict[tuple[int, frozenset[str]], list[WebhookSubscription]] = defaultdict(list)
    for subscription in behind:
        groups[subscription.told_version, tokens_of(subscription.client)].append(subscription)
    made = 0
    for (version, tokens), subscriptions in groups.items():
        if not tokens:
            continue
        with transaction.atomic():
            made += _queue(notices_after(version, tokens, upto), subscriptions)
            pks = [subscription.pk for subscription in subscriptions]
            WebhookSubscription.objects.filter(pk__in=pks, told_version__lt=upto).update(told_version=upto)
    return made


def queue_ping(subscription: WebhookSubscription) -> WebhookDelivery:
    """Make a test delivery; it is sent like any other, within seconds."""
    now = timezone.now()
    return WebhookDelivery.objects.create(
        subscription=subscription,
        event=WebhookEvent.PING,
        payload=_payload(WebhookEvent.PING, now.isoformat(), {"client": subscription.client.name}),
    )


def _queue(notices: Iterable[ChangeNotice], subscriptions: list[WebhookSubscription]) -> int:
    made = 0
    deliveries: Iterator[WebhookDelivery] = (
        _delivery(notice, event, payload, subscription)
        for notice in notices
        for event, payload in [_message(notice)]
        for subscription in subscriptions
        if event in subscription.events
    )
    while batch := list(islice(deliveries, BATCH)):
        WebhookDelivery.objects.bulk_create(batch, ignore_conflicts=True)
        made += len(batch)
    return made


def _message(notice: ChangeNotice) -> tuple[WebhookEvent, str]:
    event = WebhookEvent.UPSERTED if notice.is_visible else WebhookEvent.DELETED
    return event, _payload(
        event, notice.changed_at.isoformat(), {"id": str(notice.object_uuid), "type": notice.type_name}
    )


def _payload(event: WebhookEvent, timestamp: str, data: dict[str, str]) -> str:
    return orjson.dumps({"type": event.value, "timestamp": timestamp, "data": data}).decode()


def _delivery(
    notice: ChangeNotice, event: WebhookEvent, payload: str, subscription: WebhookSubscription
) -> WebhookDelivery:
    return WebhookDelivery(
        subscription=subscription,
        event=event,
        object_uuid=notice.object_uuid,
        version=notice.version,
        payload=payload,
    )
