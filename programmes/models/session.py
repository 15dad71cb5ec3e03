"""A session: one dated event with people in roles, of a programme or standing alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from cms.access.models import AudiencePage
from cms.access.panels import ChooseManyPanel
from cms.access.references import ReferencedManyToManyField
from cms.site.page_context import PageWithContext

from ..blocks import TEXT_BLOCKS
from ..forms import SessionPageForm, TimeZoneInput
from ..wall_clock import time_zone_names
from .calendar_entry import SHOWN_FIELDS, note_calendar_change
from .people import Person
from .programme import ProgrammePage, SessionFormat
from .taxonomy import Topic


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone such as Europe/London."""
    if name not in time_zone_names():
        raise ValidationError(f"'{name}' is not a time zone. Choose one from the list, such as Europe/London.")


ON_ITS_OWN_CLOCK = "In the time zone below, whatever time zone you are in."


class SessionStatus(models.TextChoices):
    PLANNED = "planned", "Goes ahead as planned"
    MOVED = "moved", "Moved"
    CANCELLED = "cancelled", "Cancelled"


class SessionPage(PageWithContext, AudiencePage):
    summary = models.TextField(help_text="What it is about, in one or two plain sentences.")
    starts_at = models.DateTimeField(
        null=True, blank=True, help_text=f"{ON_ITS_OWN_CLOCK} Leave empty when the date is not known."
    )
    ends_at = models.DateTimeField(null=True, blank=True, help_text=ON_ITS_OWN_CLOCK)
    time_zone = models.CharField(
        max_length=64,
        default="Europe/London",
        validators=[validate_time_zone],
        help_text="The time zone of the session. Type a city to search. The times above are in this time zone.",
    )
    status = models.CharField(
        max_length=20,
        choices=SessionStatus.choices,
        default=SessionStatus.PLANNED,
        # Known to the database too, so that the previous release can go on writing sessions during an update.
        db_default=SessionStatus.PLANNED.value,
        help_text="The page, lists and calendars say when it is moved or cancelled. To move it, change the times as well. "
        "Cancel rather than unpublish: people who have it in their calendars are told.",
    )
    status_note = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="What people should know about it, e.g. 'It was planned for 3 March.' Shown when moved or cancelled.",
    )
    format = models.CharField(max_length=20, choices=SessionFormat.choices, default=SessionFormat.VIRTUAL)
    place = models.CharField(max_length=200, blank=True, help_text="Where people meet, for face-to-face and hybrid.")
    joining_note = models.TextField(
        blank=True,
        help_text="How to join. Everybody who can see this session can read this, so do not include meeting passwords.",
    )
    programme = models.ForeignKey(
        ProgrammePage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions",
        help_text="If you leave it empty, it is the programme that this page is under.",
    )
    topics = ReferencedManyToManyField(Topic, blank=True, related_name="sessions")
    body = StreamField(TEXT_BLOCKS, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                FieldPanel("time_zone", widget=TimeZoneInput),
                FieldRowPanel([FieldPanel("status"), FieldPanel("status_note")]),
            ],
            heading="When",
        ),
        MultiFieldPanel([FieldPanel("format"), FieldPanel("place"), FieldPanel("joining_note")], heading="Where"),
        InlinePanel("people", label="Person", heading="People"),
        PageChooserPanel("programme"),
        ChooseManyPanel("topics"),
        FieldPanel("body"),
    ]
    search_fields = [*AudiencePage.search_fields, index.SearchField("summary"), index.FilterField("starts_at")]

    base_form_class = SessionPageForm
    template = "programmes/session_page.html"
    page_description = "One event with a date and people."
    parent_page_types = ["programmes.ProgrammePage", "programmes.ProgrammesIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "session"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the page, and count the change that calendars are told of, in the same transaction."""
        written = kwargs.get("update_fields")
        with transaction.atomic():
            super().save(*args, **kwargs)
            # A draft is written with the live row's bookkeeping alone: what it holds is in nobody's calendar yet.
            if self.live and (written is None or SHOWN_FIELDS & set(written)):
                note_calendar_change(self)

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.status == SessionStatus.CANCELLED

    @property
    def status_words(self) -> str:
        """What is said of its status: `Cancelled. The hall is closed.`; "" when it goes ahead as planned."""
        if self.status == SessionStatus.PLANNED:
            return ""
        return f"{self.get_status_display()}. {self.status_note}".strip()

    def clean(self) -> None:
        """Refuse an end before the start, and take the programme from the page above when none is chosen."""
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "The end is before the start. Check the date and the time."})
        if self.ends_at and not self.starts_at:
            raise ValidationError({"starts_at": "There is an end without a start. Give both, or neither."})
        if self.programme_id is None and self.path:
            parent = self.get_parent()
            if parent is not None and issubclass(parent.specific_class, ProgrammePage):
                self.programme_id = parent.pk


class SessionRole(models.TextChoices):
    SPEAKER = "speaker", "Speaker"
    FACILITATOR = "facilitator", "Facilitator"
    HOST = "host", "Host"
    PANELLIST = "panellist", "Panellist"


class SessionPerson(Orderable):
    session = ParentalKey(SessionPage, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="session_roles")
    role = models.CharField(max_length=20, choices=SessionRole.choices, default=SessionRole.SPEAKER)

    panels = [FieldPanel("person"), FieldPanel("role")]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display().lower()}"
