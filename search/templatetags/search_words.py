"""Template tags by which pages of the library show what was looked for in them and explain the field's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from library.captions import Cue
from library.transcripts import Section
from search.glossary import glossary
from search.pages.annotated_transcript import Heard, heard
from search.pages.within_page import inside

register = template.Library()


@register.simple_tag
def transcript_with(sections: Sequence[Section], query: str, duration_seconds: float | None) -> Heard:
    """Return the transcript with `query` marked in it and the glossary's terms explained."""
    return heard(sections, query, glossary(), duration_seconds)


@register.filter
def words_of(transcript: Heard, cue: Cue) -> SafeString:
    """Return the words of a cue of this transcript as safe HTML."""
    return transcript.html_by_cue[id(cue)]


@register.filter
def is_found_in(cue: Cue, transcript: Heard) -> bool:
    """Whether something that was looked for is said in this cue."""
    return id(cue) in transcript.found_cues


@register.simple_tag(takes_context=True)
def places_inside(context: dict[str, Any], query: str) -> Any:
    """Return the places of the page being shown that hold the words of `query` (none without a query)."""
    return inside(context["page"], query, context["request"])
