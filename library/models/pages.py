"""The page under which recordings and materials lie."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.access.models import AudiencePage
from cms.site.page_context import PageWithContext


class LibraryIndexPage(PageWithContext, AudiencePage):
    """Lists what the library keeps."""

    introduction = models.TextField(blank=True, help_text="One or two sentences above the list.")

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*AudiencePage.search_fields, index.SearchField("introduction")]

    template = "library/library_index_page.html"
    page_description = "The resource library. One is enough."
    parent_page_types = ["home.HomePage"]
    subpage_types = ["library.RecordingPage", "library.MaterialPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = "library index"
