"""Counts tries in the database, so that every process and every machine counts together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Attempt

# Rows are of no use once every limit's time is over.
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A try that was let through: the rows that count it."""

    pks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries `within` a time for each key. Names are stored with the tries, so keep them stable."""

    name: str
    most: int
    within: timedelta

    def take(self, *keys: str) -> Taken | None:
        """Count a try under each of `keys`; None when one of them has had its tries, and then nothing is counted.

        The try is counted before it is judged: of many at once, no more than `most` are let through.
        """
        now = timezone.now()
        hashed = [self._hashed(key) for key in dict.fromkeys(keys)]
        rows = [Attempt.objects.create(limit=self.name, key=key, at=now) for key in hashed]
        lately = Attempt.objects.filter(limit=self.name, key__in=hashed, at__gt=now - self.within)
        counts = lately.values("key").annotate(count=Count("pk")).values_list("count", flat=True)
        taken = Taken(tuple(row.pk for row in rows))
        if max(counts, default=0) > self.most:
            self.give_back(taken)
            return None
        return taken

    def give_back(self, taken: Taken) -> None:
        """Let a try count no longer: it was none of those that are limited."""
        Attempt.objects.filter(pk__in=taken.pks).delete()

    def clear(self, key: str) -> None:
        """Forget all tries under a key."""
        Attempt.objects.filter(limit=self.name, key=self._hashed(key)).delete()

    @property
    def wait_words(self) -> str:
        """How long to wait at most, e.g. `5 minutes`."""
        minutes = max(1, round(self.within.total_seconds() / 60))
        return f"{minutes} minute{'' if minutes == 1 else 's'}"

    def _hashed(self, key: str) -> str:
        return salted_hmac(f"cms.limits.{self.name}", key, algorithm="sha256").hexdigest()


def forget_old_attempts() -> int:
    """Delete what no limit counts any more; return how many rows that were."""
    return Attempt.objects.filter(at__lt=timezone.now() - LONGEST).delete()[0]
