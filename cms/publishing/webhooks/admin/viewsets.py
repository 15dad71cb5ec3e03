"""The lists of webhooks and of messages in the Access menu."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django_filters import ModelChoiceFilter
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import CreateView, DeleteView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import register_permission_policy

from cms.access.admin.viewsets import MENU_HOOK
from cms.access.models import ApiClient
from cms.publishing.models import WebhookDelivery, WebhookSubscription
from cms.publishing.policies import LookOnlyPolicy

from ..models import OPEN_STATUSES
from .actions import secret_shown_once
from .forms import SubscriptionForm
from .pages import ClientWebhooksPanel, DeliveryPage, SubscriptionPage, webhook_url
from .state import state_of
from .trail import note

register_permission_policy(WebhookDelivery, LookOnlyPolicy(WebhookDelivery))


class SubscriptionIndexView(IndexView):
    """The list of webhooks; an address leads to the webhook's page."""

    page_title = "Webhooks"
    any_permission_required = ["view", "change", "add", "delete"]

    def get_base_queryset(self) -> QuerySet[WebhookSubscription]:
        webhooks = WebhookSubscription.objects.select_related("client__organisation").prefetch_related("client__keys")
        return webhooks.annotate(waiting=Count("deliveries", filter=Q(deliveries__status__in=OPEN_STATUSES)))

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("url", label="Address", get_url=webhook_url),
            Column("client", label="API client"),
            Column("state", label="State", accessor=state_of),
            Column("waiting", label="Waiting"),
            DateColumn("last_success_at", label="Last arrival"),
        ]


class SubscriptionCreateView(CreateView):
    """Shows the secret once it is made; nothing shows it again."""

    def get_initial(self) -> dict[str, Any]:
        client = self.request.GET.get("client", "")
        return {"client": client} if client.isdecimal() and ApiClient.objects.filter(pk=client).exists() else {}

    def form_valid(self, form: Any) -> HttpResponse:
        super().form_valid(form)
        note(self.object, "make")
        return secret_shown_once(self.request, self.object)


class SubscriptionEditView(EditView):
    """Changes where a webhook goes or what it sends."""

    def get_success_url(self) -> str:
        return webhook_url(self.object)

    def save_instance(self) -> WebhookSubscription:
        before = WebhookSubscription.objects.values_list("url", flat=True).get(pk=self.object.pk)
        subscription = super().save_instance()
        note(subscription, "change", **({} if before == subscription.url else {"before": before}))
        return subscription


class SubscriptionDeleteView(DeleteView):
    """Removes a webhook with its messages; its client's history keeps that it was there."""

    def delete_action(self) -> None:
        note(self.object, "remove")
        super().delete_action()


class SubscriptionViewSet(ModelViewSet):
    model = WebhookSubscription
    icon = "link-external"
    menu_label = "Webhooks"
    menu_hook = MENU_HOOK
    menu_order = 500
    index_view_class = SubscriptionIndexView
    add_view_class = SubscriptionCreateView
    edit_view_class = SubscriptionEditView
    delete_view_class = SubscriptionDeleteView
    inspect_view_class = SubscriptionPage
    inspect_view_enabled = True
    inspect_view_fields = ["url"]
    copy_view_enabled = False
    search_fields = ["url", "client__name", "client__organisation__name"]

    def get_form_class(self, for_update: bool = False) -> type[SubscriptionForm]:
        return SubscriptionForm


class DeliveryFilterSet(WagtailFilterSet):
    """Narrows the log; the names of the webhooks to choose from are read in one go."""

    subscription = ModelChoiceFilter(
        queryset=WebhookSubscription.objects.select_related("client__organisation"), label="Webhook"
    )

    class Meta:
        model = WebhookDelivery
        fields = ["status", "event", "subscription", "response_code"]


class DeliveryIndexView(IndexView):
    """The log of messages: newest first, nothing to edit."""

    page_title = "Webhook deliveries"
    any_permission_required = ["view"]

    def get_base_queryset(self) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.select_related("subscription__client__organisation").order_by("-pk")

    def get_edit_url(self, instance: WebhookDelivery) -> None:
        return None

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("message_id", label="Delivery", get_url=self.get_inspect_url),
            Column("subscription", label="Webhook"),
            Column("event", label="Event"),
            Column("status", label="State", accessor="get_status_display"),
            Column("attempts", label="Tries"),
            Column("response_code", label="Answer"),
            Column("error", label="What went wrong"),
            DateColumn("created_at", label="Made"),
        ]


class DeliveryViewSet(ModelViewSet):
    model = WebhookDelivery
    icon = "mail"
    menu_label = "Webhook deliveries"
    menu_hook = MENU_HOOK
    menu_order = 510
    index_view_class = DeliveryIndexView
    inspect_view_class = DeliveryPage
    inspect_view_enabled = True
    inspect_view_fields = ["event"]
    form_fields = ["status"]
    filterset_class = DeliveryFilterSet
    copy_view_enabled = False
    add_to_reference_index = False


@hooks.register("register_admin_viewset")
def register_webhooks() -> list[ModelViewSet]:
    return [
        SubscriptionViewSet("webhooks", url_prefix="webhooks"),
        DeliveryViewSet("webhook_deliveries", url_prefix="webhook-messages"),
    ]


@hooks.register("construct_client_page")
def add_webhooks_panel(request: Any, client: ApiClient, panels: list) -> None:
    """Show a client's webhooks on its page to those who may look at them."""
    if request.user.has_perm("publishing.view_webhooksubscription"):
        panels.append(ClientWebhooksPanel(client, request.user))
