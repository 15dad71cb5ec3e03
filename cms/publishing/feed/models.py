"""The tables of the feed: things, the last version that concerned each audience, and what shows what."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class FeedThing(models.Model):
    """A thing that has been recorded: what can be followed, or a part (a picture, a file) that such things show.

    It names the thing by keys only and outlives it, so that everybody who saw the thing can learn that it went.
    """

    key = models.CharField(
        max_length=140, unique=True, help_text="e.g. wagtailcore.page:12, the same for every page type"
    )
    model_label = models.CharField(max_length=100, help_text="e.g. library.recordingpage")
    object_pk = models.CharField(max_length=40)
    object_uuid = models.UUIDField(null=True, blank=True)
    audiences = models.JSONField(default=list, help_text="The audience tokens that see it now; none when it is hidden.")
    visible_until = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = "thing in the feed"
        verbose_name_plural = "things in the feed"

    def __str__(self) -> str:
        return self.key


class FeedEntry(models.Model):
    """The last version at which a thing changed for the holders of one audience token, and whether they still see it."""

    thing = models.ForeignKey(FeedThing, on_delete=models.CASCADE, related_name="entries")
    token = models.CharField(max_length=60)
    version = models.PositiveBigIntegerField()
    is_visible = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "token"], name="one_entry_a_token")]
        indexes = [models.Index(fields=["token", "version", "id"], name="feed_of_token")]
        verbose_name = "entry of the feed"
        verbose_name_plural = "entries of the feed"

    def __str__(self) -> str:
        return f"{self.thing_id} for {self.token} at {self.version}"


class FeedLink(models.Model):
    """Says that `owner` names the thing with the key `target` in its own columns, lists or text."""

    owner = models.ForeignKey(FeedThing, on_delete=models.CASCADE, related_name="links")
    target = models.CharField(max_length=140, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "target"], name="one_link_a_target")]

    def __str__(self) -> str:
        return f"{self.owner_id} → {self.target}"


class FeedHorizon(models.Model):
    """Up to which version the tombstones for an audience token have been cleared away: older cursors must start anew."""

    token = models.CharField(max_length=60, unique=True)
    version = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.token} from {self.version}"
