"""Receivers, subscriptions, and a schedule that does not make tests wait."""

from __future__ import annotations

import datetime as dt

import pytest

from cms.access.models import ApiClient, MemberOrganisation
from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.webhooks import outcomes
from cms.publishing.webhooks.queueing import enqueue_deliveries
from cms.publishing.webhooks.sending import send_due
from tests import factories

from .receivers import Receiver


@pytest.fixture
def receiver():
    """`receiver(code=503)` starts one more real receiver on loopback."""
    started = []

    def start(**options) -> Receiver:
        started.append(Receiver(**options))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def subscribe(db):
    """`subscribe(url, org)` makes a subscription of a client of `org` with a usable key."""

    def make(url: str, org: MemberOrganisation | None = None, **fields) -> WebhookSubscription:
        org = org or factories.organisation()
        factories.api_key(org)
        client = ApiClient.objects.get(organisation=org)
        return WebhookSubscription.objects.create(client=client, url=url, **fields)

    return make


@pytest.fixture
def no_waiting(monkeypatch):
    """Let every further try be due at once; the steps themselves are tested by their own test."""
    monkeypatch.setattr(outcomes, "BACKOFF", tuple(dt.timedelta(0) for _ in outcomes.BACKOFF))
    monkeypatch.setattr(outcomes, "PAUSES", (dt.timedelta(0),))


def tell() -> int:
    """What the clock does every few seconds; returns how many tries were made."""
    enqueue_deliveries()
    return send_due()


def only_delivery() -> WebhookDelivery:
    return WebhookDelivery.objects.select_related("subscription").get()
