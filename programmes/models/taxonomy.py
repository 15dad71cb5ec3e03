"""The vocabulary that content is sorted by. It is public by nature: no topic may tell a secret."""

from __future__ import annotations

import uuid as uuidlib

from django.db import models
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.search import index

from cms.access.visibility import OpenQuerySet


class Term(index.Indexed, models.Model):
    """What topics, core areas and priority groups share: a name, a slug and a sentence that explains it."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    name = models.CharField(
        max_length=120,
        unique=True,
        help_text="Everybody can read it, even when everything under it is hidden. Do not include anything "
        "confidential.",
    )
    slug = models.SlugField(max_length=120, unique=True, help_text="Used in addresses and in the API's filters.")
    description = models.TextField(blank=True, help_text="One or two plain sentences. Everybody can read them.")

    objects = OpenQuerySet.as_manager()

    panels = [
        TitleFieldPanel("name", placeholder=False),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("description"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("slug")]

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Topic(Term):
    """A subject that sessions, recordings and materials are about."""


class CoreArea(Term):
    """One of the academy's few core areas of focus, e.g. Leadership, Innovation, Community."""

    position = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")

    panels = [*Term.panels, FieldPanel("position")]

    class Meta(Term.Meta):
        ordering = ["position", "name"]


class PriorityGroup(Term):
    """A group of leaders that the mapping of existing activities found to need development most."""
