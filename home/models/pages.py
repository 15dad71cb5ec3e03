"""The home page and plain pages."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from cms.access.models import AudiencePage
from cms.site.page_context import PageWithContext
from library.blocks import BODY_BLOCKS


class HomePage(PageWithContext, AudiencePage):
    """Opens with what the academy is, a search box, what is on next and what is new."""

    introduction = models.TextField(blank=True, help_text="What the academy is, in one sentence.")
    body = StreamField(BODY_BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]
    search_fields = [*AudiencePage.search_fields, index.SearchField("introduction"), index.SearchField("body")]

    template = "home/home_page.html"
    page_description = "The front page of the site."
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["home.StandardPage", "programmes.ProgrammesIndexPage", "library.LibraryIndexPage"]
    max_count = 1

    class Meta:
        verbose_name = "home page"


class StandardPage(AudiencePage):
    """A plain page: about us, our work, get involved."""

    summary = models.TextField(blank=True, help_text="What the page is about, in one or two plain sentences.")
    body = StreamField(BODY_BLOCKS, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    search_fields = [*AudiencePage.search_fields, index.SearchField("summary"), index.SearchField("body")]

    template = "home/standard_page.html"
    page_description = "A plain page of text, pictures and links."
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    class Meta:
        verbose_name = "standard page"
