"""The form of a session: its times are what the clocks of its own time zone show, whoever types them and wherever."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cms.access.forms import AudiencePageForm, is_same_minute

from .wall_clock import ClockChangeError, moment_of, time_zone_named, time_zone_names, wall_of

TIMES = ("starts_at", "ends_at")


class WallClockField(forms.DateTimeField):
    """A day and a time as they are typed, without a time zone: neither the site's nor the editor's account's has a say."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """Return the time on the wall. Django reads it in the current zone; in UTC every time exists once."""
        with timezone.override(dt.UTC):
            moment = super().to_python(value)
        return moment and moment.replace(tzinfo=None)


class TimeZoneInput(forms.TextInput):
    """A text field with all time zones to choose from, which the browser searches while one types."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the field and its list of choices."""
        attrs = {**(attrs or {}), "list": f"{name}-choices", "autocomplete": "off"}
        choices = format_html_join("", '<option value="{}">', ((zone,) for zone in time_zone_names()))
        field = super().render(name, value, attrs, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', field, attrs["list"], choices)


class SessionPageForm(AudiencePageForm):
    """Reads and shows a session's times on the clocks of its own time zone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = {name: getattr(self.instance, name) for name in TIMES}
        self.stored_zone = self.instance.time_zone
        known_zone = time_zone_named(self.stored_zone) or timezone.get_default_timezone_name()
        for name in TIMES:
            if name not in self.fields:
                continue
            field = self.fields[name]
            self.fields[name] = WallClockField(
                required=field.required, widget=field.widget, label=field.label, help_text=field.help_text
            )
            if (moment := self.stored[name]) is not None:
                self.initial[name] = wall_of(moment, known_zone)

    def clean_time_zone(self) -> str:
        """Return the IANA name of what was typed; what names no zone is left for the model's validator to refuse."""
        typed: str = self.cleaned_data["time_zone"]
        return time_zone_named(typed) or typed

    def clean(self) -> dict[str, Any]:
        """Turn the times on the wall into moments; a gap or an overlap of the clocks is told at its field."""
        cleaned = super().clean()
        zone_name = cleaned.get("time_zone") or self.stored_zone
        for name in TIMES:
            if cleaned.get(name) is None:
                continue
            if time_zone_named(zone_name) is None:
                del cleaned[name]
                continue
            try:
                cleaned[name] = self._moment(name, cleaned[name], zone_name)
            except (ClockChangeError, OverflowError) as error:
                self.add_error(name, ValidationError(str(error)))
        return cleaned

    def _moment(self, name: str, wall: dt.datetime, zone_name: str) -> dt.datetime:
        """Return the moment that is meant. What was not edited stays as it was, to the second and on its side of an overlap."""
        stored = self.stored[name]
        if stored is not None and zone_name == self.stored_zone and is_same_minute(wall, self.initial[name]):
            return stored
        return moment_of(wall, zone_name)

    def _post_clean(self) -> None:
        """Judge the times against each other only as they were typed: one that cannot be read is not replaced by the stored one."""
        if any(name in self.errors for name in (*TIMES, "time_zone")):
            for name in TIMES:
                self.cleaned_data.pop(name, None)
                setattr(self.instance, name, None)
        super()._post_clean()
