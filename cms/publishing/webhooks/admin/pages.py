"""The pages of one webhook and of one message: their state, and the buttons for what can be done."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic import InspectView

from cms.access.admin.addresses import client_url
from cms.access.models import ApiClient
from cms.publishing.models import DeliveryStatus, WebhookDelivery, WebhookSubscription

from .state import SILENT, state_of

LATEST_DELIVERIES = 15


def webhook_url(subscription: WebhookSubscription) -> str:
    """Return the address of a webhook's page in the admin."""
    return reverse("webhooks:inspect", args=[subscription.pk])


def may_manage(user: Any) -> bool:
    """Whether `user` may do more with webhooks than look."""
    return user.has_perm("publishing.change_webhooksubscription")


class SubscriptionPage(InspectView):
    """One webhook: where to, whether it works, its latest messages."""

    template_name = "publishing/webhook_page.html"
    page_title = "Webhook"

    def get_object(self, queryset: Any = None) -> WebhookSubscription:
        return super().get_object(WebhookSubscription.objects.select_related("client__organisation"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        deliveries: QuerySet[WebhookDelivery] = self.object.deliveries.all()
        counted = dict(deliveries.order_by().values_list("status").annotate(Count("pk")))
        state = state_of(self.object)
        return super().get_context_data(**kwargs) | {
            "webhook": self.object,
            "state": state,
            "is_silent": state == SILENT,
            "client_url": client_url(self.object.client),
            "counts": [(status.label, counted.get(status.value, 0)) for status in DeliveryStatus],
            "deliveries": deliveries.order_by("-pk")[:LATEST_DELIVERIES],
            "log_url": f"{reverse('webhook_deliveries:index')}?subscription={self.object.pk}",
            "may_manage": may_manage(self.request.user),
        }


class DeliveryPage(InspectView):
    """One message: what was sent, what was answered, when it is tried again."""

    template_name = "publishing/webhook_delivery.html"
    page_title = "Delivery"

    def get_object(self, queryset: Any = None) -> WebhookDelivery:
        return super().get_object(WebhookDelivery.objects.select_related("subscription__client__organisation"))

    def get_page_subtitle(self) -> str:
        return self.object.message_id

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "delivery": self.object,
            "webhook_url": webhook_url(self.object.subscription),
            "message": json.dumps(json.loads(self.object.payload), indent=2, ensure_ascii=False),
            "is_over": self.object.status in (DeliveryStatus.DELIVERED, DeliveryStatus.DEAD),
            "may_manage": may_manage(self.request.user),
        }


class ClientWebhooksPanel(Component):
    """A client's webhooks, on the client's page."""

    template_name = "publishing/client_webhooks_panel.html"
    order = 300

    def __init__(self, client: ApiClient, user: Any) -> None:
        self.client, self.user = client, user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        webhooks = self.client.webhook_subscriptions.select_related("client__organisation").prefetch_related(
            "client__keys"
        )
        return {
            "rows": [(webhook, state_of(webhook), webhook_url(webhook)) for webhook in webhooks],
            "add_url": f"{reverse('webhooks:add')}?client={self.client.pk}",
            "may_add": self.user.has_perm("publishing.add_webhooksubscription"),
        }
