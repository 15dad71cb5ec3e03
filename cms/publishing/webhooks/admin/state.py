"""Says in one or two words how a webhook is doing."""

from __future__ import annotations

from cms.publishing.models import WebhookSubscription

from ..notices import has_good_key

SILENT = "Silent: its client has no good key"


def state_of(subscription: WebhookSubscription) -> str:
    """Return `Disabled`, `SILENT`, `Failing`, `Working`, or `Nothing sent yet`."""
    if not subscription.is_enabled:
        return "Disabled"
    if not has_good_key(subscription.client):
        return SILENT
    if subscription.failing_since is not None:
        return "Failing"
    return "Working" if subscription.last_success_at else "Nothing sent yet"
