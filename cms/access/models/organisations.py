"""Member organisations and the people who belong to them."""

from __future__ import annotations

import uuid as uuidlib

from django.conf import settings
from django.db import models
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.search import index

from cms.access.visibility import OpenQuerySet


class Sector(models.TextChoices):
    HOSPITAL = "hospital", "Hospital trust"
    COMMUNITY = "community", "Community health"
    PRIMARY = "primary", "Primary care"
    SOCIAL = "social", "Social care"
    COUNCIL = "council", "Local authority"
    THIRD = "third", "Third sector"
    ACADEMIC = "academic", "Academia"
    INDEPENDENT = "independent", "Independent sector"
    SYSTEM = "system", "Integrated care system"
    OTHER = "other", "Other"


class MemberOrganisation(index.Indexed, models.Model):
    """An employer or partner that belongs to the academy and with which content can be shared."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True, help_text="The full name, as the organisation writes it.")
    slug = models.SlugField(max_length=80, unique=True, help_text="Short name used in addresses and commands.")
    sector = models.CharField(max_length=20, choices=Sector.choices, default=Sector.OTHER)
    place = models.CharField(max_length=120, blank=True, help_text="Town, borough or city it serves.")
    logo = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    website = models.URLField(blank=True)

    objects = OpenQuerySet.as_manager()

    panels = [
        TitleFieldPanel("name", placeholder=False),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("sector"),
        FieldPanel("place"),
        FieldPanel("logo"),
        FieldPanel("website"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("sector")]

    class Meta:
        ordering = ["name"]
        verbose_name = "member organisation"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Says that a signed-in user of the site belongs to a member organisation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="membership")
    organisation = models.ForeignKey(MemberOrganisation, on_delete=models.CASCADE, related_name="memberships")

    panels = [FieldPanel("user"), FieldPanel("organisation")]

    def __str__(self) -> str:
        return f"{self.user} of {self.organisation}"
