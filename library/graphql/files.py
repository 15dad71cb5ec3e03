"""Files and captions of what the library keeps. Their addresses ask again who may see them."""

from __future__ import annotations

import graphene
from django.urls import reverse

from cms.api.fields import Shown
from cms.api.planning import shows

from ..models import CaptionOrigin as CaptionOriginChoices
from ..models import CaptionTrack as CaptionTrackModel
from ..models import Chapter as ChapterModel
from ..models import MaterialDocument, RecordingMedia

CaptionOrigin = graphene.Enum.from_enum(
    CaptionOriginChoices,
    name="CaptionOrigin",
    description=lambda one: one.label if one else "Where captions come from.",
)


@shows(RecordingMedia)
class Media(graphene.ObjectType):
    """The video or audio file of a recording."""

    url = Shown(
        graphene.String, lambda one, request: request.absolute(one.url),
        description="Full address. It answers byte ranges, and asks who may see the recording.",
    )  # fmt: skip
    mime_type = Shown(graphene.String, "mime_type", description="Kind of file, e.g. `video/mp4`.")
    size_bytes = Shown(
        graphene.Float, "size_bytes", description="Size in bytes (a Float, since files may pass 2³¹ bytes)."
    )
    duration_seconds = Shown(graphene.Float, "duration", required=False, description="Length in seconds.")
    width = Shown(graphene.Int, "width", required=False, description="Width in pixels; null for audio.")
    height = Shown(graphene.Int, "height", required=False, description="Height in pixels; null for audio.")


@shows(MaterialDocument, heavy=("text_pages",))
class File(graphene.ObjectType):
    """The file of a material."""

    url = Shown(
        graphene.String, lambda one, request: request.absolute(one.url),
        description="Full address. It asks who may see the material.",
    )  # fmt: skip
    name = Shown(graphene.String, "filename", description="File name, e.g. `slides.pptx`.")
    mime_type = Shown(graphene.String, "mime_type", description="Kind of file, e.g. `application/pdf`.")
    size_bytes = Shown(
        graphene.Float,
        "file_size",
        required=False,
        description="Size in bytes (a Float, since files may pass 2³¹ bytes).",
    )
    page_count = Shown(
        graphene.Int, "page_count", required=False, description="Number of pages or slides, where known."
    )


@shows(CaptionTrackModel, heavy=("webvtt",))
class CaptionTrack(graphene.ObjectType):
    """Captions of a recording in one language."""

    language = Shown(graphene.String, "language", description="Language code, e.g. `en`.")
    label = Shown(graphene.String, lambda one, request: one.get_language_display(), description="Language in words.")
    origin = Shown(CaptionOrigin, "origin", description="Who or what wrote them.")
    is_checked = Shown(
        graphene.Boolean, lambda one, request: one.origin == CaptionOriginChoices.HUMAN,
        description="Whether a person wrote or checked them.",
    )  # fmt: skip
    url = Shown(
        graphene.String,
        lambda one, request: request.absolute(reverse("library:caption_file", args=[one.recording_id_for_api, one.pk])),
        description="Full address of the WebVTT file, for `<track>`.",
    )  # fmt: skip


@shows(ChapterModel)
class Chapter(graphene.ObjectType):
    """A part of a recording."""

    title = Shown(graphene.String, "title", description="What it is about.")
    start_seconds = Shown(graphene.Float, "start_seconds", description="Where it begins, in seconds.")


class Cue(graphene.ObjectType):
    """One caption: some words and when they are spoken."""

    start_seconds = Shown(
        graphene.Float, "start_seconds", description="When it appears, in seconds from the beginning."
    )
    end_seconds = Shown(graphene.Float, "end_seconds", description="When it goes, in seconds from the beginning.")
    speaker = Shown(
        graphene.String, lambda cue, request: cue.speaker or None, required=False,
        description="Who speaks, as the captions name them; null when they do not.",
    )  # fmt: skip
    text = Shown(graphene.String, "text", description="The words, as plain text.")


class Accessibility(graphene.ObjectType):
    """How accessible a recording is, so that you can tell your staff before they open it."""

    is_captioned = Shown(
        graphene.Boolean, lambda tracks, request: bool(tracks), description="Whether there are captions."
    )
    has_transcript = Shown(
        graphene.Boolean, lambda tracks, request: bool(tracks), description="Whether its words can be read as text."
    )
    caption_origin = Shown(
        CaptionOrigin, lambda tracks, request: _best_origin(tracks), required=False,
        description="Where the best captions come from: a person before a machine; null without captions.",
    )  # fmt: skip
    caption_languages = Shown(
        graphene.List(graphene.NonNull(graphene.String)),
        lambda tracks, request: list(dict.fromkeys(track.language for track in tracks)),
        description="Language codes of the captions, e.g. `[\"en\"]`.",
    )  # fmt: skip


_BEST_FIRST = [CaptionOriginChoices.HUMAN, CaptionOriginChoices.IMPORTED, CaptionOriginChoices.MACHINE]


def _best_origin(tracks: list[CaptionTrackModel]) -> str | None:
    origins = {track.origin for track in tracks}
    return next((origin for origin in _BEST_FIRST if origin in origins), None)
