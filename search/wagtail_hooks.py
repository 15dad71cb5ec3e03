"""The admin of search: the glossary, and what visitors asked for."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import GlossaryTerm, Inquiry


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = "Glossary"
    list_display = ["term", "expansion", "get_use_display", "updated_at"]
    list_filter = ["use"]
    ordering = ["term", "expansion"]
    list_per_page = 50


class InquiryPolicy(ModelPermissionPolicy):
    """Inquiries come from visitors: nobody adds one by hand, not even a superuser."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Grant everything but adding."""
        return action != "add" and super().user_has_permission(user, action)


register_permission_policy(Inquiry, InquiryPolicy(Inquiry))


class InquiryViewSet(SnippetViewSet):
    model = Inquiry
    icon = "help"
    menu_label = "Asked for"
    list_display = ["wish", "sought", "status", "asked_at"]
    list_filter = ["status", "asked_at"]


class SearchGroup(SnippetViewSetGroup):
    menu_label = "Search"
    menu_icon = "search"
    menu_order = 350
    items = (GlossaryTermViewSet, InquiryViewSet)


register_snippet(SearchGroup)
