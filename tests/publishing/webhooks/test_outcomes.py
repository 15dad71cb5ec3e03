"""After a try: when the next one comes, when a delivery is given up, when a receiver is left alone, disabled, or told of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.webhooks import outcomes
from cms.publishing.webhooks.claiming import CLAIM_LASTS, Claims
from cms.publishing.webhooks.log import clear_old_deliveries, enable, redeliver, redeliver_since
from cms.publishing.webhooks.outbound import ReceiverAnswer
from cms.publishing.webhooks.outcomes import BACKOFF, DISABLE_AFTER, GIVE_UP_AFTER, record_outcome
from cms.publishing.webhooks.queueing import enqueue_deliveries, queue_ping
from tests import factories

HOUR = dt.timedelta(hours=1)
DOWN = ReceiverAnswer(503, "", "", None, 0.1)


@pytest.fixture
def subscription(subscribe) -> WebhookSubscription:
    return subscribe("https://intranet.example.org/changes", contact_email="web-team@example.org")


def claim_one() -> WebhookDelivery:
    (delivery,) = Claims().take({})
    return delivery


def try_once(answer: ReceiverAnswer) -> WebhookDelivery:
    """Claim the one delivery as if its time had come, and record `answer`."""
    WebhookSubscription.objects.update(paused_until=None)
    WebhookDelivery.objects.exclude(status="dead").update(next_try_at=timezone.now())
    delivery = claim_one()
    record_outcome(delivery, answer)
    delivery.refresh_from_db()
    return delivery


def wait_of(delivery: WebhookDelivery) -> dt.timedelta:
    return delivery.next_try_at - timezone.now()


def test_the_schedule_goes_over_a_day_and_then_the_delivery_is_given_up(subscription):
    queue_ping(subscription)
    for number, step in enumerate(BACKOFF, 1):
        delivery = try_once(DOWN)
        assert (delivery.status, delivery.attempts) == ("waiting", number)
        assert step * 0.85 < wait_of(delivery) < step * 1.3
    delivery = try_once(DOWN)
    assert (delivery.status, delivery.attempts, delivery.response_code) == ("dead", len(BACKOFF) + 1, 503)
    assert delivery.finished_at is not None
    assert Claims().take({}) == []
    assert dt.timedelta(hours=24) < sum(BACKOFF, dt.timedelta()) < GIVE_UP_AFTER


def test_the_steps_are_spread(subscription):
    waits = set()
    for _ in range(5):
        WebhookDelivery.objects.all().delete()
        queue_ping(subscription)
        waits.add(round(wait_of(try_once(DOWN)).total_seconds(), 3))
    assert len(waits) > 1


def test_what_waited_behind_a_dead_receiver_for_too_long_is_given_up_at_its_first_failure(subscription):
    queue_ping(subscription)
    WebhookDelivery.objects.update(queued_at=timezone.now() - GIVE_UP_AFTER - HOUR)
    assert try_once(DOWN).status == "dead"


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        (dt.timedelta(hours=2), 1.99 * HOUR, 2 * HOUR),
        (dt.timedelta(0), dt.timedelta(seconds=4), dt.timedelta(seconds=7)),
        (dt.timedelta(days=400), 11.9 * HOUR, 12 * HOUR),
    ],
)
def test_retry_after_is_honoured_within_reason(subscription, asked, least, most):
    queue_ping(subscription)
    delivery = try_once(ReceiverAnswer(429, retry_after=asked))
    assert least < wait_of(delivery) <= most
    subscription.refresh_from_db()
    pause = (subscription.paused_until or timezone.now()) - timezone.now()
    assert pause <= 12 * HOUR
    assert (pause > HOUR) is (asked > HOUR), "the others wait too"


def test_gone_disables_at_once_and_writes_to_the_contact(subscription):
    queue_ping(subscription)
    delivery = try_once(ReceiverAnswer(410))
    assert delivery.status == "dead"
    subscription.refresh_from_db()
    assert not subscription.is_enabled
    assert "410 Gone" in subscription.disabled_because
    (letter,) = mail.outbox
    assert letter.to == ["web-team@example.org"]
    assert "https://intranet.example.org/changes" in letter.body and "410 Gone" in letter.body
    assert subscription.secret not in letter.body


@pytest.mark.parametrize("answer", [DOWN, ReceiverAnswer(404), ReceiverAnswer(error="ConnectError: refused")])
def test_lasting_failure_disables_and_says_why(subscription, answer):
    queue_ping(subscription)
    try_once(answer)
    subscription.refresh_from_db()
    assert subscription.is_enabled and subscription.failing_since is not None
    WebhookSubscription.objects.update(failing_since=timezone.now() - DISABLE_AFTER - HOUR)
    try_once(answer)
    subscription.refresh_from_db()
    assert not subscription.is_enabled
    assert "No message has arrived for 5 days" in subscription.disabled_because
    assert len(mail.outbox) == 1


def test_one_arrival_ends_the_failing(subscription):
    queue_ping(subscription)
    try_once(DOWN)
    try_once(ReceiverAnswer(204))
    subscription.refresh_from_db()
    assert (subscription.failing_since, subscription.failures_in_row, subscription.paused_until) == (None, 0, None)
    assert subscription.last_success_at is not None


def test_no_mail_server_keeps_the_sender_from_its_work(subscription, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue_ping(subscription)
    try_once(ReceiverAnswer(410))
    subscription.refresh_from_db()
    assert not subscription.is_enabled


def test_a_receiver_that_is_down_is_asked_with_one_delivery_not_with_all(subscription):
    for _ in range(6):
        queue_ping(subscription)
    assert len(Claims().take({})) == 4, "as many as one receiver gets at once"
    WebhookDelivery.objects.update(status="waiting", next_try_at=timezone.now())
    WebhookSubscription.objects.update(failures_in_row=3)
    (probe,) = Claims().take({})
    record_outcome(probe, DOWN)
    assert Claims().take({}) == [], "now it is left alone for a while"
    subscription.refresh_from_db()
    assert dt.timedelta(seconds=30) < subscription.paused_until - timezone.now() <= dt.timedelta(minutes=2)


def test_a_message_that_is_not_liked_holds_up_no_other(subscription):
    queue_ping(subscription)
    record_outcome(claim_one(), ReceiverAnswer(400))
    subscription.refresh_from_db()
    assert (subscription.paused_until, subscription.failures_in_row) == (None, 0)
    queue_ping(subscription)
    claim_one()


def test_many_for_one_do_not_keep_one_for_another(subscription, subscribe):
    for _ in range(100):
        queue_ping(subscription)
    other = subscribe("https://other.example.org/")
    queue_ping(other)
    taken = Claims().take({subscription.pk: 3})
    assert [one.subscription_id for one in taken].count(subscription.pk) == 1
    assert other.pk in {one.subscription_id for one in taken}


def test_no_more_are_taken_than_there_are_free_places(subscribe):
    for number in range(12):
        each = subscribe(f"https://r{number}.example.org/")
        for _ in range(5):
            queue_ping(each)
    claims = Claims()
    first = claims.take({})
    assert len(first) == 32
    assert claims.take({one.subscription_id: 4 for one in first[::4]}) == []


def test_a_claim_is_for_one_sender_and_ends_when_the_sender_dies(subscription):
    queue_ping(subscription)
    claimed = claim_one()
    assert Claims().take({}) == []
    WebhookDelivery.objects.update(next_try_at=timezone.now())  # the minute is over
    again = claim_one()
    assert (again.pk, again.attempts) == (claimed.pk, 2)
    assert again.next_try_at <= timezone.now() + CLAIM_LASTS
    # The first was only slow, and tells of its failure now: the second one's claim stands.
    record_outcome(claimed, DOWN)
    again.refresh_from_db()
    assert again.status == "sending"
    # What arrived, arrived, whoever tells of it.
    record_outcome(claimed, ReceiverAnswer(204))
    again.refresh_from_db()
    assert again.status == "delivered"


def test_a_disabled_subscription_gets_nothing_and_everything_once_it_is_enabled(site, subscription):
    queue_ping(subscription)
    outcomes.disable(subscription, "for this test")
    assert Claims().take({}) == []
    page = factories.recording(site)
    enqueue_deliveries()
    assert not WebhookDelivery.objects.filter(object_uuid=page.translation_key).exists()
    enable(subscription)
    enqueue_deliveries()
    assert WebhookDelivery.objects.filter(object_uuid=page.translation_key).count() == 1
    assert {one.event for one in Claims().take({})} >= {"ping", "content.upserted"}


def test_redelivery_begins_anew_and_keeps_the_message_id(subscription):
    queue_ping(subscription)
    WebhookDelivery.objects.update(attempts=8)
    before = try_once(DOWN)
    assert before.status == "dead"
    assert redeliver(WebhookDelivery.objects.filter(pk=before.pk)) == 1
    again = claim_one()
    assert (again.attempts, again.message_id) == (1, before.message_id)
    assert redeliver(WebhookDelivery.objects.all()) == 0, "what is on its way is left alone"


def test_redelivery_since_a_moment(subscription):
    now = timezone.now()
    for hours in (1, 2, 3):
        one = queue_ping(subscription)
        WebhookDelivery.objects.filter(pk=one.pk).update(
            created_at=now - hours * HOUR, status="delivered", finished_at=now
        )
    assert redeliver_since(subscription, now - 2.5 * HOUR) == 2
    assert WebhookDelivery.objects.filter(status="waiting").count() == 2


def test_the_log_does_not_grow_for_ever(subscription):
    now = timezone.now()
    for status, days in (("delivered", 31), ("delivered", 29), ("dead", 91), ("dead", 89), ("waiting", 400)):
        one = queue_ping(subscription)
        WebhookDelivery.objects.filter(pk=one.pk).update(status=status, finished_at=now - dt.timedelta(days=days))
    assert clear_old_deliveries() == 2
    assert WebhookDelivery.objects.count() == 3
    WebhookSubscription.objects.update(disabled_at=now - dt.timedelta(days=91))
    clear_old_deliveries()
    assert not WebhookDelivery.objects.exists()


def test_a_webhook_that_was_deleted_while_a_try_was_in_the_air_is_no_trouble(subscription):
    queue_ping(subscription)
    for answer in (DOWN, ReceiverAnswer(404), ReceiverAnswer(410), ReceiverAnswer(204)):
        delivery = claim_one()
        WebhookSubscription.objects.filter(pk=subscription.pk).delete()
        record_outcome(delivery, answer)
        assert not WebhookDelivery.objects.exists()
        subscription.save(force_insert=True)
        queue_ping(subscription)
