"""Panels for fields that hold many: searchable, usable by keyboard, and with the right to make what is missing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import Model
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from .widgets import AudienceRadios, SearchableSelectMultiple


class ChooseManyPanel(FieldPanel):
    """A many-to-many field as a searchable chooser. Whoever may add rows of its model can do so in the box."""

    def __init__(self, field_name: str, widget: Any = SearchableSelectMultiple, **kwargs: Any) -> None:
        super().__init__(field_name, widget=widget, **kwargs)

    class BoundPanel(FieldPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            if self.bound_field is None or not isinstance(self.bound_field.field.widget, SearchableSelectMultiple):
                return
            model = self.bound_field.field.queryset.model
            widget = self.bound_field.field.widget
            widget.noun = str(model._meta.verbose_name)
            if self.request is not None and may_create(self.request.user, model):
                widget.create_url = reverse("academy_create_on_the_spot", args=[model._meta.label_lower])


def may_create(user: Any, model: type[Model]) -> bool:
    """Whether `user` may add rows of `model`."""
    return user.has_perm(f"{model._meta.app_label}.{get_permission_codename('add', model._meta)}")


def audience_panel(heading: str) -> MultiFieldPanel:
    """Return the panel in which an editor says who may see something."""
    return MultiFieldPanel(
        [FieldPanel("audience", widget=AudienceRadios), ChooseManyPanel("audience_organisations")],
        heading=heading,
        classname="academy-audience-panel",
    )
