"""The form of a webhook, and the question since when messages are to be sent again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateTimeInput

from cms.publishing.models import WebhookEvent, WebhookSubscription

from ..models import all_events


class SubscriptionForm(WagtailAdminModelForm):
    """Where to send what. Whose it is cannot be changed later: another client sees other things and has other secrets."""

    events = forms.MultipleChoiceField(
        choices=[
            (event.value, f"{event.label} ({event.value})") for event in WebhookEvent if event is not WebhookEvent.PING
        ],
        initial=all_events,
        widget=forms.CheckboxSelectMultiple,
        label="What is told",
    )

    class Meta:
        model = WebhookSubscription
        fields = ["client", "url", "events", "contact_email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["client"].disabled = True
        else:
            self.fields["client"].queryset = self.fields["client"].queryset.select_related("organisation")

    def clean_url(self) -> str:
        """Take away the blanks that come along when an address is pasted."""
        return self.cleaned_data["url"].strip()


class SinceForm(forms.Form):
    """Since when messages are sent again."""

    since = forms.DateTimeField(
        label="Since",
        widget=AdminDateTimeInput,
        help_text="Every message made at or after this time is sent again, including those that arrived.",
    )

    def clean_since(self) -> datetime:
        """Refuse a moment that is still to come."""
        since = self.cleaned_data["since"]
        if since > timezone.now():
            raise forms.ValidationError("This moment is still to come. Choose one that is over.")
        return since

    @staticmethod
    def yesterday() -> datetime:
        """Return what is offered: this time yesterday."""
        return timezone.localtime() - timedelta(days=1)
