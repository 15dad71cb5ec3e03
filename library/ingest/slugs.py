"""Reserves the address (slug) of every new page of a plan, so that a plan promises only what the library will take."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from django.utils.text import slugify

from library.ingest.imported import Known
from library.ingest.items import Create, ImportPlan, Item, MaterialContent, RecordingContent

_MAX_CHARACTERS = 80
AnyItem = TypeVar("AnyItem", bound=Item)


def with_slugs(plan: ImportPlan, known: Known) -> ImportPlan:
    """Return the same plan, each new page with a slug that no other page has; a title that is there twice is noted."""
    taken = {slug.casefold() for slug in known.slugs}
    titles = {recording.title.casefold() for recording in known.recordings}

    def reserved(item: AnyItem) -> AnyItem:
        if not isinstance(item, Create) or not isinstance(item.content, RecordingContent | MaterialContent):
            return item
        slug = free_slug(slug_of(item.content), taken)
        taken.add(slug)
        notes = item.notes
        if isinstance(item.content, RecordingContent) and item.content.title.casefold() in titles:
            notes = (*notes, "The library has a recording of this title already: check that it is not the same.")
        return replace(item, content=replace(item.content, slug=slug), notes=notes)

    groups = []
    for group in plan.groups:
        media = reserved(group.media) if isinstance(group.media, Create) else group.media
        groups.append(replace(group, media=media, attached=tuple(reserved(item) for item in group.attached)))
    return replace(plan, groups=tuple(groups), others=tuple(reserved(item) for item in plan.others))


def slug_of(content: RecordingContent | MaterialContent) -> str:
    """Return a slug for the title, and a general word for titles in a script that slugs cannot hold."""
    otherwise = "recording" if isinstance(content, RecordingContent) else "material"
    return slugify(content.title)[:_MAX_CHARACTERS].strip("-_") or otherwise


def free_slug(slug: str, taken: Collection[str]) -> str:
    """Return `slug`, or the first of slug-2, slug-3 ... that is not taken."""
    candidate, number = slug, 2
    while candidate.casefold() in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate
