"""Tells an editor who sees what, in the admin's own templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from cms.access.audiences import NOBODY, SHORT, status_sentences, words_for
from cms.access.models import AudienceMixin, AudiencePage
from cms.access.parts import narrower_parts

register = template.Library()


@register.simple_tag
def audience_status(panel: Any) -> dict[str, Any] | None:
    """Return what a status panel says of its thing: sentences, warnings, and where to change it; None for what has no audience."""
    thing, live = panel.object, getattr(panel.live_object, "specific", panel.live_object)
    if not isinstance(thing, AudienceMixin):
        return None
    is_page = isinstance(thing, AudiencePage)
    may_edit = is_page and thing.pk and thing.permissions_for_user(panel.request.user).can_edit()
    edit_url = reverse("wagtailadmin_pages:edit", args=[thing.pk]) if may_edit else ""
    return {
        "sentences": status_sentences(thing, live),
        "warnings": narrower_parts(thing) if thing.pk else [],
        # On the form itself the script leads to the field; elsewhere the address does.
        "change_url": f"{edit_url}#tab-promote" if edit_url or not thing.pk else "",
        "see_as_url": reverse("academy_see_as", args=[thing.pk]) if may_edit else "",
    }


@register.simple_tag
def audience_in_short(thing: Any) -> str:
    """Return the sort of audience of a thing in a list: no names, and so no statement for each line."""
    return SHORT.get(thing.audience, "") if isinstance(thing, AudienceMixin) else ""


@register.simple_tag
def audience_in_words(thing: Any) -> str:
    """Return who may see a thing, names included."""
    return words_for(thing) if isinstance(thing, AudienceMixin) else NOBODY
