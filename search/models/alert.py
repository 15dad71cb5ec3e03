"""A saved search: an address that is told by mail when something new matches. Only who confirmed it gets any."""

from __future__ import annotations

import uuid as uuidlib

from django.conf import settings
from django.db import models


class Frequency(models.TextChoices):
    DAILY = "daily", "Once a day"
    WEEKLY = "weekly", "Once a week, on Monday"


class SearchAlert(models.Model):
    """One search that one address follows. The row goes when its owner ends it; unconfirmed ones go after a week."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    email = models.EmailField()
    # A member's alert finds what the member may see at the time of sending, and only that.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="search_alerts"
    )
    query_string = models.CharField(max_length=2_000, help_text="The search as in its address, e.g. ?q=quality")
    frequency = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.WEEKLY)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    seen = models.JSONField(default=list, help_text="Keys of what has been told already.")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["email", "query_string"], name="one_alert_an_address_and_search")
        ]
        verbose_name = "search alert"

    def __str__(self) -> str:
        return self.query_string
