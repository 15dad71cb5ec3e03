"""Files and captions of what the library keeps. Their addresses ask again who may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import graphene
from django.urls import reverse

from cms.access.previews import SUBJECT as PREVIEW
from cms.access.visibility import Audience
from cms.api.loading.fields import ApiField
from cms.api.loading.planning import LoadPlan, Selected, api_type, draft_nonce
from cms.api.loading.relations import Joined
from cms.api.loading.request import ApiRequest

from ..languages import LANGUAGES
from ..models import CaptionOrigin as CaptionOriginChoices
from ..models import CaptionTrack as CaptionTrackModel
from ..models import Chapter as ChapterModel
from ..models import MaterialDocument, RecordingMedia
from ..models.captions import BEST_ORIGINS_FIRST
from ..serving.views import captions_thing, document_thing, draft_captions_thing, media_thing
from ..timecodes import parse_timecode

CaptionOrigin = graphene.Enum.from_enum(
    CaptionOriginChoices,
    name="CaptionOrigin",
    description=lambda choice: choice.label if choice else "Where captions come from.",
)


class CarriedFile(Joined):
    """The file of a recording or material, which learns from its carrier whether its address must be signed."""

    def columns(self, model: Any) -> Iterable[str]:
        return ("audience",)

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> list[Any]:
        files = super().load(plan, things, selected)
        for thing, file in zip(things, files, strict=True):
            if file is not None:
                nonce = draft_nonce(thing)
                # The file of a draft may be on no page that anybody sees yet: the preview itself opens it.
                file.subject_for_api = f"{PREVIEW}:{nonce}" if nonce else file_subject(plan.request, thing.audience)
        return files


def file_subject(request: ApiRequest, audience: str) -> str | None:
    """Return for whom a file's address is signed; None when the carrier is public, so that it stays the same for all."""
    return None if audience == Audience.PUBLIC else request.signing_subject


def file_url(request: ApiRequest, path: str, thing: str, subject: str | None) -> str:
    """Return a file's full address, signed for `subject` if there is one."""
    return request.absolute(path) if subject is None else request.signed(path, thing, subject)


@api_type(RecordingMedia)
class Media(graphene.ObjectType):
    """The video or audio file of a recording."""

    url = ApiField(
        graphene.String, lambda media, request: file_url(request, media.url, media_thing(media.uuid), media.subject_for_api),
        description="Full address. It supports byte ranges. The address of a public file does not change. Any other "
        "address is signed for this file and your organisation, and expires after 5 to 10 minutes. A player needs no "
        "key. Request a new address each time.",
    )  # fmt: skip
    mime_type = ApiField(graphene.String, "mime_type", description="Kind of file, e.g. `video/mp4`.")
    size_bytes = ApiField(
        graphene.Float, "size_bytes", description="Size in bytes (a Float, since files may pass 2³¹ bytes)."
    )
    duration_seconds = ApiField(graphene.Float, "duration", required=False, description="Length in seconds.")
    width = ApiField(graphene.Int, "width", required=False, description="Width in pixels; null for audio.")
    height = ApiField(graphene.Int, "height", required=False, description="Height in pixels; null for audio.")


@api_type(MaterialDocument, heavy=("text_pages",))
class File(graphene.ObjectType):
    """The file of a material."""

    url = ApiField(
        graphene.String, lambda file, request: file_url(request, file.url, document_thing(file.uuid), file.subject_for_api),
        description="Full address. The address of a public file does not change. Any other address is signed for "
        "this file and your organisation, and expires after 5 to 10 minutes.",
    )  # fmt: skip
    name = ApiField(graphene.String, "filename", description="File name, e.g. `slides.pptx`.")
    mime_type = ApiField(graphene.String, "mime_type", description="Kind of file, e.g. `application/pdf`.")
    size_bytes = ApiField(
        graphene.Float,
        "file_size",
        required=False,
        description="Size in bytes (a Float, since files may pass 2³¹ bytes).",
    )
    page_count = ApiField(
        graphene.Int, "page_count", required=False, description="Number of pages or slides, where known."
    )


_LANGUAGES = dict(LANGUAGES)


def track_url(track: Any, request: ApiRequest) -> str:
    """Return the address of a caption track that ToTracks has read, or that stands in a draft."""
    in_draft = getattr(track, "draft_place_for_api", None)
    if in_draft is not None:
        nonce, place = in_draft
        path = reverse("library:draft_captions", args=[nonce, place])
        return request.signed(path, draft_captions_thing(nonce, place), f"{PREVIEW}:{nonce}")
    path = reverse("library:caption_file", args=[track.recording_id_for_api, track.pk])
    subject = file_subject(request, track.audience_for_api)
    return file_url(request, path, captions_thing(track.pk), subject)


@api_type(CaptionTrackModel, heavy=("webvtt",))
class CaptionTrack(graphene.ObjectType):
    """Captions of a recording in one language."""

    language = ApiField(graphene.String, "language", description="Language code, e.g. `en`.")
    label = ApiField(
        graphene.String, lambda track, request: _LANGUAGES[track.language], description="Language in words."
    )
    origin = ApiField(CaptionOrigin, "origin", description="Who or what wrote them.")
    is_checked = ApiField(
        graphene.Boolean, lambda track, request: track.origin == CaptionOriginChoices.HUMAN,
        description="Whether a person wrote or checked them.",
    )  # fmt: skip
    url = ApiField(
        graphene.String,
        lambda track, request: track_url(track, request),
        description="Full address of the WebVTT file, for `<track>`. It is signed for 5 to 10 minutes, unless the "
        "recording is public.",
    )  # fmt: skip


@api_type(ChapterModel)
class Chapter(graphene.ObjectType):
    """A part of a recording."""

    title = ApiField(graphene.String, "title", description="What it is about.")
    start_seconds = ApiField(
        graphene.Float, lambda chapter, request: parse_timecode(chapter.starts), columns=("starts",),
        description="Where it begins, in seconds.",
    )  # fmt: skip


class Cue(graphene.ObjectType):
    """One caption: some words and when they are spoken."""

    start_seconds = ApiField(
        graphene.Float, "start_seconds", description="When it appears, in seconds from the beginning."
    )
    end_seconds = ApiField(graphene.Float, "end_seconds", description="When it goes, in seconds from the beginning.")
    speaker = ApiField(
        graphene.String, lambda cue, request: cue.speaker or None, required=False,
        description="Who speaks, as the captions name them; null when they do not.",
    )  # fmt: skip
    text = ApiField(graphene.String, "text", description="The words, as plain text.")


class Accessibility(graphene.ObjectType):
    """How accessible a recording is, so that you can tell your staff before they open it."""

    is_captioned = ApiField(
        graphene.Boolean, lambda tracks, request: bool(tracks), description="Whether there are captions."
    )
    has_transcript = ApiField(
        graphene.Boolean, lambda tracks, request: bool(tracks), description="Whether its words can be read as text."
    )
    caption_origin = ApiField(
        CaptionOrigin, lambda tracks, request: _best_origin(tracks), required=False,
        description="Where the best captions come from: a person before a machine. Null without captions.",
    )  # fmt: skip
    caption_languages = ApiField(
        graphene.List(graphene.NonNull(graphene.String)),
        lambda tracks, request: list(dict.fromkeys(track.language for track in tracks)),
        description="Language codes of the captions, e.g. `[\"en\"]`.",
    )  # fmt: skip


def _best_origin(tracks: list[CaptionTrackModel]) -> str | None:
    origins = {track.origin for track in tracks}
    return next((origin for origin in BEST_ORIGINS_FIRST if origin in origins), None)
