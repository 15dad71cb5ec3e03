"""The needs of pages, each declared once: its name in addresses, its words, and the condition under which a page has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from cms.access.audiences import audience_page_models
from library.files.documents import TextStatus
from library.models import CaptionOrigin, CaptionTrack, MaterialPage, RecordingPage

EXPIRES_WITHIN = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that pages may need: `words` for one page, `words_for_many`, and what makes the condition."""

    key: str
    words: str
    words_for_many: str
    condition: Callable[[], Q]

    def told(self, count: int) -> str:
        """Return the line for so many pages, e.g. '3 recordings without captions'."""
        return f"{count} {self.words if count == 1 else self.words_for_many}"


def _never_published() -> Q:
    types = Q(pk__in=[])
    for model in audience_page_models():
        types |= Q(pk__in=model._default_manager.filter(live=False).order_by().values("pk"))
    return Q(live=False, first_published_at__isnull=True) & types


def _live(model: Any, condition: Q) -> Q:
    return Q(live=True, pk__in=model._default_manager.filter(condition).order_by().values("pk"))


def _without_captions() -> Q:
    captioned = CaptionTrack.objects.exclude(webvtt="").values("recording_id")
    return _live(RecordingPage, ~Q(pk__in=captioned))


def _machine_captions() -> Q:
    return _live(
        RecordingPage, Q(pk__in=CaptionTrack.objects.filter(origin=CaptionOrigin.MACHINE).values("recording_id"))
    )


def _without_words() -> Q:
    return _live(MaterialPage, Q(document__isnull=False) & ~Q(document__text_status=TextStatus.EXTRACTED))


def _expiring() -> Q:
    now = timezone.now()
    return Q(live=True, expire_at__gt=now, expire_at__lte=now + EXPIRES_WITHIN)


NEEDS = (
    Need("draft", "draft that was never published", "drafts that were never published", _never_published),
    Need("captions", "recording without captions", "recordings without captions", _without_captions),
    Need(
        "machine-captions",
        "recording with machine-made captions that nobody has checked",
        "recordings with machine-made captions that nobody has checked",
        _machine_captions,
    ),
    Need(
        "words",
        "material whose file has no words that search can read",
        "materials whose files have no words that search can read",
        _without_words,
    ),
    Need("expiry", "page that expires within 30 days", "pages that expire within 30 days", _expiring),
)


def need_of(key: str) -> Need | None:
    """Return the need of this name; None when there is none."""
    return next((need for need in NEEDS if need.key == key), None)


def pages_of(user: Any) -> QuerySet[Page]:
    """Return the pages that `user` may edit."""
    return PagePermissionPolicy().instances_user_has_permission_for(user, "change").filter(depth__gt=1)
