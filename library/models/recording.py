"""A recording: one video or audio file with its captions, chapters, people and materials."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index
from wagtailmedia.edit_handlers import MediaChooserPanel

from cms.access.forms import AudiencePageForm
from cms.access.models import AudiencePage
from cms.access.panels import ChooseManyPanel
from cms.access.references import ReferencedManyToManyField
from cms.site.page_context import PageWithContext
from programmes.models import Person, ProgrammePage, SessionPage, Topic

from ..blocks import BODY_BLOCKS
from ..panels import CaptionTracksPanel
from ..timecodes import format_timecode, parse_timecode
from .files import RecordingMedia
from .material import MaterialPage

# Stands in for a missing day of recording in lists from the newest on: undated ones come last.
NO_DAY = models.Value(dt.date(1901, 1, 1), output_field=models.DateField())


NO_FILE = "A recording needs its video or audio file before it is published. Choose one, or save it as a draft."


class RecordingPageForm(AudiencePageForm):
    """Asks for the file when the recording is to be published: a draft may wait for it."""

    def clean(self) -> dict[str, Any]:
        """Refuse to publish, or to submit, a recording without a file."""
        cleaned = super().clean()
        if not self.is_deferred_validation and "media" in self.fields and not cleaned.get("media"):
            self.add_error("media", NO_FILE)
        return cleaned


class RecordingPage(PageWithContext, AudiencePage):
    summary = models.TextField(blank=True, help_text="What people learn from it, in one or two plain sentences.")
    media = models.ForeignKey(
        RecordingMedia,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recordings",
        help_text="The video or audio file. Its length, size and picture are read off it.",
    )
    recorded_on = models.DateField(null=True, blank=True, help_text="The day it was recorded.")
    session = models.ForeignKey(
        SessionPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="recordings"
    )
    programme = models.ForeignKey(
        ProgrammePage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recordings",
        help_text="Left empty, it is the programme of the session.",
    )
    speakers = ReferencedManyToManyField(Person, blank=True, related_name="recordings")
    topics = ReferencedManyToManyField(Topic, blank=True, related_name="recordings")
    body = StreamField(BODY_BLOCKS, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MediaChooserPanel("media"),
        FieldPanel("recorded_on"),
        CaptionTracksPanel("caption_tracks", label="Caption track", heading="Captions"),
        InlinePanel("chapters", label="Chapter", heading="Chapters"),
        MultiFieldPanel(
            [
                PageChooserPanel("session"),
                PageChooserPanel("programme"),
                ChooseManyPanel("speakers"),
                ChooseManyPanel("topics"),
            ],
            heading="Belongs to",
        ),
        InlinePanel("recording_materials", label="Material", heading="Materials"),
        FieldPanel("body"),
    ]
    search_fields = [*AudiencePage.search_fields, index.SearchField("summary"), index.FilterField("recorded_on")]

    base_form_class = RecordingPageForm
    template = "library/recording_page.html"
    page_description = "A video or audio recording with captions."
    parent_page_types = ["library.LibraryIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "recording"
        # The order in which lists are asked for most (`cms.api.loading.ordering`): without it each page of a list sorts them all.
        indexes = [models.Index(Coalesce("recorded_on", NO_DAY).desc(), name="recordings_newest_first")]

    def reasons_against_publishing(self) -> list[str]:
        """Without a file there is nothing to play."""
        return [] if self.media_id else [NO_FILE]

    def clean(self) -> None:
        """Take the programme from the session when none is chosen."""
        super().clean()
        if self.programme_id is None and self.session_id is not None:
            self.programme_id = self.session.programme_id

    @property
    def duration_seconds(self) -> float | None:
        """The length of the file in seconds, or None without a file."""
        return self.media.duration if self.media_id else None


class Chapter(Orderable):
    recording = ParentalKey(RecordingPage, on_delete=models.CASCADE, related_name="chapters")
    title = models.CharField(max_length=160)
    starts = models.CharField(max_length=12, help_text="Where it begins, e.g. 12:34 or 1:02:03.")

    panels = [FieldPanel("starts"), FieldPanel("title")]

    def __str__(self) -> str:
        return f"{self.starts} {self.title}"

    def clean(self) -> None:
        """Refuse a start that is no time."""
        super().clean()
        try:
            self.starts = format_timecode(parse_timecode(self.starts))
        except ValueError as error:
            raise ValidationError({"starts": str(error)}) from error

    @property
    def start_seconds(self) -> float:
        """Where the chapter begins, in seconds from the start of the recording."""
        return parse_timecode(self.starts)


class RecordingMaterial(Orderable):
    recording = ParentalKey(RecordingPage, on_delete=models.CASCADE, related_name="recording_materials")
    material = models.ForeignKey(MaterialPage, on_delete=models.CASCADE, related_name="recording_links")

    panels = [PageChooserPanel("material")]

    def __str__(self) -> str:
        return str(self.material)
