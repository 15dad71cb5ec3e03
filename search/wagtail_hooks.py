"""The admin of search: the glossary, what visitors asked for, what editors put first, and the report on searches."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet, SnippetViewSetGroup

from cms.access.admin.choosers import PermittedChooserViewSet

from .learning.admin import PromotedResultViewSet
from .models import GlossaryTerm, Inquiry
from .models.glossary import LONGEST_NAME


class GlossaryCreateView(CreateView):
    """A new entry, with the term filled in when a search in vain proposed it."""

    def get_initial_form_instance(self) -> Any:
        """Return the instance that the empty form shows."""
        instance = super().get_initial_form_instance() or self.model()
        instance.term = " ".join(self.request.GET.get("term", "").replace("\0", "").split())[:LONGEST_NAME]
        return instance


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    add_view_class = GlossaryCreateView
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
    chooser_viewset_class = PermittedChooserViewSet
    list_display = ["wish", "sought", "status", "asked_at"]
    list_filter = ["status", "asked_at"]


class SearchGroup(SnippetViewSetGroup):
    menu_label = "Search"
    menu_icon = "search"
    menu_order = 350
    items = (GlossaryTermViewSet, PromotedResultViewSet, InquiryViewSet)


register_snippet(SearchGroup)
