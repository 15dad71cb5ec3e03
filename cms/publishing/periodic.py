"""What publishing itself does as time passes: pages go live and expire on their dates, webhooks are sent."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from . import healing  # noqa: F401
from .clock import register_periodic
from .feed import periodic as feed_periodic  # noqa: F401
from .webhooks.log import clear_old_deliveries
from .webhooks.queueing import enqueue_deliveries
from .webhooks.sending import send_due


@register_periodic(
    "publish_scheduled",
    timedelta(minutes=1),
    "Publishes scheduled content and withdraws expired content.",
    goes_by_date=True,
)
def publish_scheduled() -> None:
    """Run Wagtail's own command; an expiry bites to the second without it, a go-live waits for it."""
    call_command("publish_scheduled")


@register_periodic(
    "send_webhooks",
    timedelta(seconds=4),
    "Sends changes to partners' servers, and tries again if messages did not arrive.",
    # Each delivery is claimed by itself, so a second sender does no harm.
    abandoned_after=timedelta(minutes=2),
)
def send_webhooks() -> None:
    """Make the deliveries of what changed, and send what is due."""
    enqueue_deliveries()
    send_due()


@register_periodic("clear_webhook_log", timedelta(hours=6), "Removes webhook deliveries that are long over.")
def clear_webhook_log() -> None:
    """Remove old deliveries, so that the log does not grow for ever."""
    clear_old_deliveries()
