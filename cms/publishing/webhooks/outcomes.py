"""Writes down how a try went: when the next one is due, when to give a delivery up, when to leave a receiver alone."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F
from django.utils import timezone

from .models import DeliveryStatus, WebhookDelivery, WebhookSubscription
from .outbound import ReceiverAnswer

logger = logging.getLogger(__name__)

# After the first try and each that fails; the last try comes a good day after the first.
BACKOFF = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 2 * 60, 10 * 60, 3_600, 3 * 3_600, 8 * 3_600, 12 * 3_600)
)
GIVE_UP_AFTER = timedelta(hours=30)
# A receiver that is down is asked again with one delivery after so long, however many wait for it.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (0, 5, 15, 60, 120))
MAX_RETRY_AFTER = timedelta(hours=12)
DISABLE_AFTER = timedelta(days=5)
# Codes that speak of the receiver's state, not of the message.
RECEIVER_IS_DOWN = frozenset({408, 425, 429, *range(500, 600)})
GONE = 410


def record_outcome(delivery: WebhookDelivery, answer: ReceiverAnswer) -> None:
    """Write down the outcome of the try for which `delivery` was claimed.

    When somebody else has taken it up since (this sender was thought dead), only what cannot be wrong is written: that
    it arrived.
    """
    now = timezone.now()
    if answer.is_success:
        _delivered(delivery, answer, now)
        return
    own_claim = WebhookDelivery.objects.filter(
        pk=delivery.pk, status=DeliveryStatus.SENDING, next_try_at=delivery.next_try_at
    )
    subscription = delivery.subscription
    wait = _wait(delivery, answer)
    is_last = delivery.attempts > len(BACKOFF) or now - delivery.queued_at > GIVE_UP_AFTER
    is_over = is_last or answer.code == GONE
    own_claim.update(
        **_facts(answer),
        status=DeliveryStatus.DEAD if is_over else DeliveryStatus.WAITING,
        next_try_at=now + wait,
        finished_at=now if is_over else None,
    )
    _note_failure(subscription, answer, now, wait)


def disable(subscription: WebhookSubscription, because: str, *, by_hand: bool = False) -> None:
    """Stop sending to this subscription; what waits for it is kept until it is enabled again.

    Its contact is written to, unless somebody did it `by_hand`.
    """
    now = timezone.now()
    if not WebhookSubscription.objects.filter(pk=subscription.pk, disabled_at=None).update(
        disabled_at=now, disabled_because=because[:300]
    ):
        return
    logger.warning("Webhook %s disabled: %s", subscription.pk, because)
    if subscription.contact_email and not by_hand:
        _write_to_contact(subscription, because)


def _facts(answer: ReceiverAnswer) -> dict[str, object]:
    return {
        "response_code": answer.code,
        "response_excerpt": answer.excerpt,
        "error": answer.error or ("" if answer.is_success else _complaint(answer.code)),
        "took_milliseconds": round(answer.took_seconds * 1000),
    }


def _complaint(code: int | None) -> str:
    if code is not None and 300 <= code < 400:
        return "The address answered with a redirect, which we do not follow. Enter the address it redirects to."
    return f"Answered with {code} instead of 200 to 299."


def _delivered(delivery: WebhookDelivery, answer: ReceiverAnswer, now: datetime) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        **_facts(answer), status=DeliveryStatus.DELIVERED, finished_at=now
    )
    WebhookSubscription.objects.filter(pk=delivery.subscription_id).update(
        last_success_at=now, failing_since=None, failures_in_row=0, paused_until=None
    )


def _wait(delivery: WebhookDelivery, answer: ReceiverAnswer) -> timedelta:
    """Return how long to wait for the next try: the schedule's step, spread a little, or what the receiver asks for."""
    step = BACKOFF[min(delivery.attempts, len(BACKOFF)) - 1]
    # Spread, so that what failed together does not come back together.
    spread = step * random.uniform(0.9, 1.25)  # noqa: S311
    return max(spread, min(answer.retry_after or timedelta(0), MAX_RETRY_AFTER))


def _note_failure(subscription: WebhookSubscription, answer: ReceiverAnswer, now: datetime, wait: timedelta) -> None:
    if answer.code == GONE:
        disable(subscription, "The receiver answered 410 Gone, which asks never to be called again.")
        return
    rows = WebhookSubscription.objects.filter(pk=subscription.pk)
    is_down = answer.code is None or answer.code in RECEIVER_IS_DOWN
    rows.filter(failing_since=None).update(failing_since=now)
    rows.update(failures_in_row=F("failures_in_row") + int(is_down))
    known = rows.first()
    if known is None:
        # It was deleted while the try was in the air.
        return
    if is_down:
        pause = PAUSES[min(known.failures_in_row, len(PAUSES)) - 1]
        if answer.retry_after is not None:
            pause = max(pause, min(answer.retry_after, MAX_RETRY_AFTER))
        rows.update(paused_until=now + pause)
    if known.failing_since is not None and now - known.failing_since > DISABLE_AFTER:
        days = DISABLE_AFTER.days
        disable(subscription, f"No message has arrived for {days} days. The last error: {_facts(answer)['error']}")


def _write_to_contact(subscription: WebhookSubscription, because: str) -> None:
    try:
        send_mail(
            f"Webhook disabled: {subscription.client}",
            f"We no longer send changes to {subscription.url}.\n\n{because}\n\n"
            "When the address works again, ask us to enable the webhook. We will then send the changes you missed.\n",
            settings.DEFAULT_FROM_EMAIL,
            [subscription.contact_email],
        )
    except OSError:
        # The admin shows the same; a mail server that is away must not keep the sender from its work.
        logger.exception("The contact of webhook %s could not be written to", subscription.pk)
