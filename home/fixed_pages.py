"""Mends a site from which home, programmes or library page was deleted; migrations made them in the first place."""

from __future__ import annotations

from typing import TypeVar

from wagtail.models import Page, Site

from cms.access.models import AudiencePage
from cms.access.models.audience import ROOT_DEPTH
from cms.access.reserved import reserved_slugs
from library.models import LibraryIndexPage
from programmes.models import ProgrammesIndexPage

from .models import HomePage

P = TypeVar("P", bound=AudiencePage)


def ensure_pages() -> tuple[HomePage, ProgrammesIndexPage, LibraryIndexPage]:
    """Return the home, programmes and library pages, made and published where they are missing."""
    home = HomePage.objects.first()
    if home is None:
        home = Page.get_first_root_node().add_child(instance=HomePage(title="Home", slug="home"))
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    programmes = ProgrammesIndexPage(
        title="Programmes",
        slug="programmes",
        introduction="Courses, sessions and communities for people who lead, or would like to, across health and care.",
    )
    library = LibraryIndexPage(
        title="Library",
        slug="library",
        introduction="Recordings and materials from past sessions. Search takes you to the right second or page.",
    )
    return home, _ensure(home, programmes), _ensure(home, library)


def _ensure(home: HomePage, page: P) -> P:
    there = type(page)._default_manager.first()
    if there is not None:
        return there
    page.show_in_menus = True
    page.live = False
    home.refresh_from_db()
    home.add_child(instance=page)
    page.save_revision().publish()
    return type(page)._default_manager.get(pk=page.pk)


def pages_in_the_way() -> list[Page]:
    """Return the pages right below the home page whose address the site has taken for itself since they were made."""
    return list(Page.objects.filter(depth=ROOT_DEPTH, slug__in=reserved_slugs()).order_by("path"))
