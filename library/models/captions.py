"""A recording's captions in one language: clean WebVTT, versioned with the page that carries them."""

from __future__ import annotations

from functools import lru_cache

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


@lru_cache(maxsize=256)
def cues_of(webvtt: str) -> tuple[Cue, ...]:
    """Return the cues of clean WebVTT in order of time (remembered for the texts last used)."""
    return parse_clean_webvtt(webvtt)


class CaptionTrack(Orderable):
    recording = ParentalKey("library.RecordingPage", on_delete=models.CASCADE, related_name="caption_tracks")
    language = models.CharField(max_length=8, choices=LANGUAGES, default="en")
    origin = models.CharField(max_length=10, choices=CaptionOrigin.choices, default=CaptionOrigin.IMPORTED)
    webvtt = models.TextField("captions", blank=True, help_text="WebVTT, one cue after the other. Edit freely.")
    source_name = models.CharField(max_length=255, blank=True, editable=False)
    # What was mended when the captions came in: a list of {"line", "message"}.
    warnings = models.JSONField(default=list, blank=True, editable=False)
    source_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    panels = [FieldPanel("language"), FieldPanel("origin"), FieldPanel("upload"), FieldPanel("webvtt")]

    class Meta(Orderable.Meta):
        verbose_name = "caption track"

    def __str__(self) -> str:
        return f"{self.get_language_display()}, {self.get_origin_display().lower()}"

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues in order of time, parsed from the clean WebVTT (remembered for the texts last used)."""
        return cues_of(self.webvtt) if self.webvtt else ()
