"""The one lock: `.visible_to(principal)` says what a caller may see; every resolver, page, file, search and count starts there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from .principals import Principal

Self = TypeVar("Self", bound="VisibleQuerySetMixin")


class Audience(models.TextChoices):
    PUBLIC = "public", "Everybody"
    MEMBERS = "members", "Member organisations"
    CHOSEN = "chosen", "Chosen organisations only"


def visible_q(model: type[models.Model], principal: Principal, at: dt.datetime | None = None) -> Q:
    """Return the condition under which rows of `model` (a thing with an audience) are visible to `principal`.

    Live, not yet expired at `at` (now unless given: an expiry bites to the second, not when a scheduled job gets
    round to it), and shared with an audience that the principal belongs to.
    """
    at = at or timezone.now()
    is_live = Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=at))
    if principal.sees_everything_live:
        return is_live
    if principal.organisation_id is None:
        return is_live & Q(audience=Audience.PUBLIC)
    # A subquery, not a join: a join would give a page once for each of its organisations.
    field: Any = model._meta.get_field("audience_organisations")
    through = field.remote_field.through
    chosen = through._default_manager.filter(
        **{f"{field.m2m_reverse_field_name()}_id": principal.organisation_id}
    ).values(f"{field.m2m_field_name()}_id")
    return is_live & (
        Q(audience__in=[Audience.PUBLIC, Audience.MEMBERS]) | (Q(audience=Audience.CHOSEN) & Q(pk__in=chosen))
    )


class VisibleQuerySetMixin:
    """Adds `visible_to` to the querysets of everything that has an audience."""

    def visible_to(self: Self, principal: Principal, at: dt.datetime | None = None) -> Self:
        """Keep only what `principal` may see at the moment `at` (now unless given)."""
        return self.filter(visible_q(self.model, principal, at))  # type: ignore[attr-defined]


class OpenQuerySet(models.QuerySet):
    """For vocabulary that is public by nature (topics, core areas, organisations' names): the same word, no bar."""

    def visible_to(self, principal: Principal, at: dt.datetime | None = None) -> OpenQuerySet:
        """Return everything: these things have no audience."""
        return self.all()
