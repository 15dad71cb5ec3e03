"""Template tags that any page may use: where one can go, and days and times in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from wagtail.models import Page, Site

from cms.site.dates import day_words
from home import navigation
from home.models import AcademySettings

register = template.Library()


@register.simple_tag
def academy_settings() -> AcademySettings:
    """Return the academy's settings where there is no request, as in a mail: those of the default site."""
    return AcademySettings.for_site(Site.objects.get(is_default_site=True))


@register.simple_tag(takes_context=True)
def site_pages(context: dict[str, Any]) -> navigation.SitePages:
    """Return the parts of the site that the visitor may see."""
    return navigation.site_pages(context["request"])


@register.simple_tag(takes_context=True)
def breadcrumbs(context: dict[str, Any]) -> list[navigation.Link]:
    """Return the visible pages above the one being shown."""
    return navigation.breadcrumbs(context.get("page"), context["request"])


@register.simple_tag(takes_context=True)
def pages_below(context: dict[str, Any]) -> list[navigation.Link]:
    """Return the visible plain pages right below the one being shown."""
    return navigation.pages_below(context.get("page"), context["request"])


@register.simple_tag(takes_context=True)
def page_words(context: dict[str, Any]) -> dict[str, str]:
    """Return the `title` and `description` by which the page being shown is known elsewhere; "" where there is none."""
    page, academy = context.get("page"), context.get("academy")
    texts = [getattr(page, name, "") for name in ("search_description", "summary", "introduction")]
    return {
        "title": getattr(page, "seo_title", "") or getattr(page, "title", ""),
        "description": next(filter(None, texts), getattr(academy, "strapline", "")),
    }


@register.simple_tag(takes_context=True)
def canonical_url(context: dict[str, Any]) -> str:
    """Return the full address under which the page being shown should be known."""
    return navigation.canonical_url(context.get("page"), context["request"])


@register.simple_tag(takes_context=True)
def visible_page(context: dict[str, Any], page: Page | None) -> Page | None:
    """Return the page that a block points at in its own type, or None when the visitor may not see it."""
    specific = page.specific if page is not None else None
    return specific if navigation.is_visible(specific, context["request"]) else None


@register.filter
def in_words(day: dt.date | None) -> str:
    """Return `21 October 2021`; "" for no day."""
    return day_words(day) if day else ""
