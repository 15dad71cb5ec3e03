"""The admin's forms of things with an audience: rules about lists of values, which a model cannot see before its form is saved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm

from .visibility import Audience

NO_ORGANISATION = "Choose at least one organisation, or another audience."


def is_same_minute(first: dt.datetime | None, second: dt.datetime | None) -> bool:
    """Whether two moments are the same as far as a form can tell: its fields know no seconds."""
    if first is None or second is None:
        return first is second
    return first.replace(second=0, microsecond=0) == second.replace(second=0, microsecond=0)


class AudienceFormMixin:
    """What the forms of all things with an audience check.

    A model's own `clean()` runs before the form puts its many-to-many values on the instance: it would judge the stored
    organisations, not the chosen ones.
    """

    fields: Any
    initial: Any
    cleaned_data: Any

    def clean(self) -> dict[str, Any]:
        """Refuse 'chosen organisations' without any, at its field; take out a schedule that is over and was not edited."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc]
        self._refuse_nobody(cleaned)
        self._clear_spent_expiry(cleaned)
        return cleaned

    def _refuse_nobody(self, cleaned: dict[str, Any]) -> None:
        if "audience_organisations" not in self.fields or "audience_organisations" not in cleaned:
            return
        if cleaned.get("audience") == Audience.CHOSEN and not cleaned["audience_organisations"]:
            self.add_error("audience_organisations", ValidationError(NO_ORGANISATION))  # type: ignore[attr-defined]

    def _clear_spent_expiry(self, cleaned: dict[str, Any]) -> None:
        """Let an expiry that is over bar nobody from editing: it has done its work. A new one in the past is an error."""
        expires_at = cleaned.get("expire_at")
        if expires_at and expires_at < timezone.now() and is_same_minute(expires_at, self.initial.get("expire_at")):
            cleaned["expire_at"] = None


class AudiencePageForm(AudienceFormMixin, WagtailAdminPageForm):
    """The form of every content page."""


class AudienceModelForm(AudienceFormMixin, WagtailAdminModelForm):
    """The form of a thing with an audience that is no page."""
