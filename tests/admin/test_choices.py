"""Every field of every form in the admin, posted with every choice it offers: it is kept as posted, or refused at that field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.urls import reverse
from taggit.forms import TagField
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks import BlockField
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from programmes.forms import WallClockField
from tests.admin.content import page_models
from tests.admin.test_audience_form import edit_address
from tests.editors import form_fields

pytestmark = pytest.mark.walk

# Of longer lists the first, the last and one in the middle: they are rows or names of one kind.
MOST_CHOICES = 4
RICH_TEXT = json.dumps(
    {"blocks": [{"key": "a", "text": "Words", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}],
     "entityMap": {}}
)  # fmt: skip
# Wagtail shows it in a panel beside the form.
BESIDE = {"comment_notifications"}
Posted = list[Any]


def some(values: list[Any]) -> list[Any]:
    return values if len(values) <= MOST_CHOICES else [values[0], values[len(values) // 2], values[-1]]


def of_choice(field: Any) -> Posted:
    # All of them where each means something else; languages are many of one kind.
    return (some if len(field.choices) > 20 else list)([str(value) for value, _ in field.choices])


def of_row(field: Any) -> Posted:
    rows = [str(row.pk) for row in field.queryset[:50]]
    return some(rows) + ([] if field.required else [""])


def of_rows(field: Any) -> Posted:
    rows = [str(row.pk) for row in field.queryset[:50]]
    return [[], rows[:1], rows]


def of_text(field: Any) -> Posted:
    if isinstance(field.widget, DraftailRichTextArea):
        return [RICH_TEXT]
    return ["Another word"[: field.max_length]] + ([""] if field.required else [])


# What each kind of form field is tried with. A kind that is not here has no case: the test fails and asks for one.
KINDS: dict[type[forms.Field], Callable[[Any], Posted]] = {
    forms.ModelMultipleChoiceField: of_rows,
    forms.ModelChoiceField: of_row,
    forms.MultipleChoiceField: lambda field: [[str(value)] for value, _ in field.choices],
    forms.ChoiceField: of_choice,
    forms.BooleanField: lambda field: ["on", None],
    forms.UUIDField: lambda field: [],
    forms.SlugField: lambda field: ["another-slug", "Another slug!", ""],
    forms.URLField: lambda field: ["https://example.org/", "javascript:alert(1)", ""],
    forms.EmailField: lambda field: ["a@example.org", "nobody", ""],
    WallClockField: lambda field: ["2030-01-01 10:00", "2027-03-28 01:30", "soon", ""],
    forms.DateTimeField: lambda field: ["2030-01-01 10:00", "2001-01-01 10:00", "soon", ""],
    forms.DateField: lambda field: ["2030-01-01", "soon", ""],
    forms.IntegerField: lambda field: ["3", "-1", "many", ""],
    TagField: lambda field: ["flow", ""],
    # Blocks are tried one by one in test_publishing.
    BlockField: lambda field: [],
    forms.FileField: lambda field: [],
    forms.CharField: of_text,
}


def values_of(field: forms.Field) -> Posted:
    for kind in type(field).__mro__:
        if kind in KINDS:
            return KINDS[kind](field)
    raise LookupError(f"no case for {type(field).__name__}: add it to KINDS in tests/admin/test_choices.py")


def form_errors(form: Any) -> dict[str, Any]:
    """The errors of a form and of the forms inside it, by field."""
    told = {name: list(errors) for name, errors in form.errors.items()}
    for name, formset in getattr(form, "formsets", {}).items():
        if not formset.is_valid():
            told[name] = formset.errors
    return told


def tried(form: Any, posted: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Give each field with the name it is posted under and each value it is tried with, the fields of parts included."""
    for name, field in form.fields.items():
        for value in values_of(field) if name not in BESIDE else ():
            yield name, name, value
    for relation, formset in getattr(form, "formsets", {}).items():
        for part in formset.forms[:1]:
            for name, field in part.fields.items():
                if name not in ("id", "ORDER", "DELETE") and f"{part.prefix}-{name}" in posted:
                    for value in values_of(field):
                        yield relation, f"{part.prefix}-{name}", value


def editable() -> list[Any]:
    return [*page_models(), *get_snippet_models()]


@pytest.mark.parametrize("model", editable(), ids=lambda model: model.__name__)
def test_every_choice_of_every_form_is_kept_or_refused_at_its_field(everything, admin, model):
    admin.raise_request_exception = False
    thing, wrong = everything[model], []
    url = edit_address(thing)
    fields = form_fields(admin, url)
    form = admin.get(url).context["form"]
    for owner, name, value in list(tried(form, fields)):
        data = {key: kept for key, kept in (fields | {name: value}).items() if kept is not None}
        with transaction.atomic():
            answer = admin.post(url, data)
            told = form_errors(answer.context["form"]) if answer.status_code == 200 else {}
            if answer.status_code == 302:
                stored = form_fields(admin, url).get(name)
                if value is not None and not is_kept(value, stored):
                    wrong.append((name, value, f"became {stored!r}"))
            elif answer.status_code != 200 or not told.keys() & {owner, *form.fields}:
                wrong.append((name, value, answer.status_code, told))
            transaction.set_rollback(True)
    assert wrong == []


def is_kept(value: Any, stored: Any) -> bool:
    """Whether a form shows what was posted: in any order and letter case, trimmed, rich text in its own way."""
    if value == RICH_TEXT or (
        isinstance(value, str) and isinstance(stored, str) and value.strip().casefold() in stored.casefold()
    ):
        return True
    if isinstance(value, list):
        return sorted(value) == sorted(stored or [])
    return (stored or "") == value


def test_every_setting_is_kept_or_refused_at_its_field(site, admin):
    admin.raise_request_exception = False
    for label in (("home", "academysettings"), ("search", "searchsettings")):
        url = admin.get(reverse("wagtailsettings:edit", args=label)).headers.get("Location")
        url = url or reverse("wagtailsettings:edit", args=label)
        fields = form_fields(admin, url)
        form = admin.get(url).context["form"]
        for owner, name, value in list(tried(form, fields)):
            data = {key: kept for key, kept in (fields | {name: value}).items() if kept is not None}
            with transaction.atomic():
                answer = admin.post(url, data)
                assert answer.status_code in (200, 302), (label, name, value)
                if answer.status_code == 200:
                    assert owner in form_errors(answer.context["form"]), (label, name, value)
                transaction.set_rollback(True)


def test_every_panel_of_a_form_shows_its_field(everything, admin):
    """A panel whose field is not in the form saves nothing."""
    for model in page_models():
        thing = everything[model]
        html = admin.get(edit_address(thing)).content.decode()
        form = admin.get(edit_address(thing)).context["form"]
        for name in form.fields:
            if not isinstance(thing, Page) or name != "comment_notifications":
                assert f'name="{name}' in html or f'name="{name}-' in html or f'id="{name}' in html, (model, name)
