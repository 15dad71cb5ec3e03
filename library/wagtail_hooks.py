"""Tells editors what was noticed about the files they gave: flaws in captions, documents that search cannot see into."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.contrib import messages
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from . import file_lists, rich_text  # noqa: F401 - Wagtail finds hooks in modules of this one's name only
from .captions import check_fit
from .files.documents import TextStatus
from .ingest import library_snapshot as holdings  # noqa: F401 - names the import in the page's history
from .languages import LANGUAGES
from .models import CaptionTrack, MaterialPage, RecordingPage

SHOWN_WARNINGS = 5


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def tell_what_was_noticed(request: HttpRequest, page: Page) -> None:
    """Show the flaws that were mended in captions, and say when a document has no words for search."""
    if isinstance(page, RecordingPage):
        newest = page.get_latest_revision_as_object()
        tracks = list(newest.caption_tracks.all())
        for track in tracks:
            _tell_of_captions(request, track, newest.duration_seconds)
        if "action-publish" in request.POST and not tracks:
            messages.warning(
                request,
                f"'{page}' is published without captions. People who cannot hear it cannot use it. Add captions.",
            )
    elif isinstance(page, MaterialPage) and page.document and page.document.text_status != TextStatus.EXTRACTED:
        messages.warning(request, f"Search cannot see inside '{page.document}': {page.document.text_note}")


def _tell_of_captions(request: HttpRequest, track: CaptionTrack, duration_seconds: float | None) -> None:
    stem = PurePosixPath(track.source_name).stem
    fit = check_fit(track.cues, duration_seconds, language=track.language, name=stem, names=dict(LANGUAGES))
    for warning in fit.warnings:
        messages.warning(request, f"Captions ({track}): {warning}")
    if not track.warnings:
        return
    told = "; ".join(f"line {warning['line']}: {warning['message']}" for warning in track.warnings[:SHOWN_WARNINGS])
    more = len(track.warnings) - SHOWN_WARNINGS
    rest = f"; and {more} more" if more > 0 else ""
    messages.warning(request, f"Captions ({track}): {told}{rest}")
