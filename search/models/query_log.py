"""What is searched for, in counts: which words, how often, with what success. Nothing here says who searched."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

LONGEST_LOGGED = 80


class Searchers(models.TextChoices):
    """Who searched, as far as it matters for what may be suggested to whom."""

    PUBLIC = "public", "Visitors"
    MEMBERS = "members", "Signed-in members and editors"


class LoggedQuery(models.Model):
    """One query on one day, as normalised words, with counts. `people` counts visitors who made it that day."""

    day = models.DateField()
    words = models.CharField(max_length=LONGEST_LOGGED)
    searchers = models.CharField(max_length=10, choices=Searchers.choices, default=Searchers.PUBLIC)
    searches = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    found_nothing = models.PositiveIntegerField(default=0, help_text="How many of the searches found nothing.")
    clicks = models.PositiveIntegerField(default=0)
    clicks_by_rank = models.JSONField(default=dict, help_text='Clicks by the place of the result, e.g. {"1": 7}.')
    last_total = models.PositiveIntegerField(default=0, help_text="How much the latest search found.")

    class Meta:
        ordering = ["-day", "words"]
        constraints = [models.UniqueConstraint(fields=["day", "words", "searchers"], name="one_row_a_query_and_day")]
        indexes = [models.Index(fields=["words"], name="logged_query_words")]
        verbose_name = "logged query"
        verbose_name_plural = "logged queries"

    def __str__(self) -> str:
        return f"{self.words} ({self.day:%Y-%m-%d})"


class DaySecret(models.Model):
    """A random secret for one day, without which nobody can tell whether two digests are of one visitor; then deleted."""

    day = models.DateField(unique=True)
    secret = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class DayDigest(models.Model):
    """That some visitor made some query today, so that a repetition counts once. Deleted with the day's secret."""

    day = models.DateField(default=timezone.localdate)
    digest = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.digest


class SettledQuery(models.Model):
    """A query that found nothing and that editors have dealt with, so that it leaves their list."""

    words = models.CharField(max_length=LONGEST_LOGGED, unique=True)
    settled_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "settled query"
        verbose_name_plural = "settled queries"

    def __str__(self) -> str:
        return self.words
