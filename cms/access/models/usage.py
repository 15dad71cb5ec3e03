"""How much each API client asks, hour by hour: what it costs, how much of it came from the cache, what went wrong."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .clients import ApiClient


class ApiUsage(models.Model):
    """The requests of one API client (or, without a client, of the public) in one hour."""

    client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, null=True, related_name="usage", verbose_name="API client"
    )
    starts_at = models.DateTimeField(help_text="The beginning of the hour, in UTC.")
    requests = models.PositiveBigIntegerField(default=0, help_text="All requests, those below included.")
    cost = models.PositiveBigIntegerField(
        default=0, help_text="What they were charged; an answer from the cache costs little."
    )
    cached = models.PositiveBigIntegerField(default=0, help_text="Answered from the cache.")
    unchanged = models.PositiveBigIntegerField(default=0, help_text="Answered with 304: the caller had it already.")
    errors = models.PositiveBigIntegerField(
        default=0, help_text="Answered with errors, refusals for the rate included."
    )
    limited = models.PositiveBigIntegerField(default=0, help_text="Refused with 429, for too much in too short a time.")
    sent_bytes = models.PositiveBigIntegerField(default=0, help_text="Bytes of the answers' bodies, as they were sent.")

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["client", "starts_at"], name="one_usage_a_client_and_hour"),
            models.UniqueConstraint(
                fields=["starts_at"], condition=Q(client__isnull=True), name="one_public_usage_an_hour"
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="usage_hour")]
        verbose_name = "API usage"
        verbose_name_plural = "API usage"

    def __str__(self) -> str:
        return f"{self.client or 'The public'}, {self.starts_at:%Y-%m-%d %H}h"
