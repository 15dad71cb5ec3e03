"""Tells editors what was noticed about the files they gave: flaws in captions, documents that search cannot see into."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from .files.documents import TextStatus
from .ingest import library_snapshot as holdings  # noqa: F401 - names the import in the page's history
from .models import CaptionTrack, MaterialPage, RecordingPage

SHOWN_WARNINGS = 5


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_what_was_noticed(request: HttpRequest, page: Page) -> None:
    """Show the flaws that were mended in captions, and say when a document has no words for search."""
    if isinstance(page, RecordingPage):
        tracks = list(page.get_latest_revision_as_object().caption_tracks.all())
        for track in tracks:
            _tell_of_captions(request, track)
        if "action-publish" in request.POST and not tracks:
            messages.warning(
                request, f"'{page}' is published without captions: who cannot hear it learns nothing from it."
            )
    elif isinstance(page, MaterialPage) and page.document and page.document.text_status != TextStatus.EXTRACTED:
        messages.warning(request, f"Search cannot see inside '{page.document}': {page.document.text_note}")


def _tell_of_captions(request: HttpRequest, track: CaptionTrack) -> None:
    if not track.warnings:
        return
    told = "; ".join(f"line {warning['line']}: {warning['message']}" for warning in track.warnings[:SHOWN_WARNINGS])
    more = len(track.warnings) - SHOWN_WARNINGS
    rest = f"; and {more} more" if more > 0 else ""
    messages.warning(request, f"Captions ({track}): {told}{rest}")
