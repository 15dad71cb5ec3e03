"""The admin's forms of things with an audience: rules about lists of values, which a model cannot see before its form is saved."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.models import Page

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
            return
        is_edited = {"audience", "audience_organisations"} & set(self.changed_data)  # type: ignore[attr-defined]
        if cleaned.get("audience") == Audience.CHOSEN and is_edited:
            chosen = list(cleaned["audience_organisations"])
            # What was shared with an organisation before it ended can still be mended elsewhere on the page.
            if all(organisation.has_ended for organisation in chosen):
                told = f"Nobody would see this: the membership of {chosen[0]} has ended. Choose a member."
                self.add_error("audience_organisations", ValidationError(told))  # type: ignore[attr-defined]

    def _clear_spent_expiry(self, cleaned: dict[str, Any]) -> None:
        """Let an expiry that is over bar nobody from editing: it has done its work. A new one in the past is an error."""
        expires_at = cleaned.get("expire_at")
        if expires_at and expires_at < timezone.now() and is_same_minute(expires_at, self.initial.get("expire_at")):
            cleaned["expire_at"] = None


class AudiencePageForm(AudienceFormMixin, WagtailAdminPageForm):
    """The form of every content page.

    The form of a new page carries a key. When "Save draft" is pressed while the first autosave is under way, both make a
    page: by the key the second knows the first as its own draft, and takes its place.
    """

    draft_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_draft: Page | None = None
        if self.instance._state.adding:
            self.initial["draft_key"] = uuid.uuid4()
        else:
            del self.fields["draft_key"]

    def clean(self) -> dict[str, Any]:
        """Check as Wagtail does, but let nobody's own autosaved draft stand in the way of its slug."""
        slug = self.cleaned_data.get("slug")
        cleaned = super().clean()
        if key := cleaned.get("draft_key"):
            self._find_own_draft(key)
        if self.own_draft is not None and slug == self.own_draft.slug and "slug" in self._errors:
            del self._errors["slug"]
            cleaned["slug"] = slug
        return cleaned

    def _find_own_draft(self, key: uuid.UUID) -> None:
        """Look for what this very form has made already: never published, and made by the same user at the same place."""
        known = Page.objects.filter(translation_key=key)
        if not known.exists():
            self.instance.translation_key = key
        elif self.parent_page is not None and self.for_user is not None:
            mine = known.child_of(self.parent_page).type(type(self.instance)).filter(owner=self.for_user)
            self.own_draft = mine.filter(live=False, first_published_at=None, numchild=0).first()
            if self.own_draft is not None:
                self.instance.translation_key, self.instance.replaced_pk = key, self.own_draft.pk

    def save(self, commit: bool = True) -> Any:
        """Take the place of the own draft, then save."""
        if self.own_draft is not None:
            self.own_draft.specific.delete()
            self.parent_page.refresh_from_db(fields=["numchild"])
            self.own_draft = None
        return super().save(commit=commit)


class AudienceModelForm(AudienceFormMixin, WagtailAdminModelForm):
    """The form of a thing with an audience that is no page."""
