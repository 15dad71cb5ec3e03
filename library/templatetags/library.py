"""Template tags for recordings and materials: lists of them anywhere, and times as people read them."""

from __future__ import annotations

from typing import Any

from django import template

from cms.site.cards import Card
from library import timecodes
from library.cards import material_cards, recording_cards

register = template.Library()


@register.simple_tag(takes_context=True)
def recording_list(context: dict[str, Any], recordings: Any) -> list[Card]:
    """Return the cards of recordings that are already narrowed to what is visible."""
    return recording_cards(recordings, context["request"]) if recordings else []


@register.simple_tag(takes_context=True)
def material_list(context: dict[str, Any], materials: Any) -> list[Card]:
    """Return the cards of materials that are already narrowed to what is visible."""
    return material_cards(materials, context["request"]) if materials else []


@register.filter
def timecode(seconds: float) -> str:
    """Return `12:34` or `1:02:03`."""
    return timecodes.format_timecode(seconds)


@register.filter
def whole_seconds(seconds: float) -> int:
    """Return the seconds for an address, rounded down so that nothing is missed."""
    return int(seconds)


@register.filter
def plain_seconds(seconds: float) -> str:
    """Return seconds as scripts read them, `12.34`."""
    return timecodes.plain_seconds(seconds)
