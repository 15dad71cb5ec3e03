"""Sending to real receivers: all end complete, the dead delay nobody, a killed sender loses nothing, memory stays small."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from cms.publishing import clock
from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.webhooks import outbound
from cms.publishing.webhooks.models import WebhookEvent
from cms.publishing.webhooks.queueing import queue_ping
from cms.publishing.webhooks.sending import send_due
from tests import factories
from tests.processes import address_of_database

from .conftest import tell

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[3]


def test_five_receivers_of_which_one_is_down_for_a_while_all_end_complete(site, receiver, subscribe, no_waiting):
    a, b = factories.organisation("A"), factories.organisation("B")
    there = [receiver() for _ in range(5)]
    subscriptions = [subscribe(one.url, org) for one, org in zip(there, [a, a, a, b, b], strict=True)]
    down = there[1]
    pages = [factories.recording(site) for _ in range(4)]
    for_a = [factories.recording(site, audience="chosen", organisations=[a]) for _ in range(4)]
    for_b = [factories.recording(site, audience="chosen", organisations=[b]) for _ in range(4)]

    down.code = 503
    # It comes back while the round is going on.
    down.before_answer = lambda: setattr(down, "code", 204 if len(down.received) >= 3 else 503)
    tell()
    pages[0].unpublish()
    for_a[0].unpublish()
    for_b[0].delete()
    while tell():
        pass

    def ids(*some):
        return {str(page.translation_key) for page in some}

    deleted = {
        a: ids(pages[0], for_a[0]),
        b: ids(pages[0], for_b[0]),
    }
    upserted = {a: ids(*pages, *for_a), b: ids(*pages, *for_b)}
    for one, subscription in zip(there, subscriptions, strict=True):
        org = subscription.client.organisation
        told = one.told()
        assert {id for event, id in told if event == "content.deleted"} == deleted[org]
        assert {id for event, id in told if event == "content.upserted"} >= upserted[org]
        hidden = ids(*for_b) if org == a else ids(*for_a)
        assert not hidden & {id for _, id in told}, "told of what it never could see"
        one.verify_all(subscription.secret)
    assert not WebhookDelivery.objects.exclude(status="delivered").exists()
    assert WebhookDelivery.objects.filter(attempts__gt=1, subscription=subscriptions[1]).exists()


def test_a_receiver_that_does_not_answer_delays_no_other(receiver, subscribe, monkeypatch):
    """The dead one is let go only when everybody else has everything: were they waiting for it, this would never end."""
    monkeypatch.setattr(outbound, "TIMEOUT_SECONDS", 60.0)
    others_done = threading.Event()
    dead = receiver(before_answer=lambda: others_done.wait(30))
    quick = [receiver() for _ in range(3)]
    count = 20

    def note() -> None:
        if sum(len(one.received) for one in quick) >= 3 * count - 1:
            others_done.set()

    for one in quick:
        one.before_answer = note
    stuck = subscribe(dead.url)
    subscriptions = [subscribe(one.url) for one in quick]
    for _ in range(count):
        for subscription in (stuck, *subscriptions):
            queue_ping(subscription)
    send_due()
    assert others_done.is_set()
    assert [len(one.received) for one in quick] == [count] * 3
    assert dead.most_at_once <= 4, "no more than its share of the places"


def test_a_receiver_that_answers_nonsense_keeps_nobody_from_their_messages(receiver, subscribe):
    odd = receiver(code=503, extra={"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"})
    there = [odd, *(receiver() for _ in range(3))]
    nowhere = subscribe("https://intranet..example.org/")
    for subscription in (nowhere, *(subscribe(one.url) for one in there)):
        for _ in range(6):
            queue_ping(subscription)
    send_due()
    assert [len(one.received) for one in there[1:]] == [6, 6, 6]
    assert set(nowhere.deliveries.exclude(attempts=0).values_list("status", flat=True)) == {"waiting"}
    assert not WebhookDelivery.objects.filter(status="sending").exists()


def test_many_are_sent_at_once_and_never_too_many(receiver, subscribe):
    all_there = threading.Barrier(8)

    def wait_for_the_others() -> None:
        all_there.wait(30)

    there = [receiver(before_answer=wait_for_the_others) for _ in range(2)]
    for one in there:
        subscription = subscribe(one.url)
        for _ in range(8):
            queue_ping(subscription)
    assert send_due() == 16
    assert [one.most_at_once for one in there] == [4, 4]


def test_a_round_ends_when_the_clock_is_asked_to_stop(receiver, subscribe, monkeypatch):
    stopping = threading.Event()
    monkeypatch.setattr(clock, "stopping", stopping)
    there = receiver(before_answer=stopping.set)
    subscription = subscribe(there.url)
    for _ in range(30):
        queue_ping(subscription)
    tries = send_due()
    assert 1 <= tries <= 8, "what was in the air was waited for, nothing more was begun"
    assert WebhookDelivery.objects.filter(status="delivered").count() == tries
    assert not WebhookDelivery.objects.filter(status="sending").exists()


def test_nothing_due_is_one_read(subscribe, django_assert_num_queries):
    subscribe("http://127.0.0.1:1/")
    with django_assert_num_queries(1):
        assert send_due() == 0


def queue_many(subscriptions: list[WebhookSubscription], count: int) -> None:
    payload = '{"type":"ping","timestamp":"2026-01-01T00:00:00+00:00","data":{"client":"' + "x" * 1_000 + '"}}'
    WebhookDelivery.objects.bulk_create(
        (
            WebhookDelivery(
                subscription=subscriptions[number % len(subscriptions)], event=WebhookEvent.PING, payload=payload
            )
            for number in range(count)
        ),
        batch_size=1_000,
    )


def test_ten_thousand_queued_deliveries_do_not_come_into_memory_at_once(receiver, subscribe, monkeypatch):
    """Each holds more than a kilobyte; the first 100 tries tell what a round holds."""
    stopping = threading.Event()
    monkeypatch.setattr(clock, "stopping", stopping)
    there = [receiver() for _ in range(3)]

    def stop_after_some() -> None:
        if sum(len(one.received) for one in there) >= 100:
            stopping.set()

    for one in there:
        one.before_answer = stop_after_some
    queue_many([subscribe(one.url) for one in there], 10_000)
    tell()  # whatever is loaded once is loaded
    stopping.clear()
    for one in there:
        one.received.clear()
    tracemalloc.start()
    try:
        tries = send_due()
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 100 <= tries <= 150
    # All of them would be 10 MB and more of payloads alone; the receivers' own threads are counted here too.
    assert peak_bytes < 6_000_000


SENDER = """
import os, django
django.setup()
from cms.publishing.webhooks.sending import send_due
print("ready", flush=True)
send_due()
"""


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_sender_had_in_its_hands_is_sent_by_the_next(receiver, subscribe):
    arrived, is_killed = threading.Event(), threading.Event()

    def hold() -> None:
        if not is_killed.is_set():
            arrived.set()
            is_killed.wait(60)

    there = receiver(before_answer=hold)
    subscription = subscribe(there.url)
    for _ in range(12):
        queue_ping(subscription)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.dev", "DATABASE_URL": address_of_database()}
    sender = subprocess.Popen([sys.executable, "-c", SENDER], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE)
    try:
        assert arrived.wait(60)
    finally:
        sender.send_signal(signal.SIGKILL)
        sender.wait(30)
        sender.stdout.close()
        is_killed.set()
    in_its_hands = WebhookDelivery.objects.filter(status="sending")
    assert 1 <= in_its_hands.count() <= 4
    there.received.clear()
    send_due()
    assert in_its_hands.exists(), "it may still be alive as far as anybody knows"
    in_its_hands.update(next_try_at=timezone.now() - dt.timedelta(seconds=1))  # its minute is over
    send_due()
    assert not WebhookDelivery.objects.exclude(status="delivered").exists()
    assert {one.headers["webhook-id"] for one in there.received} == {
        delivery.message_id for delivery in WebhookDelivery.objects.all()
    }


@pytest.mark.django_db(transaction=True)
def test_two_senders_share_the_work(receiver, subscribe):
    there = [receiver() for _ in range(4)]
    queue_many([subscribe(one.url) for one in there], 120)
    together = threading.Barrier(2)

    def send() -> None:
        together.wait()
        try:
            send_due()
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(2)]
    for sender in senders:
        sender.start()
    for one in senders:
        one.join()
    send_due()
    sent = [one.headers["webhook-id"] for receiver in there for one in receiver.received]
    assert len(sent) == len(set(sent)) == 120, "each once: nobody died"
    assert not WebhookDelivery.objects.exclude(status="delivered").exists()


def test_the_clock_sends(site, receiver, subscribe, monkeypatch):
    there = receiver()
    subscribe(there.url)
    page = factories.recording(site)
    assert "send_webhooks" in clock.run_due()
    assert ("content.upserted", str(page.translation_key)) in there.told()
