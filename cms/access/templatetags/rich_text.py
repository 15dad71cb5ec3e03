"""Filters for markup that comes out of the database."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from cms.access import rich_text

register = template.Library()


@register.filter
def sanitised(html: str) -> SafeString:
    """Return rich text as markup, with what it may be made of and nothing else."""
    return mark_safe(rich_text.sanitised(html))


@register.filter
def sanitised_embed(html: str) -> SafeString:
    """Return an embedded video's frame as markup, and nothing else."""
    return mark_safe(rich_text.sanitised_embed(html))
