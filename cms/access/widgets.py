"""Form widgets for choosing many of a long list, and for the audience.

Below the script there is always the native field: forms, autosave, comparison and tests see the values they know.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.staticfiles import versioned_static

SCRIPT = "access/choose-many.js"


class SearchableSelectMultiple(forms.SelectMultiple):
    """A list of what is chosen, each with a button that removes it, and a box that searches the rest.

    `create_url` (set by the panel, for whoever has the right) adds "Create …" for a name that is not there yet.
    """

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__(attrs, choices)
        self.create_url = ""
        self.noun = "item"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the native field inside the element that the script turns into a chooser."""
        return format_html(
            '<div class="choose-many" data-controller="academy-choose-many" data-academy-choose-many-noun-value="{}" '
            'data-academy-choose-many-create-url-value="{}">{}</div>',
            self.noun,
            self.create_url,
            super().render(name, value, attrs, renderer),
        )

    @property
    def media(self) -> forms.Media:
        return forms.Media(css={"all": [versioned_static("access/choose-many.css")]}, js=[versioned_static(SCRIPT)])


class AudienceRadios(forms.RadioSelect):
    """The audiences below each other, a click away; the organisations show where they count."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the buttons as a named group, which tells the script when another is chosen."""
        return format_html(
            '<div role="radiogroup" aria-label="Audience" data-controller="academy-audience" '
            'data-action="change->academy-audience#show">{}</div>',
            super().render(name, value, attrs, renderer),
        )

    @property
    def media(self) -> forms.Media:
        return forms.Media(js=[versioned_static(SCRIPT)])
