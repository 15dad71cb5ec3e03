"""Recordings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import graphene
from django.db.models import F, QuerySet

from cms.api.loading.connections import connection_type
from cms.api.loading.fields import ApiField, many
from cms.api.loading.planning import Loading, LoadPlan, Selected, api_type, draft_nonce
from cms.api.loading.relations import Relation, ToMany, ToOne, of_parents, parts_of
from cms.api.loading.rows import Columns, as_rows
from cms.api.types.images import Image, ToImage, rendition_argument
from cms.api.types.nodes import Node
from cms.api.types.resources import Resource, body_field
from programmes.graphql import Person, Programme, Session, Topic

from ..models import CaptionTrack as CaptionTrackModel
from ..models import RecordingMedia, RecordingPage
from ..models.captions import best_track, cues_of
from .files import Accessibility, CaptionTrack, CarriedFile, Chapter, Cue, Media
from .materials import Material

# An hour of speech has some 900 cues; a list of this reckoned length keeps whole libraries of transcripts out of one request.
TRANSCRIPT_SIZE = 100


class ToTracks(Relation):
    """The captions of recordings, those that hold words."""

    def __init__(self, *columns: str) -> None:
        self.read = columns

    def load(self, plan: LoadPlan, things: Sequence[Any], selected: Selected) -> Loading:
        (pairs,) = yield [plan.prepared(selected.memo, self, self._build, [thing.pk for thing in things])]
        by_recording: dict[int, list[Any]] = {}
        for recording, track in pairs:
            by_recording.setdefault(recording, []).append(track)
        return [self.value_of(by_recording.get(recording.pk, []), selected) for recording in things]

    def _build(self, plan: LoadPlan, keys: Any) -> QuerySet:
        columns = Columns(CaptionTrackModel)
        for name in ("language", "origin", *self.read):
            columns.add(name)
        rows = of_parents(CaptionTrackModel.objects.with_words(), "recording", keys)
        about = {"recording_id_for_api": F("recording__translation_key"), "audience_for_api": F("recording__audience")}
        return as_rows(rows, columns).annotate(**about).order_by("sort_order", "pk")

    def value_of(self, tracks: list[Any], selected: Selected) -> Any:
        return tracks

    def load_draft(self, plan: LoadPlan, draft: RecordingPage, selected: Selected) -> Any:
        return self.value_of(_tracks_of_draft(draft), selected)

    def children(self, value: Any) -> Iterable[Any]:
        return ()


class ToTranscript(ToTracks):
    """The cues of one caption track: of the language asked for, and of no other; without one the best there is."""

    def __init__(self) -> None:
        super().__init__("webvtt")

    def value_of(self, tracks: list[Any], selected: Selected) -> Any:
        language = selected.arguments.get("language")
        wanted = [track for track in tracks if track.language == language] if language is not None else tracks
        best = best_track(wanted, language)
        return cues_of(best.webvtt) if best else ()


def _tracks_of_draft(draft: RecordingPage) -> list[CaptionTrackModel]:
    tracks = parts_of(draft, "caption_tracks")
    for place, track in enumerate(tracks):
        track.draft_place_for_api = draft_nonce(draft), place
    return [track for track in tracks if track.has_words]


@api_type(RecordingPage, heavy=("body",))
class Recording(graphene.ObjectType):
    """A video or audio recording with captions, chapters, people and materials."""

    class Meta:
        interfaces = (Node, Resource)

    recorded_on = ApiField(
        graphene.Date,
        "recorded_on",
        required=False,
        description="The day it was recorded, e.g. `2026-01-31`; null if unknown.",
    )
    duration_seconds = ApiField(
        graphene.Float, lambda recording, request: recording.media.duration if recording.media else None,
        columns=("media__duration",), required=False, description="Length in seconds, read off the file.",
    )  # fmt: skip
    session = ApiField(
        Session, relation=ToOne("session"), required=False, description="The session it was made at, if it is known."
    )
    programme = ApiField(
        Programme, relation=ToOne("programme"), required=False, description="The programme it belongs to."
    )
    speakers = ApiField(many(Person), relation=ToMany("speakers", "name", "pk"), description="Who speaks in it.")
    topics = ApiField(many(Topic), relation=ToMany("topics", "name"), description="What it is about.")
    materials = ApiField(
        many(Material),
        relation=ToMany("recording_materials", "recording_links__sort_order", "recording_links__pk", through="material"),
        description="Slides, notes and other materials that go with it.",
    )  # fmt: skip
    caption_tracks = ApiField(many(CaptionTrack), relation=ToTracks(), size=2, description="Its captions, by language.")
    chapters = ApiField(
        many(Chapter),
        relation=ToMany("chapters", "sort_order", "pk", is_embedded=True),
        description="Its parts, in order.",
    )
    transcript = ApiField(
        many(Cue), relation=ToTranscript(), size=TRANSCRIPT_SIZE,
        language=graphene.Argument(
            graphene.String, description="Language code, e.g. `en`. If you leave it out you get English, or the "
            "first language if there are no English captions."
        ),
        description=(
            "The words as cues, in time order. Empty when there are no captions in that language. If a language has "
            "several caption tracks, you get the one that a person wrote or checked."
        ),
    )  # fmt: skip
    media = ApiField(Media, relation=CarriedFile("media", RecordingMedia), required=False, description="The file.")
    poster = ApiField(
        Image, relation=ToImage("media__poster", alt=""), rendition=rendition_argument(), required=False,
        description="A still picture out of the film, to show before it plays; null for audio.",
    )  # fmt: skip
    accessibility = ApiField(Accessibility, relation=ToTracks(), description="How accessible it is.")
    body = body_field()


RecordingConnection, RecordingEdge = connection_type(Recording, "Recording", "recordings")
