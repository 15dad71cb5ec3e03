"""Turns what changed into deliveries: each subscription follows the changes as its client may see them, from where it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

import orjson
from django.db import transaction
from django.utils import timezone

from ..settling import newest
from ..versions import current_version
from .models import WebhookDelivery, WebhookEvent, WebhookSubscription
from .news import ChangeNotice, news_after, tokens_of

BATCH = 500


def enqueue_deliveries() -> int:
    """Make the deliveries that are missing for every enabled subscription; return how many were made.

    Safe to run twice and beside itself: a delivery is unique by subscription, thing and version, and how far a
    subscription has been told is moved forward in the transaction that makes its deliveries.

    Who has no good key is told nothing and stays where it is: a new key brings what changed meanwhile, each thing once as
    it is by then. Only of what went so long ago that the feed has forgotten it (`TOMBSTONES_KEPT`) nobody is told any more.
    """
    upto = current_version()
    # A receiver asks at once for what it is told of.
    newest.settle(upto, upto)
    behind = WebhookSubscription.objects.filter(disabled_at=None, told_version__lt=upto)
    behind = behind.select_related("client__organisation").prefetch_related("client__keys")
    # Who has the same tokens and was told as much gets the same news: they are read once.
    groups: dict[tuple[int, frozenset[str]], list[WebhookSubscription]] = defaultdict(list)
    for subscription in behind:
        groups[subscription.told_version, tokens_of(subscription.client)].append(subscription)
    made = 0
    for (version, tokens), subscriptions in groups.items():
        if not tokens:
            continue
        with transaction.atomic():
            made += _queue(news_after(version, tokens, upto), subscriptions)
            pks = [one.pk for one in subscriptions]
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


def _queue(news: Iterable[ChangeNotice], subscriptions: list[WebhookSubscription]) -> int:
    made = 0
    deliveries: Iterator[WebhookDelivery] = (
        _delivery(one, event, payload, subscription)
        for one in news
        for event, payload in [_message(one)]
        for subscription in subscriptions
        if event in subscription.events
    )
    while batch := list(islice(deliveries, BATCH)):
        WebhookDelivery.objects.bulk_create(batch, ignore_conflicts=True)
        made += len(batch)
    return made


def _message(news: ChangeNotice) -> tuple[WebhookEvent, str]:
    event = WebhookEvent.UPSERTED if news.is_visible else WebhookEvent.DELETED
    return event, _payload(event, news.changed_at.isoformat(), {"id": str(news.object_uuid), "type": news.type_name})


def _payload(event: WebhookEvent, timestamp: str, data: dict[str, str]) -> str:
    return orjson.dumps({"type": event.value, "timestamp": timestamp, "data": data}).decode()


def _delivery(
    news: ChangeNotice, event: WebhookEvent, payload: str, subscription: WebhookSubscription
) -> WebhookDelivery:
    return WebhookDelivery(
        subscription=subscription,
        event=event,
        object_uuid=news.object_uuid,
        version=news.version,
        payload=payload,
    )
