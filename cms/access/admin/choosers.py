"""Choosers of what not every editor may know: Wagtail's own show the rows of a snippet to whoever may enter the admin."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.snippets.views.chooser import SnippetChooserViewSet


class _Permitted(PermissionCheckedMixin):
    """Turns away who may do nothing with the model, and so sees no list of its rows elsewhere."""

    any_permission_required = ["add", "change", "delete", "view"]


class PermittedChooserViewSet(SnippetChooserViewSet):
    """A chooser whose every address asks for a permission on the model."""

    def construct_view(self, view_class: type, **kwargs: Any) -> Any:
        """Return the view with the question for a permission before it."""
        return super().construct_view(type(view_class.__name__, (_Permitted, view_class), {}), **kwargs)
