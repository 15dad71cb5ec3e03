"""The list of what a deletion does, for the pages that ask before they delete."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model

from cms.access.admin.consequences import MOST_NAMED, consequences_of

register = template.Library()
# Under these names Wagtail's own pages keep what is about to be deleted; where many are, each is a dict with an "item".
NAMES = ("snippet", "document", "image", "page", "object", "media")


def _thing(context: Any) -> Model | None:
    for name in NAMES:
        value = context.get(name)
        value = value.get("item") if isinstance(value, dict) else value
        if isinstance(value, Model):
            return value
    items = context.get("items")
    return items[0].get("item") if items and isinstance(items[0], dict) else None


@register.inclusion_tag("access/consequences.html", takes_context=True)
def consequences(context: Any) -> dict[str, Any]:
    """Show what deleting the thing of this page does; nothing on pages that delete nothing."""
    request = context.get("request")
    thing = _thing(context)
    if request is None or thing is None or "delete" not in request.path:
        return {}
    told = consequences_of(thing, request.user)
    groups = [
        ("This prevents it from being deleted:", told.preventing),
        ("This is deleted with it:", told.going_along),
        ("This stays, without it:", told.losing),
    ]
    return {
        "groups": [(words, rows[:MOST_NAMED], max(0, len(rows) - MOST_NAMED)) for words, rows in groups if rows],
    }
