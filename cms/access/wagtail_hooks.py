"""The admin of organisations, members, API clients and keys, and links in rich text that show only what may be seen."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet, SnippetViewSetGroup

from .models import ApiClient, ApiKey, AudiencePage, MemberOrganisation, Membership
from .principals import current_principal


class VisiblePageLinkHandler(PageLinkHandler):
    """Writes the address of a linked page only for those who may see the page; for others the words stay, unlinked."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list[Page | None]:
        """Return the page of each link, or None where it is hidden from (or missing for) the current principal."""
        # An id that is no number comes from pasted markup; it links to nothing.
        numbered = [
            {**attrs, "id": attrs["id"] if re.fullmatch(r"[0-9]{1,18}", str(attrs.get("id", ""))) else None}
            for attrs in attrs_list
        ]
        pages = super().get_many(numbered)
        by_type: dict[type[Page], set[int]] = {}
        for page in filter(None, pages):
            by_type.setdefault(type(page), set()).add(page.pk)
        visible: set[int] = set()
        for model, pks in by_type.items():
            if issubclass(model, AudiencePage):
                rows = model._default_manager.filter(pk__in=pks).visible_to(current_principal())
                visible.update(rows.values_list("pk", flat=True))
        return [page if page is not None and page.pk in visible else None for page in pages]


@hooks.register("register_rich_text_features", order=100)
def use_visible_page_links(features: Any) -> None:
    """Replace Wagtail's handler, which links to any page, live or not."""
    features.register_link_type(VisiblePageLinkHandler)


class OrganisationViewSet(SnippetViewSet):
    model = MemberOrganisation
    icon = "group"
    menu_label = "Organisations"
    list_display = ["name", "sector", "place"]
    list_filter = ["sector"]


class MembershipViewSet(SnippetViewSet):
    model = Membership
    icon = "user"
    menu_label = "Members"
    list_display = ["user", "organisation"]
    list_filter = ["organisation"]


class ClientCreateView(CreateView):
    """Making a client makes its first key, told once."""

    def save_instance(self) -> ApiClient:
        client = super().save_instance()
        show_key_once(self.request, client)
        return client


class ClientViewSet(SnippetViewSet):
    model = ApiClient
    icon = "desktop"
    menu_label = "API clients"
    list_display = ["name", "organisation", "created_at"]
    list_filter = ["organisation"]
    add_view_class = ClientCreateView


class KeyPolicy(ModelPermissionPolicy):
    """A key comes from its client's button, which tells its text; one from a form would open nothing."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Grant what the user's groups grant, but never the form for a new key."""
        return action != "add" and super().user_has_permission(user, action)


register_permission_policy(ApiKey, KeyPolicy(ApiKey))


class KeyViewSet(SnippetViewSet):
    model = ApiKey
    icon = "key"
    menu_label = "API keys"
    list_display = ["__str__", "created_at", "expires_at", "revoked_at", "last_used_at"]
    # Keys are made for a client (its menu in the list has the button), never typed in.


class AccessGroup(SnippetViewSetGroup):
    menu_label = "Access"
    menu_icon = "key"
    menu_order = 400
    items = (OrganisationViewSet, MembershipViewSet, ClientViewSet, KeyViewSet)


register_snippet(AccessGroup)


def show_key_once(request: HttpRequest, client: ApiClient) -> None:
    """Issue a key and show its text in a message, the only time it can be read."""
    _, text = client.issue_key()
    messages.warning(
        request,
        format_html(
            "Key of {}: <code>{}</code>. Copy it now: it is kept only as a hash and never shown again.", client, text
        ),
    )


@permission_required("access.add_apikey")
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then issue a further key for a client; the old ones stay good until revoked, so a change needs no gap."""
    client = get_object_or_404(ApiClient, pk=pk)
    if request.method != "POST":
        return render(request, "access/new_key.html", {"client": client})
    show_key_once(request, client)
    return redirect(reverse("wagtailsnippets_access_apiclient:list"))


@hooks.register("register_admin_urls")
def register_urls() -> list:
    return [path("api-clients/<int:pk>/new-key/", new_key, name="access_new_key")]


@hooks.register("register_snippet_listing_buttons")
def new_key_button(snippet: Any, user: Any, next_url: str | None = None) -> Any:
    """Offer 'Make a key' beside each API client."""
    if isinstance(snippet, ApiClient) and user.has_perm("access.add_apikey"):
        yield Button(
            "Make a key",
            reverse("access_new_key", args=[snippet.pk]),
            icon_name="key",
            priority=20,
        )
