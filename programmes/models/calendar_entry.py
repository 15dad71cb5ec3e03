"""What calendars are told of a session has a number that grows with each change: SEQUENCE, and the moment of the last change."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models
from django.db.models import F
from django.utils import timezone

# Whatever of a session's row stands in its VEVENT, but for the address, which changes no date.
SHOWN_FIELDS = frozenset(
    {"title", "starts_at", "ends_at", "time_zone", "summary", "place", "joining_note", "status", "status_note", "live"}
)


class CalendarEntry(models.Model):
    """How often what calendars show of a session has changed since it was first published, and when last.

    It is no part of the page, whose fields go back with an older version: in calendars, going back is a further change.
    """

    session = models.OneToOneField("programmes.SessionPage", on_delete=models.CASCADE, related_name="calendar_entry")
    sequence = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.session}, {self.sequence}"


def note_calendar_change(session: Any) -> None:
    """Count a change of a live session if calendars show it; to be called inside the transaction that writes the session."""
    told = {"fingerprint": _fingerprint(session), "changed_at": timezone.now()}
    entry, is_new = CalendarEntry.objects.get_or_create(session_id=session.pk, defaults=told)
    if not is_new and entry.fingerprint != told["fingerprint"]:
        others = CalendarEntry.objects.filter(pk=entry.pk).exclude(fingerprint=told["fingerprint"])
        others.update(sequence=F("sequence") + 1, **told)


def _fingerprint(session: Any) -> str:
    facts = [
        value.timestamp() if hasattr(value := getattr(session, name), "timestamp") else value
        for name in sorted(SHOWN_FIELDS - {"live"})
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
