"""What the partners' page says about webhooks is true: its example takes our messages and nobody else's."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest

from cms.publishing.webhooks.outcomes import BACKOFF
from cms.publishing.webhooks.queueing import queue_ping
from tests import factories
from tests.api.test_partners_page import PAGE, run

from .conftest import tell
from .receivers import Received

SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


@pytest.fixture
def sent(site, receiver, subscribe) -> tuple[Received, str, str]:
    """A message as it arrived, the secret that signed it, and another secret."""
    there = receiver()
    subscription, other = subscribe(there.url), subscribe(there.url, factories.organisation("Other"))
    queue_ping(subscription)
    tell()
    (one,) = (one for one in there.received if one.message["type"] == "ping")
    return one, subscription.secret, other.secret


def test_the_python_example_takes_our_messages_and_nobody_elses(sent):
    one, secret, other = sent
    received = run("webhooks.py")["received"]
    assert received(one.headers, one.body, secret) == one.message
    old = {**one.headers, "webhook-timestamp": str(int(one.headers["webhook-timestamp"]) - 301)}
    for headers, body, key in [
        (one.headers, one.body, other),
        (one.headers, one.body + b" ", secret),
        (old, one.body, secret),
        ({**one.headers, "webhook-id": "msg_other"}, one.body, secret),
        ({**one.headers, "webhook-signature": "v1,"}, one.body, secret),
        ({**one.headers, "webhook-signature": "v2" + one.headers["webhook-signature"][2:]}, one.body, secret),
        ({}, one.body, secret),
        *(
            ({name: text for name, text in one.headers.items() if name != left_out}, one.body, secret)
            for left_out in SIGNED
        ),
        ({**one.headers, "webhook-timestamp": "soon"}, one.body, secret),
        ({**one.headers, "webhook-timestamp": "9" * 5_000}, one.body, secret),
        ({**one.headers, "webhook-signature": "nonsense v1,\u00e9"}, one.body, secret),
    ]:
        with pytest.raises(ValueError, match=r"too old|not from the academy"):
            received(headers, body, key)


def test_the_message_on_the_page_has_the_shape_of_ours(site, receiver, subscribe):
    there = receiver()
    subscribe(there.url)
    factories.recording(site)
    tell()
    (shown,) = [
        json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if "content.upserted" in text
    ]
    ours = next(message for message in there.messages if message["data"]["type"] == shown["data"]["type"])
    assert set(shown) == set(ours) and set(shown["data"]) == set(ours["data"])
    assert {type(one) for one in shown["data"].values()} == {type(our) for our in ours["data"].values()}


def test_the_steps_on_the_page_are_ours():
    def told(step: dt.timedelta) -> str:
        seconds = int(step.total_seconds())
        for unit, name in ((3_600, "h"), (60, "min")):
            if seconds >= unit:
                return f"{seconds // unit} {name}"
        return f"{seconds} s"

    *steps, last = [told(step) for step in BACKOFF]
    assert f"{', '.join(steps)} and {last}" in PAGE.replace("\n", " ")
