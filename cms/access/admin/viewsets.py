"""The Access menu: lists and forms of organisations, members, API clients and keys."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import registry
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from cms.access.models import ApiClient, ApiKey, MemberOrganisation, Membership

from .addresses import client_url
from .calendars import calendar_button
from .choosers import PermittedChooserViewSet
from .client_page import ClientCreateView, ClientDeleteView, ClientEditView, ClientIndexView, ClientPage
from .organisations import end_button

MENU_HOOK = "register_access_menu_item"


class OrganisationEditView(EditView):
    """Offers the calendar address and the end of the membership beside Wagtail's own buttons."""

    @property
    def header_more_buttons(self) -> list[Button]:
        more = [*super().header_more_buttons]
        if self.request.user.has_perm("access.view_apikey"):
            more.append(Button(**calendar_button(self.object), priority=80))
        return [*more, Button(**end_button(self.object), priority=90)]


class OrganisationViewSet(SnippetViewSet):
    model = MemberOrganisation
    icon = "group"
    menu_label = "Organisations"
    list_display = ["name", "sector", "place", "ended_at"]
    list_filter = {"sector": ["exact"], "ended_at": ["isnull"]}
    edit_view_class = OrganisationEditView


class MembershipViewSet(SnippetViewSet):
    model = Membership
    icon = "user"
    menu_label = "Members"
    chooser_viewset_class = PermittedChooserViewSet
    list_display = ["user", "organisation"]
    list_filter = ["organisation"]


def clients_with_keys() -> QuerySet[ApiClient]:
    """Return the clients, each with the number of its keys that open something now."""
    now = timezone.now()
    is_usable = (Q(keys__revoked_at=None) | Q(keys__revoked_at__gt=now)) & (
        Q(keys__expires_at=None) | Q(keys__expires_at__gt=now)
    )
    keys = Count("keys", filter=Q(keys__isnull=False) & is_usable)
    return ApiClient.objects.select_related("organisation").annotate(
        usable_keys=keys, organisation_name=F("organisation__name")
    )


class ClientViewSet(SnippetViewSet):
    model = ApiClient
    icon = "desktop"
    menu_label = "API clients"
    chooser_viewset_class = PermittedChooserViewSet
    list_display = [
        "name",
        "organisation",
        Column("usable_keys", label="Good keys", sort_key="usable_keys"),
        "created_at",
    ]
    list_filter = ["organisation"]
    search_fields = ["name", "organisation__name"]
    inspect_view_enabled = True
    inspect_view_fields = ["name"]
    copy_view_enabled = False
    index_view_class = ClientIndexView
    inspect_view_class = ClientPage
    add_view_class = ClientCreateView
    edit_view_class = ClientEditView
    delete_view_class = ClientDeleteView

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiClient]:
        return clients_with_keys()


class KeyPolicy(ModelPermissionPolicy):
    """A key comes from its client's page, which tells its text; one from a form would open nothing. It ends by being revoked."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Grant what the user's groups grant, but never the form for a new key, and never to delete one."""
        return action not in {"add", "delete"} and super().user_has_permission(user, action)


register_permission_policy(ApiKey, KeyPolicy(ApiKey))


class KeyEditView(EditView):
    """Changes when a key ends, which its client's history tells."""

    def get_success_url(self) -> str:
        return client_url(self.object.client)

    def save_instance(self) -> ApiKey:
        before = ApiKey.objects.values_list("expires_at", flat=True).get(pk=self.object.pk)
        key = super().save_instance()
        if key.expires_at != before:
            told = {"key": key.mark, "expires_at": key.expires_at and key.expires_at.isoformat()}
            registry.log(key.client, "access.key.expiry", data=told)
        return key


class KeyViewSet(SnippetViewSet):
    model = ApiKey
    icon = "key"
    menu_label = "API keys"
    chooser_viewset_class = PermittedChooserViewSet
    list_display = ["__str__", "created_at", "expires_at", "revoked_at", "last_used_at"]
    list_filter = ["client__organisation"]
    edit_view_class = KeyEditView
    copy_view_enabled = False
    # Keys are made for a client (its page has the button), never typed in.


class AccessGroup(SnippetViewSetGroup):
    menu_label = "Access"
    menu_icon = "key"
    menu_order = 400
    submenu_hook = MENU_HOOK
    items = (OrganisationViewSet, MembershipViewSet, ClientViewSet, KeyViewSet)
