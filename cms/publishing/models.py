"""The record of what changed, for whom, and what came of it."""

from __future__ import annotations

from django.db import models

from .feed.models import FeedEntry, FeedHorizon, FeedLink, FeedThing
from .versions import ContentVersion
from .webhooks.models import DeliveryStatus, WebhookDelivery, WebhookEvent, WebhookSubscription

__all__ = [
    "ChangeAction",
    "ContentChange",
    "ContentVersion",
    "DeliveryStatus",
    "FeedEntry",
    "FeedHorizon",
    "FeedLink",
    "FeedThing",
    "PeriodicJob",
    "Reaction",
    "ReactionStatus",
    "WebhookDelivery",
    "WebhookEvent",
    "WebhookSubscription",
]


class ChangeAction(models.TextChoices):
    SAVED = "saved", "Published or saved"
    WITHDRAWN = "withdrawn", "Unpublished"
    EXPIRED = "expired", "Expired"
    DELETED = "deleted", "Deleted"


class ContentChange(models.Model):
    """One change of one thing that can alter an answer, with its audiences before and after.

    It names the thing by label and keys only, never by a relation: the row outlives what it names.
    """

    model_label = models.CharField(max_length=100, help_text="e.g. library.recordingpage")
    object_pk = models.CharField(max_length=40)
    object_uuid = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=255, blank=True)
    action = models.CharField(max_length=10, choices=ChangeAction.choices)
    audiences_before = models.JSONField(default=list)
    audiences_after = models.JSONField(default=list)
    version = models.PositiveBigIntegerField(help_text="The content version that this change brought about.")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["model_label", "object_pk", "-id"], name="change_of_object")]
        verbose_name = "content change"

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.title or self.model_label}"


class ReactionStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Reaction(models.Model):
    """One registered reaction to one change: its state, tries and last error, seen and retried in the admin."""

    change = models.ForeignKey(ContentChange, on_delete=models.CASCADE, related_name="reactions")
    name = models.CharField(max_length=60)
    order = models.SmallIntegerField(default=0)
    status = models.CharField(max_length=10, choices=ReactionStatus.choices, default=ReactionStatus.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    is_urgent = models.BooleanField(
        "withdrawal",
        default=False,
        db_default=False,
        help_text="Takes something from somebody who could see it: goes before all others.",
    )
    due_at = models.DateTimeField(
        "tried again",
        null=True,
        blank=True,
        help_text="If it failed: when it will be tried again. If it is running: when its process counts as stopped.",
    )
    claim = models.UUIDField(null=True, blank=True, editable=False, help_text="Which run has it now.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["change_id", "order", "pk"]
        indexes = [
            models.Index(fields=["status", "change"], name="reaction_status"),
            models.Index(fields=["claim"], name="reaction_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.name} after {self.change}"


class PeriodicJob(models.Model):
    """One registered periodic job: when it is due, and how it last went. The clock's machines share the work by this row."""

    name = models.CharField(max_length=60, unique=True)
    next_due_at = models.DateTimeField(help_text="While a job runs: when it counts as abandoned.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    runs = models.PositiveBigIntegerField(default=0)
    failures_in_row = models.PositiveIntegerField(default=0)
    skew_seconds = models.FloatField(
        default=0,
        db_default=0.0,
        help_text="How far the clock of the machine that ran it last was ahead of the database's.",
    )

    class Meta:
        ordering = ["name"]
        verbose_name = "periodic job"

    def __str__(self) -> str:
        return self.name
