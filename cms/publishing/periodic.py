"""What publishing itself does as time passes: pages go live and expire on their dates."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from .clock import register_periodic


@register_periodic(
    "publish_scheduled",
    timedelta(minutes=1),
    "Publishes what is due to go live and withdraws what has expired.",
)
def publish_scheduled() -> None:
    """Run Wagtail's own command; an expiry bites to the second without it, a go-live waits for it."""
    call_command("publish_scheduled")
