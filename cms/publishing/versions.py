"""The content version: one number that every change counts up in its own transaction, and that whatever is cached is keyed by."""

from __future__ import annotations

from django.db import models
from django.db.models import F

from cms.replay import wait_after_commit, wait_until_visible


class ContentVersion(models.Model):
    """One row that counts up with every change, in the change's own transaction."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


def current_version() -> int:
    """Return the content version (one indexed read): it differs whenever any answer could differ.

    It is for keys of caches and for records. Whoever announces changes asks `version_to_announce` instead.
    """
    row = ContentVersion.objects.filter(pk=1).values_list("number", flat=True).first()
    return row or 0


def version_to_announce() -> int:
    """Return the content version up to which changes may be announced to anybody.

    It waits until every process would answer from after it, so that a receiver who asks at once finds what it hears of.
    """
    version = current_version()
    wait_until_visible(version, version)
    return version


def advance_version(by: int = 1) -> int:
    """Count the content version up, as part of the running transaction, and return the new number.

    The row stays locked until the commit, so versions are committed in their order and without gaps: whoever reads up to a
    version has everything before it. See `cms.replay` for what the commit waits for.
    """
    step = {"number": F("number") + by}
    if not ContentVersion.objects.filter(pk=1).update(**step):
        ContentVersion.objects.get_or_create(pk=1)
        ContentVersion.objects.filter(pk=1).update(**step)
    wait_after_commit()
    return current_version()
