"""What the history of an API client says of its webhooks: who made, changed, silenced or removed one."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.log_actions import LogFormatter, registry

from cms.publishing.models import WebhookSubscription

ACTIONS = {
    "publishing.webhook.make": ("Make a webhook", "Webhook to {url} made"),
    "publishing.webhook.change": ("Change a webhook", "Webhook to {url} changed"),
    "publishing.webhook.remove": ("Remove a webhook", "Webhook to {url} removed"),
    "publishing.webhook.rotate": ("Replace a webhook's secret", "Secret of the webhook to {url} replaced"),
    "publishing.webhook.enable": ("Enable a webhook", "Webhook to {url} enabled"),
    "publishing.webhook.disable": ("Disable a webhook", "Webhook to {url} disabled"),
    "publishing.webhook.redeliver": ("Send messages again", "{count} to {url} sent again"),
}


def note(subscription: WebhookSubscription, action: str, **data: Any) -> None:
    """Write into the history of the subscription's client what was done; `action` is the last part of its name."""
    registry.log(subscription.client, f"publishing.webhook.{action}", data={"url": subscription.url, **data})


def messages_of(count: int) -> str:
    """Return how many messages in words: `1 message`, `2 messages`."""
    return f"{count} message{'s'[: count != 1]}"


def _formatter(label: str, sentence: str) -> type[LogFormatter]:
    class Told(LogFormatter):
        def format_message(self, log_entry: Any) -> str:
            data = log_entry.data if isinstance(log_entry.data, dict) else {}
            told = sentence.format(url=data.get("url", ""), count=messages_of(data.get("count", 0)))
            return f"{told}; it went to {data['before']}" if "before" in data else told

    Told.label = label
    return Told


@hooks.register("register_log_actions")
def register_actions(actions: Any) -> None:
    """Tell Wagtail's history how to speak of webhooks."""
    for action, (label, sentence) in ACTIONS.items():
        actions.register_action(action)(_formatter(label, sentence))
