"""Who is told what: exactly those who see a thing or saw it, with ids only, signed so that the reference library agrees."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from cms.access.models import ApiKey
from cms.publishing.feed.compaction import TOMBSTONES_KEPT, compact
from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.webhooks.models import SECRETS_OVERLAP
from cms.publishing.webhooks.queueing import enqueue_deliveries, queue_ping
from tests import factories

from .conftest import only_delivery, tell


def publish_with(page, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def upserted(page) -> tuple[str, str]:
    return ("content.upserted", str(page.translation_key))


def deleted(page) -> tuple[str, str]:
    return ("content.deleted", str(page.translation_key))


def test_a_message_says_what_happened_to_which_id_and_nothing_else(site, receiver, subscribe):
    there = receiver()
    subscription = subscribe(there.url)
    page = factories.recording(site, title="Words that no message holds")
    tell()
    (one,) = [one for one in there.received if one.message["data"]["id"] == str(page.translation_key)]
    message = one.message
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "content.upserted"
    assert dt.datetime.fromisoformat(message["timestamp"]).tzinfo is not None
    assert message["data"]["type"] == "Recording"
    assert set(message["data"]) <= {"id", "type", "cursor"}
    assert b"Words" not in one.body
    assert one.headers["content-type"] == "application/json"
    assert one.headers["webhook-id"].startswith("msg_")
    there.verify_all(subscription.secret)


def test_each_sees_what_its_audience_sees_and_learns_when_it_no_longer_does(site, receiver, subscribe):
    a, b = factories.organisation("A"), factories.organisation("B")
    at_a, at_b = receiver(), receiver()
    subscribe(at_a.url, a)
    subscribe(at_b.url, b)
    page = factories.recording(site, audience="chosen", organisations=[a])
    tell()
    assert at_a.told() >= {upserted(page)}
    assert str(page.translation_key) not in str(at_b.messages)

    publish_with(page, audience_organisations=[b])
    tell()
    assert deleted(page) in at_a.told()
    assert at_b.told() >= {upserted(page)} and deleted(page) not in at_b.told()

    at_a.received.clear()
    page.unpublish()
    tell()
    assert deleted(page) in at_b.told()
    assert str(page.translation_key) not in str(at_a.messages), "it was told once already"


def test_a_draft_is_told_to_nobody(site, receiver, subscribe):
    there = receiver()
    subscribe(there.url)
    page = factories.recording(site, state="draft")
    tell()
    assert str(page.translation_key) not in str(there.messages)


def test_several_changes_between_two_looks_are_told_once(site, receiver, subscribe):
    there = receiver()
    subscribe(there.url)
    page = factories.recording(site)
    publish_with(page, title="Second")
    publish_with(page, title="Third")
    tell()
    assert [m["data"]["id"] for m in there.messages].count(str(page.translation_key)) == 1
    tell()
    assert [m["data"]["id"] for m in there.messages].count(str(page.translation_key)) == 1
    publish_with(page, title="Fourth")
    tell()
    assert [m["data"]["id"] for m in there.messages].count(str(page.translation_key)) == 2


def test_a_new_subscription_is_told_of_what_comes_not_of_what_was(site, receiver, subscribe):
    factories.recording(site)
    there = receiver()
    subscribe(there.url)
    tell()
    assert there.received == []


def test_only_the_chosen_events_are_sent(site, receiver, subscribe):
    there = receiver()
    subscribe(there.url, events=["content.deleted"])
    page = factories.recording(site)
    tell()
    page.unpublish()
    tell()
    assert there.told() == {deleted(page)}


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_a_client_without_a_usable_key_is_told_nothing(site, receiver, subscribe, end):
    there = receiver()
    subscribe(there.url)
    ApiKey.objects.update(**{end: timezone.now()})
    factories.recording(site)
    tell()
    assert there.received == []


def test_a_new_key_brings_what_changed_while_there_was_none(site, receiver, subscribe):
    there = receiver()
    subscription = subscribe(there.url)
    kept, gone = factories.recording(site), factories.recording(site)
    tell()
    there.received.clear()
    ApiKey.objects.update(revoked_at=timezone.now())
    publish_with(kept, title="Second")
    gone.unpublish()
    others = factories.recording(site, audience="chosen", organisations=[factories.organisation("Other")])
    tell()
    assert there.received == []
    subscription.client.issue_key()
    tell()
    assert there.told() >= {upserted(kept), deleted(gone)}
    assert str(others.translation_key) not in str(there.messages)
    told = len(there.messages)
    tell()
    assert len(there.messages) == told


def test_after_a_silence_longer_than_the_feed_remembers_what_is_there_is_told(site, receiver, subscribe):
    there = receiver()
    subscription = subscribe(there.url)
    gone = factories.recording(site)
    tell()
    there.received.clear()
    ApiKey.objects.update(revoked_at=timezone.now())
    kept = factories.recording(site)
    gone.delete()
    compact(timezone.now() + TOMBSTONES_KEPT + dt.timedelta(days=1))
    subscription.client.issue_key()
    tell()
    assert upserted(kept) in there.told()
    assert str(gone.translation_key) not in str(there.messages)


def test_going_through_the_changes_twice_queues_nothing_twice(site, subscribe):
    subscription = subscribe("http://127.0.0.1:1/")
    before = subscription.told_version
    factories.recording(site)
    enqueue_deliveries()
    first = set(WebhookDelivery.objects.values_list("object_uuid", "version"))
    assert first
    # As if the process had been killed before it could note how far it had come.
    WebhookSubscription.objects.update(told_version=before)
    enqueue_deliveries()
    assert set(WebhookDelivery.objects.values_list("object_uuid", "version")) == first
    assert WebhookDelivery.objects.count() == len(first)


def test_the_statements_do_not_grow_with_the_subscriptions_of_one_audience(
    site, subscribe, django_assert_max_num_queries
):
    org = factories.organisation("A")
    for number in range(12):
        subscribe(f"http://127.0.0.1:{number + 1}/", org)
    factories.recording(site)
    with django_assert_max_num_queries(10):
        enqueue_deliveries()
    assert WebhookDelivery.objects.filter(event="content.upserted").values("subscription").distinct().count() == 12


def test_nothing_new_costs_two_reads(site, subscribe, django_assert_num_queries):
    subscribe("http://127.0.0.1:1/")
    enqueue_deliveries()
    with django_assert_num_queries(2):
        assert enqueue_deliveries() == 0


def test_a_ping_is_sent_whatever_events_were_chosen(receiver, subscribe):
    there = receiver()
    subscription = subscribe(there.url, events=["content.deleted"])
    queue_ping(subscription)
    tell()
    (message,) = there.messages
    assert (message["type"], message["data"]) == ("ping", {"client": "Intranet"})
    there.verify_all(subscription.secret)


def test_while_a_secret_is_replaced_both_sign_and_then_the_old_one_ends(receiver, subscribe):
    there = receiver()
    subscription = subscribe(there.url)
    old = subscription.secret
    new = subscription.rotate_secret()
    assert new != old
    queue_ping(subscription)
    tell()
    there.verify_all(old)
    there.verify_all(new)
    there.received.clear()
    subscription.previous_secret_until = timezone.now() - dt.timedelta(seconds=1)
    subscription.save()
    queue_ping(subscription)
    tell()
    there.verify_all(new)
    with pytest.raises(WebhookVerificationError):
        there.verify_all(old)
    assert dt.timedelta(days=1) <= SECRETS_OVERLAP


def test_a_changed_body_or_another_secret_does_not_verify(receiver, subscribe):
    there = receiver()
    subscription = subscribe(there.url)
    queue_ping(subscription)
    tell()
    (one,) = there.received
    with pytest.raises(WebhookVerificationError):
        Webhook(subscription.secret).verify(one.body.replace(b"Intranet", b"Extranet"), one.headers)
    subscription.rotate_secret()
    with pytest.raises(WebhookVerificationError):
        Webhook(subscription.secret).verify(one.body, one.headers)


def test_the_message_id_is_the_same_at_every_try(receiver, subscribe, no_waiting):
    there = receiver(code=500)
    queue_ping(subscribe(there.url))
    tell()
    assert len(there.received) > 1
    assert {one.headers["webhook-id"] for one in there.received} == {only_delivery().message_id}
