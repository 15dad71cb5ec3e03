"""The page under which programmes and sessions lie."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.access.models import AudiencePage
from cms.site.page_context import PageWithContext


class ProgrammesIndexPage(PageWithContext, AudiencePage):
    """Lists the programmes and what is on next."""

    introduction = models.TextField(blank=True, help_text="One or two sentences above the list.")

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    search_fields = [*AudiencePage.search_fields, index.SearchField("introduction")]

    template = "programmes/programmes_index_page.html"
    page_description = "The list of programmes. One is enough."
    parent_page_types = ["home.HomePage"]
    subpage_types = ["programmes.ProgrammePage", "programmes.SessionPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = "programmes index"
