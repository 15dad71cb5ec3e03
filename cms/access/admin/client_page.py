"""The page of an API client in the admin: its keys, websites, use, history, and whatever other layers add to it."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import registry
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView, InspectView

from cms.access.models import ApiClient, ApiUsage

from .addresses import client_url
from .trail import TOLD_FIELDS
from .usage import UsageChart, asked_span

LATEST_ENTRIES = 8


class KeysPanel(Component):
    """The client's keys with their state, and what can be done to each."""

    template_name = "access/keys_panel.html"
    order = 100

    def __init__(self, client: ApiClient, user: Any) -> None:
        self.client, self.user = client, user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {
            "client": self.client,
            "keys": self.client.keys.all(),
            "may_make": self.user.has_perm("access.add_apikey"),
            "may_end": self.user.has_perm("access.change_apikey"),
        }


class HistoryPanel(Component):
    """The latest of what was done to the client and its keys, and by whom."""

    template_name = "access/history_panel.html"
    order = 900

    def __init__(self, client: ApiClient) -> None:
        self.client = client

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        entries = registry.get_logs_for_instance(self.client).select_related("user")
        return {
            "entries": entries.order_by("-timestamp", "-pk")[:LATEST_ENTRIES],
            "history_url": reverse("wagtailsnippets_access_apiclient:history", args=[self.client.pk]),
        }


class ClientPage(InspectView):
    """The hub: everything about one client, in panels."""

    template_name = "access/client_page.html"
    page_title = "API client"

    def get_object(self, queryset: Any = None) -> ApiClient:
        return super().get_object(queryset or ApiClient.objects.select_related("organisation"))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Making a key is what one mostly comes for."""
        buttons = []
        if self.request.user.has_perm("access.add_apikey"):
            address = reverse("access_new_key", args=[self.object.pk])
            buttons.append(HeaderButton("Make a key", url=address, icon_name="key"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        panels: list[Component] = [KeysPanel(self.object, user), HistoryPanel(self.object)]
        if user.has_perm("access.view_apiusage"):
            rows = ApiUsage.objects.filter(client=self.object)
            panels.append(UsageChart(rows, asked_span(self.request), str(self.object)))
        for add_panels in hooks.get_hooks("construct_client_page"):
            add_panels(self.request, self.object, panels)
        panels.sort(key=lambda panel: getattr(panel, "order", 500))
        return super().get_context_data(**kwargs) | {"client": self.object, "panels": panels}


class ClientIndexView(IndexView):
    """The list of clients; a name leads to the client's page, not to its form."""

    def _get_title_column(self, field_name: str, column_class: Any = None, **kwargs: Any) -> Any:
        column = super()._get_title_column(
            field_name, **({"column_class": column_class} if column_class else {}), **kwargs
        )
        column._get_url_func = self.get_inspect_url
        return column


class ClientCreateView(CreateView):
    """Leads on to the client's page, where its first key is made."""

    def get_success_url(self) -> str:
        return client_url(self.object)


class ClientEditView(EditView):
    """Notes what was changed, before and after, in the client's history."""

    def get_success_url(self) -> str:
        return client_url(self.object)

    def save_instance(self) -> ApiClient:
        names: Any = ApiClient._meta
        before = ApiClient.objects.select_related("organisation").get(pk=self.object.pk)
        after = super().save_instance()
        changes = [
            {
                "field": str(names.get_field(name).verbose_name),
                "before": _told(getattr(before, name)),
                "after": _told(getattr(after, name)),
            }
            for name in TOLD_FIELDS
            if getattr(before, name) != getattr(after, name)
        ]
        if changes:
            registry.log(after, "access.client.change", data={"changes": changes})
        return after


class ClientDeleteView(DeleteView):
    """Says before what ends with a client: all that is its own, its figures among the use of the API too."""

    @property
    def confirmation_message(self) -> str:
        """The question, with what goes along."""
        collector = NestedObjects(using=router.db_for_write(ApiClient))
        collector.collect([self.object])
        own = sorted(
            f"{len(rows)} {names.verbose_name if len(rows) == 1 else names.verbose_name_plural!s}"
            for names, rows in ((model._meta, rows) for model, rows in collector.model_objs.items())
            if names.model is not ApiClient
        )
        along = f" With it go {', '.join(own)}." if own else ""
        return f"Delete this API client? Its keys will stop working immediately.{along}"


def _told(value: Any) -> str:
    return "" if value is None else ", ".join(str(value).split("\n"))
