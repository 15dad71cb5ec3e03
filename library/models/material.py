"""A material: slides, notes, a handout or a link that goes with a session or stands alone."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Page
from wagtail.search import index

from cms.access.models import AudiencePage
from cms.access.panels import ChooseManyPanel
from cms.access.references import ReferencedManyToManyField
from cms.site.page_context import PageWithContext
from programmes.models import ProgrammePage, SessionPage, Topic

from .files import MaterialDocument


class MaterialKind(models.TextChoices):
    SLIDES = "slides", "Slides"
    NOTES = "notes", "Notes"
    HANDOUT = "handout", "Handout"
    TOOLKIT = "toolkit", "Toolkit"
    PUBLICATION = "publication", "Publication"
    LINK = "link", "Link"


class MaterialPage(PageWithContext, AudiencePage):
    summary = models.TextField(blank=True, help_text="What people can use it for, in one or two plain sentences.")
    kind = models.CharField(max_length=20, choices=MaterialKind.choices, default=MaterialKind.HANDOUT)
    document = models.ForeignKey(
        MaterialDocument,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="material_pages",
        help_text="The file. Give a file or a link, not both.",
    )
    link = models.URLField(max_length=1000, blank=True, help_text="The address, when it lies elsewhere.")
    session = models.ForeignKey(SessionPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="materials")
    programme = models.ForeignKey(
        ProgrammePage, null=True, blank=True, on_delete=models.SET_NULL, related_name="materials"
    )
    topics = ReferencedManyToManyField(Topic, blank=True, related_name="materials")

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("kind"),
        MultiFieldPanel([FieldPanel("document"), FieldPanel("link")], heading="File or link"),
        MultiFieldPanel(
            [PageChooserPanel("session"), PageChooserPanel("programme"), ChooseManyPanel("topics")],
            heading="Belongs to",
        ),
    ]
    search_fields = [*AudiencePage.search_fields, index.SearchField("summary"), index.FilterField("kind")]

    template = "library/material_page.html"
    page_description = "Slides, notes, a handout, a toolkit, a publication or a link."
    parent_page_types = ["library.LibraryIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "material"

    def clean(self) -> None:
        """Want a file or a link, exactly one, and kind 'link' to mean a link."""
        super().clean()
        if bool(self.document_id) == bool(self.link):
            raise ValidationError({"document": "Give a file or a link: one of the two, not both."})
        if self.kind == MaterialKind.LINK and not self.link:
            raise ValidationError({"kind": "This is a file: choose what kind of file it is."})
