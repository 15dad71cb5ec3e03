"""Making, replacing and revoking keys in the admin. A key's text is shown on one page, once, and kept nowhere."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.widgets import AdminDateInput

from cms.access.models import ApiClient, ApiKey

from .addresses import client_url

EXPIRIES = [
    ("hour", "In an hour, for trying queries out"),
    ("90", "In 90 days"),
    ("365", "In a year"),
    ("day", "At the end of a day:"),
    ("never", "Never. It is valid until you revoke it"),
]
# Nobody means a day beyond, and the calendar itself ends somewhere.
MOST_YEARS = 10
OVERLAPS = [("1", "One hour"), ("24", "One day"), ("168", "A week"), ("720", "30 days")]


class KeyForm(forms.Form):
    """How long a new key is good."""

    ends = forms.ChoiceField(label="Ends", choices=EXPIRIES, initial="365", widget=forms.RadioSelect)
    day = forms.DateField(label="Last day", required=False, widget=AdminDateInput)

    def clean(self) -> dict[str, Any]:
        """Refuse a day that is missing, over, or too far ahead to be meant."""
        cleaned = super().clean() or {}
        if cleaned.get("ends") == "day" and "day" not in self.errors:
            day = cleaned.get("day")
            if day is None:
                raise ValidationError({"day": "Say on which day the key ends, or choose another end."})
            today = timezone.localdate()
            if day < today:
                raise ValidationError({"day": "This day is over. Choose one from today onwards."})
            if day > today + timedelta(days=366 * MOST_YEARS):
                told = (
                    f"This date is more than {MOST_YEARS} years ahead. Choose an earlier date, or a key that never "
                    f"expires."
                )
                raise ValidationError({"day": told})
        return cleaned

    def expires_at(self) -> datetime | None:
        """Return the moment at which the new key ends; None when it does not."""
        ends, now = self.cleaned_data["ends"], timezone.now()
        if ends == "never":
            return None
        if ends == "day":
            return timezone.make_aware(datetime.combine(self.cleaned_data["day"] + timedelta(days=1), time.min))
        return now + (timedelta(hours=1) if ends == "hour" else timedelta(days=int(ends)))


class ReplacementForm(KeyForm):
    """How long the new key is good, and how long the old one goes on beside it."""

    overlap = forms.ChoiceField(
        label="The old key goes on for",
        choices=OVERLAPS,
        initial="168",
        help_text="How long the old key keeps working, so that the partner has time to start using the new one.",
    )
    field_order = ["overlap", "ends", "day"]


def shown_once(request: HttpRequest, key: ApiKey, text: str, note: str = "") -> HttpResponse:
    """Return the one page that shows a key's text; nothing keeps it."""
    context = {
        "client": key.client,
        "key": key,
        "text": text,
        "note": note,
        "client_url": client_url(key.client),
        "endpoint": settings.BASE_URL + reverse("graphql"),
        "explorer_url": reverse("graphql_explorer"),
    }
    response = render(request, "access/key_shown_once.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _ask(request: HttpRequest, client: ApiClient, form: forms.Form | None, **words: Any) -> HttpResponse:
    context = {"client": client, "form": form, "client_url": client_url(client), **words}
    return render(request, "access/key_form.html", context)


@permission_required("access.add_apikey")
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how long it is good, then issue a further key for a client; its other keys stay as they are."""
    client = get_object_or_404(ApiClient.objects.select_related("organisation"), pk=pk)
    if client.organisation.has_ended:
        messages.error(request, f"The membership of {client.organisation} has ended. Resume it before you make a key.")
        return redirect(client_url(client))
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return shown_once(request, *client.issue_key(expires_at=form.expires_at()))
    intro = "You will see the new key once. The client's other keys do not change."
    return _ask(request, client, form, title="Make a key", icon="key", intro=intro, verb="Make the key")


@permission_required("access.add_apikey")
def replace_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the overlap, then issue a key in the stead of this one, which ends after the overlap."""
    key = get_object_or_404(ApiKey.objects.select_related("client__organisation"), pk=pk)
    if not key.is_usable:
        messages.error(request, f"{key.mark} has ended. Make a new key instead.")
        return redirect(client_url(key.client))
    form = ReplacementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        overlap = timedelta(hours=int(form.cleaned_data["overlap"]))
        successor, text = key.replace(overlap=overlap, expires_at=form.expires_at())
        return shown_once(request, successor, text, note=f"{key.mark} goes on beside it")
    intro = f"A new key replaces {key.mark}, which stops working after the time you choose."
    return _ask(request, key.client, form, title="Replace a key", icon="rotate", intro=intro, verb="Make the new key")


@permission_required("access.change_apikey")
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then end a key at once."""
    key = get_object_or_404(ApiKey.objects.select_related("client__organisation"), pk=pk)
    if request.method == "POST":
        key.revoke()
        messages.success(request, f"{key.mark} is revoked and no longer works.")
        return redirect(client_url(key.client))
    intro = (
        f"{key.mark} stops working immediately and cannot be restored. Anything that still uses it gets a 401 error."
    )
    return _ask(request, key.client, None, title="Revoke a key", icon="cross", intro=intro, verb="Revoke it")


@hooks.register("register_admin_urls")
def register_urls() -> list:
    """The addresses of the pages above."""
    return [
        path("api-clients/<int:pk>/new-key/", new_key, name="access_new_key"),
        path("api-keys/<int:pk>/replace/", replace_key, name="access_replace_key"),
        path("api-keys/<int:pk>/revoke/", revoke_key, name="access_revoke_key"),
    ]
