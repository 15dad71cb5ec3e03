"""What was tried lately, and under which keys; nothing that would tell who it was."""

from __future__ import annotations

from django.db import models


class Attempt(models.Model):
    """One try at something limited. `key` is a keyed hash of an account or an address, so neither can be read here."""

    limit = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["limit", "key", "at"], name="attempts_by_key")]

    def __str__(self) -> str:
        return f"{self.limit} at {self.at:%Y-%m-%d %H:%M:%S}"
