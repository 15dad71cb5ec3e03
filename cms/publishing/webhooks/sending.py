"""Sends what is due, many at once and never in a request: one slow or dead receiver delays nobody."""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from time import monotonic

from asgiref.sync import async_to_sync, sync_to_async
from django.utils import timezone

from .. import clock
from .addresses import Resolve, resolve_by_system
from .claiming import MAX_IN_FLIGHT, Claims, due_deliveries
from .models import WebhookDelivery
from .outbound import Outbound, ReceiverAnswer, open_outbound
from .outcomes import record_outcome
from .policy import current_policy
from .signing import signed_headers

# A round ends after so long, so that the clock's row shows that it is alive; the next one follows at once.
ROUND_SECONDS = 40.0


def send_due(*, resolve: Resolve = resolve_by_system, tls: ssl.SSLContext | None = None) -> int:
    """Send everything that is due and return how many tries were made; one read when nothing is due.

    Ends when nothing more is due, after `ROUND_SECONDS`, or when the clock is asked to stop; what is in the air then is
    waited for. `resolve` and `tls` are for tests.
    """
    if not due_deliveries(timezone.now()).exists():
        return 0
    return async_to_sync(_send_due)(resolve, tls)


async def _send_due(resolve: Resolve, tls: ssl.SSLContext | None) -> int:
    """Keep the free places filled. The database is used in the calling thread: only the network waits side by side."""
    take, record = sync_to_async(Claims().take), sync_to_async(record_outcome)
    until = monotonic() + ROUND_SECONDS
    in_flight: Counter[int] = Counter()
    tasks: set[asyncio.Task[tuple[WebhookDelivery, ReceiverAnswer]]] = set()
    tries = 0
    async with open_outbound(current_policy(), MAX_IN_FLIGHT, resolve=resolve, tls=tls) as outbound:
        while True:
            if monotonic() < until and not clock.stopping.is_set():
                for delivery in await take(+in_flight):
                    in_flight[delivery.subscription_id] += 1
                    tasks.add(asyncio.create_task(_try(outbound, delivery)))
            if not tasks:
                return tries
            done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                delivery, answer = task.result()
                in_flight[delivery.subscription_id] -= 1
                tries += 1
                await record(delivery, answer)


async def _try(outbound: Outbound, delivery: WebhookDelivery) -> tuple[WebhookDelivery, ReceiverAnswer]:
    subscription, at = delivery.subscription, timezone.now()
    headers = signed_headers(delivery.message_id, at, delivery.payload, subscription.signing_secrets(at))
    return delivery, await outbound.post(subscription.url, delivery.payload.encode(), headers)
