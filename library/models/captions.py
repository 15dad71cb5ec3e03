"""A recording's captions in one language: clean WebVTT, versioned with the page that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from ..captions import Cue, parse_clean_webvtt
from ..languages import LANGUAGES


class CaptionOrigin(models.TextChoices):
    HUMAN = "human", "Written or checked by a person"
    MACHINE = "machine", "Machine-made, not yet checked"
    IMPORTED = "imported", "Imported, origin unknown"


# The language that is shown to those who ask for none, where there are captions in it.
DEFAULT_LANGUAGE = "en"
# Of two tracks in one language the one that a person answers for is shown.
BEST_ORIGINS_FIRST = (CaptionOrigin.HUMAN, CaptionOrigin.IMPORTED, CaptionOrigin.MACHINE)
Track = TypeVar("Track")


@lru_cache(maxsize=256)
def cues_of(webvtt: str) -> tuple[Cue, ...]:
    """Return the cues of clean WebVTT in order of time (remembered for the texts last used)."""
    return parse_clean_webvtt(webvtt)


class CaptionTrackQuerySet(models.QuerySet["CaptionTrack"]):
    def with_words(self) -> CaptionTrackQuerySet:
        """Return the tracks that hold words; one whose captions were taken out is no captions."""
        return self.exclude(webvtt="")


class CaptionTrack(Orderable):
    recording = ParentalKey("library.RecordingPage", on_delete=models.CASCADE, related_name="caption_tracks")
    language = models.CharField(max_length=8, choices=LANGUAGES, default="en")
    origin = models.CharField(max_length=10, choices=CaptionOrigin.choices, default=CaptionOrigin.IMPORTED)
    webvtt = models.TextField("captions", blank=True, help_text="WebVTT, one cue after the other. Edit freely.")
    source_name = models.CharField(max_length=255, blank=True, editable=False)
    # What was mended when the captions came in: a list of {"line", "message"}.
    warnings = models.JSONField(default=list, blank=True, editable=False)
    source_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = CaptionTrackQuerySet.as_manager()

    panels = [
        FieldPanel("language"),
        FieldPanel("origin"),
        FieldPanel("upload"),
        FieldPanel("encoding"),
        FieldPanel("webvtt"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = "caption track"

    def __str__(self) -> str:
        return f"{self.get_language_display()}, {self.get_origin_display().lower()}"

    @property
    def has_words(self) -> bool:
        """Whether it holds words: the same as `with_words`, for a track in memory."""
        return bool(self.webvtt)

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues in order of time, parsed from the clean WebVTT (remembered for the texts last used)."""
        return cues_of(self.webvtt) if self.webvtt else ()


def best_track(tracks: Sequence[Track], wanted: str | None = None) -> Track | None:
    """Return the track to show, of those that hold words: in the wanted language, else English, else in that of the first.

    Within one language a person's captions come before imported ones, and these before a machine's. None when there are no
    tracks. Takes whatever has a `language` and an `origin`.
    """
    languages = [track.language for track in tracks]
    language = next((code for code in (wanted, DEFAULT_LANGUAGE, *languages) if code in languages), None)
    own = [track for track in tracks if track.language == language]
    return min(own, key=lambda track: BEST_ORIGINS_FIRST.index(track.origin), default=None)


def best_of_each_language(tracks: Sequence[Track]) -> list[Track]:
    """Return the track that is shown of each language, in the order in which the languages first come."""
    return [best for code in dict.fromkeys(track.language for track in tracks) if (best := best_track(tracks, code))]
