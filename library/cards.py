"""Cards of recordings and materials for every list that shows them, with a fixed number of queries each."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from wagtail.images import get_image_model

from cms.site.cards import Card, day_or_nothing
from cms.site.requests import VisitorRequest
from programmes.cards import visible_people
from programmes.models import SessionPage

from .models import CaptionTrack, MaterialPage, RecordingPage
from .timecodes import format_duration_words, format_iso_duration

POSTER_FILTER = "fill-320x180"

PDF = "application/pdf"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FILE_WORDS = {
    PDF: "PDF",
    "text/plain": "Text",
    "text/csv": "CSV table",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document",
    POWERPOINT: "PowerPoint slides",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel workbook",
    "application/vnd.oasis.opendocument.text": "OpenDocument text",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument slides",
}


def recording_cards(recordings: QuerySet[RecordingPage], request: VisitorRequest) -> list[Card]:
    """Return cards of recordings, which the caller has narrowed to what is visible."""
    tracks = CaptionTrack.objects.with_words().filter(recording=OuterRef("pk"))
    posters = get_image_model().objects.prefetch_renditions(POSTER_FILTER)
    rows = (
        recordings.annotate(has_captions=Exists(tracks))
        .select_related("media")
        .prefetch_related(
            Prefetch("speakers", visible_people(request), to_attr="visible_speakers"),
            Prefetch("media__poster", posters),
        )
    )
    return [_recording_card(page, request) for page in rows]


def _recording_card(page: Any, request: VisitorRequest) -> Card:
    when, when_iso = day_or_nothing(page.recorded_on)
    seconds = page.duration_seconds
    return Card(
        kind="recording",
        kind_label=recording_label(page),
        title=page.title,
        url=page.get_url(request) or "",
        summary=page.summary,
        people=tuple(person.name for person in page.visible_speakers),
        people_slugs=tuple(person.slug for person in page.visible_speakers),
        when=when,
        when_iso=when_iso,
        length=format_duration_words(seconds) if seconds else "",
        length_iso=format_iso_duration(seconds) if seconds else "",
        facts=("Captions" if page.has_captions else "No captions",),
        picture=picture_of(page.media.poster, POSTER_FILTER) if page.media else None,
        page=page,
    )


def recording_label(page: RecordingPage) -> str:
    """Return what a recording is to a visitor: something to watch or something to listen to."""
    return "Audio" if page.media and page.media.type == "audio" else "Video"


def picture_of(image: Any, filter_spec: str) -> Any:
    """Return the image in this size; None without an image or when its file cannot be read, which must not cost a page."""
    if image is None:
        return None
    try:
        return image.get_rendition(filter_spec)
    except (OSError, ValueError):
        return None


def material_cards(materials: QuerySet[MaterialPage], request: VisitorRequest) -> list[Card]:
    """Return cards of materials, which the caller has narrowed to what is visible."""
    sessions = SessionPage.objects.visible_to(request.principal)
    rows = (
        materials.select_related("document")
        .prefetch_related(Prefetch("session", sessions))
        .defer("document__text_pages")
    )
    return [_material_card(page, request) for page in rows]


def _material_card(page: MaterialPage, request: VisitorRequest) -> Card:
    published = page.first_published_at
    when, when_iso = day_or_nothing(timezone.localdate(published) if published else None)
    return Card(
        kind="material",
        kind_label=page.get_kind_display(),
        title=page.title,
        url=page.get_url(request) or "",
        summary=page.summary,
        when=f"Added {when}" if when else "",
        when_iso=when_iso,
        facts=file_facts(page),
        page=page,
    )


def file_facts(page: MaterialPage) -> tuple[str, ...]:
    """Return what the file is, in words: type, pages and size; for a link that it lies elsewhere."""
    document = page.document
    if document is None:
        return ("On another site",) if page.link else ()
    pages = ""
    if document.page_count:
        pages = (
            f"{document.page_count} {part_word(document.mime_type).lower()}{'' if document.page_count == 1 else 's'}"
        )
    size = filesizeformat(document.file_size) if document.file_size else ""
    return tuple(filter(None, [file_words(document.mime_type), pages, size]))


def file_words(mime_type: str) -> str:
    """Return what people call a type of file, such as `Word document`."""
    return FILE_WORDS.get(mime_type, "File")


def part_word(mime_type: str) -> str:
    """Return what the numbered parts of a file are: pages, slides, or (where a format has neither) sections by headings."""
    return {PDF: "Page", POWERPOINT: "Slide"}.get(mime_type, "Section")
