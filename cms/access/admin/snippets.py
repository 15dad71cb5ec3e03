"""The admin of snippets with an audience: the status panel and the list say who sees them."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import MediaContainer
from wagtail.snippets.side_panels import SnippetStatusSidePanel
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from cms.access.audiences import describe_all

from .listings import AUDIENCE_COLUMN

PANEL = "wagtailadmin/shared/side_panels/includes/status/privacy.html"


class AudienceStatusSidePanel(SnippetStatusSidePanel):
    """Wagtail's status panel, with who sees the thing."""

    def get_status_templates(self, context: dict[str, Any]) -> list[str]:
        """Return the parts of the panel, the audience among them."""
        templates = super().get_status_templates(context)
        return [*templates[:1], PANEL, *templates[1:]]


class AudiencePanelsMixin:
    """A form whose status panel tells of the audience."""

    def get_side_panels(self) -> MediaContainer:
        """Return Wagtail's panels with the status panel replaced."""
        panels = list(super().get_side_panels())  # type: ignore[misc]
        for panel in panels:
            if type(panel) is SnippetStatusSidePanel:
                panel.__class__ = AudienceStatusSidePanel
        return MediaContainer(panels)


class AudienceCreateView(AudiencePanelsMixin, CreateView):
    pass


class AudienceEditView(AudiencePanelsMixin, EditView):
    pass


class AudienceListView(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context with `audience_words` on each thing of the list."""
        context = super().get_context_data(**kwargs)
        describe_all(context["object_list"])
        return context


class AudienceSnippetViewSet(SnippetViewSet):
    """The base of a viewset of things with an audience; their lists have AUDIENCE_COLUMN in `list_display`."""

    index_view_class = AudienceListView
    add_view_class = AudienceCreateView
    edit_view_class = AudienceEditView


__all__ = ["AUDIENCE_COLUMN", "AudienceSnippetViewSet"]
