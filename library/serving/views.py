"""Serves private files: each view asks who may see the thing, then sends the bytes that were asked for, and no others.

What is hidden answers exactly as what does not exist.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from cms.access.models import Preview
from cms.access.principals import VISITOR, Principal
from cms.access.signed_urls import PARAMETER, principal_of_signature
from cms.api.loading.relations import parts_of

from ..captions import write_webvtt
from ..cards import PDF
from ..models import CaptionTrack, MaterialDocument, MaterialPage, RecordingMedia, RecordingPage
from .sending import NO_REFERRER, OPEN_TO_PAGES, PRIVATE_CACHE, send_file

# Short, so that a file that is taken back is gone from shared caches soon.
PUBLIC_CACHE = "public, max-age=300"
FALLBACK_TYPE = "application/octet-stream"
# A file is data, never a page of ours: even one that a browser took for HTML could run and fetch nothing.
LOCKED_POLICY = "default-src 'none'; sandbox"
# Some browsers' PDF viewers do not start in a sandbox; they are one themselves, and no script of a PDF runs on our origin.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Admission:
    """Why a file may be sent: because everybody may see it, by a signed address, or as the caller's own self."""

    is_public: bool = False
    is_signed: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with it: who may keep the file, and whether a page of another site may read it."""
        always = {"Cache-Control": PUBLIC_CACHE if self.is_public else PRIVATE_CACHE, **NO_REFERRER}
        # Neither a public file nor a signed address goes by cookies, so another site's page learns nothing it did not
        # have: an intranet's <track> and <video crossorigin> need this header.
        return {**always, **OPEN_TO_PAGES} if self.is_public or self.is_signed else always


def media_thing(uuid: UUID) -> str:
    """Return what a signature for a recording's file names."""
    return f"media:{uuid}"


def document_thing(uuid: UUID) -> str:
    """Return what a signature for a document names."""
    return f"document:{uuid}"


def captions_thing(track: int) -> str:
    """Return what a signature for a caption track names."""
    return f"captions:{track}"


def draft_captions_thing(nonce: str, place: int) -> str:
    """Return what a signature for the captions at a place of a previewed recording names."""
    return f"draft-captions:{nonce}:{place}"


@require_safe
def media_file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponseBase:
    """Send a recording's file, whole or in part, to those who may see a recording that carries it."""
    admission = _admission(request, media_thing(uuid), RecordingPage.objects.filter(media__uuid=uuid))
    media = RecordingMedia.objects.filter(uuid=uuid).first()
    if media is None:
        raise Http404
    is_playable = media.mime_type.startswith(("video/", "audio/"))
    return send_file(
        request,
        media.file,
        {
            "Content-Type": media.mime_type if is_playable else FALLBACK_TYPE,
            "Content-Disposition": content_disposition_header(not is_playable, media.filename) or "inline",
            "Content-Security-Policy": LOCKED_POLICY,
            **admission.headers,
        },
    )


@require_safe
def document_file(request: HttpRequest, uuid: UUID, name: str) -> HttpResponseBase:
    """Send a document to those who may see a material that carries it: a PDF to be shown, all else to be saved."""
    admission = _admission(request, document_thing(uuid), MaterialPage.objects.filter(document__uuid=uuid))
    document = MaterialDocument.objects.filter(uuid=uuid).first()
    if document is None:
        raise Http404
    is_pdf = document.mime_type == PDF
    return send_file(
        request,
        document.file,
        {
            "Content-Type": document.mime_type or FALLBACK_TYPE,
            "Content-Disposition": content_disposition_header(not is_pdf, document.filename) or "inline",
            "Content-Security-Policy": PDF_POLICY if is_pdf else LOCKED_POLICY,
            **admission.headers,
        },
    )


@require_safe
def caption_file(request: HttpRequest, recording: UUID, track: int) -> HttpResponseBase:
    """Send one caption track of a recording as WebVTT."""
    carriers = RecordingPage.objects.filter(translation_key=recording, caption_tracks__pk=track)
    admission = _admission(request, captions_thing(track), carriers)
    found = CaptionTrack.objects.filter(recording__translation_key=recording, pk=track).first()
    if found is None:
        raise Http404
    return send_captions(request, found.webvtt, admission)


@require_safe
def draft_captions(request: HttpRequest, nonce: str, place: int) -> HttpResponseBase:
    """Send captions as they stand in an editor's form, for a preview on a front end."""
    text = request.GET.get(PARAMETER, "")
    if principal_of_signature(text, draft_captions_thing(nonce, place), timezone.now()) is None:
        raise Http404
    preview = Preview.objects.with_nonce(nonce, timezone.now())
    draft = preview.draft() if preview is not None else None
    tracks = parts_of(draft, "caption_tracks") if isinstance(draft, RecordingPage) else []
    if place >= len(tracks):
        raise Http404
    return send_captions(request, tracks[place].webvtt, Admission(is_signed=True))


def send_captions(request: HttpRequest, webvtt: str, admission: Admission) -> HttpResponseBase:
    """Send WebVTT text with 200 or 304."""
    text = webvtt or write_webvtt(())
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Content-Security-Policy": LOCKED_POLICY, **admission.headers}
    response = HttpResponse(text, content_type="text/vtt; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


def _admission(request: HttpRequest, thing: str, carriers: Any) -> Admission:
    """Say why the file may be sent that these pages carry; raises Http404 when none of them is visible to who asks.

    What is hidden and what does not exist take the same statements, so that the time tells nothing either. A signature that
    is no good (any more) is as good as none.
    """
    if carriers.visible_to(VISITOR).exists():
        return Admission(is_public=True)
    principal: Principal = request.principal  # type: ignore[attr-defined]
    # Editors also see files that no page carries yet: they are choosing them.
    if principal != VISITOR and (principal.sees_everything_live or carriers.visible_to(principal).exists()):
        return Admission()
    signer = principal_of_signature(request.GET.get(PARAMETER, ""), thing, timezone.now())
    if signer is not None and (signer.sees_everything_live or carriers.visible_to(signer).exists()):
        return Admission(is_signed=True)
    raise Http404
