"""Where a visitor can go from any page: the parts of the site and the pages above it, as far as they may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, Value
from django.urls import reverse
from wagtail.models import Page, Site

from cms.access.models import AudiencePage
from cms.site.requests import VisitorRequest
from library.models import LibraryIndexPage
from programmes.models import ProgrammesIndexPage
from search.models import GlossaryTerm
from search.pages.names import NAMED_KINDS

from .models import HomePage, StandardPage

_REMEMBERED = "_academy_site_pages"


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; `is_here` holds on that page and those below it."""

    title: str
    url: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class SitePages:
    """The fixed parts of the site; "" where one does not exist or is hidden from the visitor."""

    home_url: str
    programmes_url: str
    resources_url: str
    links: tuple[Link, ...]
    names: tuple[Link, ...] = ()
    more: tuple[Link, ...] = ()


def site_pages(request: VisitorRequest) -> SitePages:
    """Return the parts of the site that this visitor may see; read once for each request."""
    remembered = getattr(request, _REMEMBERED, None)
    if remembered is None:
        remembered = _read_site_pages(request)
        setattr(request, _REMEMBERED, remembered)
    return remembered


def _read_site_pages(request: VisitorRequest) -> SitePages:
    site = Site.find_for_request(request)
    if site is None:
        return SitePages("/", "", "", ())
    found: dict[type[Page], list[Any]] = {}
    for model in (ProgrammesIndexPage, LibraryIndexPage, StandardPage):
        rows = model.objects.visible_to(request.principal).child_of(site.root_page).order_by("path")
        found[model] = list(rows if model is StandardPage else rows[:1])
    # What is in no menu stands in the footer: every page has a way to it.
    tucked_away = [page for page in found[StandardPage] if not page.show_in_menus]
    found[StandardPage] = [page for page in found[StandardPage] if page.show_in_menus]
    pages = [page for group in found.values() for page in group]
    links = tuple(Link(page.title, page.get_url(request) or "", _is_here(page, request)) for page in pages)
    urls = {type(page): page.get_url(request) or "" for page in reversed(pages)}
    return SitePages(
        home_url=site.root_page.get_url(request) or "/",
        programmes_url=urls.get(ProgrammesIndexPage, ""),
        resources_url=urls.get(LibraryIndexPage, ""),
        links=links,
        names=_names(request),
        more=tuple(Link(page.title, page.get_url(request) or "") for page in tucked_away),
    )


def _names(request: VisitorRequest) -> tuple[Link, ...]:
    """Return the lists of names that are not empty, and the glossary; one statement for all."""
    querysets = [
        kind.visible(request).order_by().values_list(Value(kind.path, CharField())).distinct() for kind in NAMED_KINDS
    ]
    querysets.append(GlossaryTerm.objects.order_by().values_list(Value("glossary", CharField())).distinct())
    there = {path for (path,) in querysets[0].union(*querysets[1:])}
    links = [Link(kind.title, reverse("names:index", args=[kind.path])) for kind in NAMED_KINDS if kind.path in there]
    return (*links, *([Link("Glossary", reverse("names:glossary"))] if "glossary" in there else []))


def pages_below(page: Page | None, request: VisitorRequest) -> list[Link]:
    """Return the plain pages right below `page` that the visitor may see."""
    if page is None or not page.path:
        return []
    rows = StandardPage.objects.visible_to(request.principal).child_of(page).order_by("path")
    return [Link(below.title, below.get_url(request) or "") for below in rows]


def _is_here(page: Page, request: VisitorRequest) -> bool:
    url = page.get_url(request)
    return bool(url) and request.path.startswith(url)


def breadcrumbs(page: Page | None, request: VisitorRequest) -> list[Link]:
    """Return the pages above `page`, home first; those that the visitor may not see are left out, names and all."""
    if page is None or not page.path or isinstance(page, HomePage):
        return []
    above = page.get_ancestors().filter(depth__gt=1).specific()
    return [
        Link("Home" if isinstance(ancestor, HomePage) else ancestor.title, ancestor.get_url(request) or "")
        for ancestor in above
        if is_visible(ancestor, request)
    ]


def is_visible(page: Page | None, request: VisitorRequest) -> bool:
    """Whether this visitor may see `page`; never for what is no page of ours."""
    if not isinstance(page, AudiencePage):
        return False
    return type(page)._default_manager.filter(pk=page.pk).visible_to(request.principal).exists()


def canonical_url(page: Page | None, request: VisitorRequest) -> str:
    """Return the one full address under which `page` should be known; "" for what is no page."""
    path = page.get_url(request) if page is not None and page.pk else None
    if not path:
        return ""
    return path if "://" in path else settings.BASE_URL + path
