"""A programme: what the academy offers over and over, such as a two-day course or a series of sessions."""

from __future__ import annotations

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from cms.access.models import AudiencePage
from cms.access.panels import ChooseManyPanel
from cms.access.references import ReferencedManyToManyField
from cms.site.page_context import PageWithContext

from ..blocks import TEXT_BLOCKS
from .taxonomy import CoreArea, PriorityGroup, Topic


class SessionFormat(models.TextChoices):
    FACE_TO_FACE = "face_to_face", "Face to face"
    VIRTUAL = "virtual", "Virtual"
    HYBRID = "hybrid", "Hybrid"


class ProgrammeStatus(models.TextChoices):
    RUNNING = "running", "Running"
    UNDER_REVIEW = "under_review", "Under review"
    CLOSED = "closed", "Closed"


class ProgrammePage(PageWithContext, AudiencePage):
    summary = models.TextField(
        help_text="What it is, in one or two plain sentences. Shown in lists, search and the API."
    )
    format = models.CharField(max_length=20, choices=SessionFormat.choices, default=SessionFormat.FACE_TO_FACE)
    status = models.CharField(max_length=20, choices=ProgrammeStatus.choices, default=ProgrammeStatus.RUNNING)
    duration = models.CharField(max_length=120, blank=True, help_text="In words, e.g. 'two days' or 'six half-days'.")
    who_it_is_for = models.TextField(blank=True, help_text="Whom it is meant for, in plain words.")
    core_areas = ReferencedManyToManyField(CoreArea, blank=True, related_name="programmes")
    topics = ReferencedManyToManyField(Topic, blank=True, related_name="programmes")
    priority_groups = ReferencedManyToManyField(PriorityGroup, blank=True, related_name="programmes")
    body = StreamField(TEXT_BLOCKS, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("format"), FieldPanel("status"), FieldPanel("duration"), FieldPanel("who_it_is_for")],
            heading="At a glance",
        ),
        InlinePanel("outcomes", label="Outcome", heading="What people take away"),
        MultiFieldPanel(
            [ChooseManyPanel("core_areas"), ChooseManyPanel("topics"), ChooseManyPanel("priority_groups")],
            heading="Sorted under",
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *AudiencePage.search_fields,
        index.SearchField("summary"),
        index.SearchField("who_it_is_for"),
        index.FilterField("status"),
        index.FilterField("format"),
    ]

    template = "programmes/programme_page.html"
    page_description = "Something the academy offers: a course, a series, a community."
    parent_page_types = ["programmes.ProgrammesIndexPage"]
    subpage_types = ["programmes.SessionPage"]

    class Meta:
        verbose_name = "programme"


class ProgrammeOutcome(Orderable):
    programme = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="outcomes")
    text = models.CharField(max_length=300, help_text="One thing that people take away.")

    panels = [FieldPanel("text")]

    def __str__(self) -> str:
        return self.text
