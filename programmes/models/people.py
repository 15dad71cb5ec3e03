"""People who lead, speak at or host what the academy runs."""

from __future__ import annotations

import uuid as uuidlib

from django.db import models
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, PublishingPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin
from wagtail.search import index

from cms.access.models import AudienceMixin, MemberOrganisation
from cms.access.panels import audience_panel
from cms.access.visibility import VisibleQuerySetMixin


class PersonQuerySet(VisibleQuerySetMixin, models.QuerySet):
    """People, with `visible_to`."""


class Person(PreviewableMixin, DraftStateMixin, RevisionMixin, AudienceMixin, index.Indexed, ClusterableModel):
    """Somebody named on the site. Draft, expiry and audience hold for people as for pages."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=160, unique=True, help_text="Used in the API's filters.")
    job_title = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(
        MemberOrganisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    biography = models.TextField(blank=True, help_text="A few sentences that the person agreed to.")
    portrait = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PersonQuerySet.as_manager()

    panels = [
        TitleFieldPanel("name", placeholder=False),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("job_title"),
        FieldPanel("organisation"),
        FieldPanel("biography"),
        FieldPanel("portrait"),
        audience_panel("Who may see this person"),
        PublishingPanel(),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("slug")]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

    def get_preview_template(self, request: object, mode_name: str) -> str:
        return "programmes/person_preview.html"
