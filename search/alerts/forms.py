"""What a visitor fills in to follow a search."""

from __future__ import annotations

from typing import Any

from django import forms

from ..glossary import glossary
from ..language.queries import understand
from ..models import Frequency
from .matches import selection_of

LONGEST_QUERY_STRING = 2_000


class AlertForm(forms.Form):
    """An address and how often; `search` is the search's own address. `website` is left empty by people, not by robots."""

    email = forms.EmailField(
        label="Your email address",
        max_length=254,
        error_messages={
            "required": "Enter your email address.",
            "invalid": "Enter an email address in the correct format, like name@example.com.",
        },
    )
    frequency = forms.ChoiceField(
        label="How often", choices=Frequency.choices, initial=Frequency.WEEKLY, widget=forms.RadioSelect
    )
    search = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY_STRING)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def clean_search(self) -> str:
        """Return the search in its canonical form; a search for nothing can have no news."""
        selection = selection_of(self.cleaned_data["search"])
        if not understand(selection.text, synonyms=glossary().synonyms).is_searchable:
            raise forms.ValidationError("Search for something first, then follow that search.")
        query_string = selection.query_string()
        if len(query_string) > LONGEST_QUERY_STRING:
            raise forms.ValidationError(
                "This search has too many words and filters to be followed. Remove some of them."
            )
        return query_string

    @property
    def is_from_a_robot(self) -> bool:
        """Whether the field that people do not see was filled in."""
        data: Any = self.data
        return bool(data.get("website"))
