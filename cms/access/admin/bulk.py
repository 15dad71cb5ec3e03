"""The bulk action "Change audience": many pages or people at once, each refused with its reason where it may not be."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import classproperty
from wagtail import hooks
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from cms.access.audiences import audience_words, describe_all
from cms.access.changing import change_audience, refusal
from cms.access.forms import NO_ORGANISATION
from cms.access.models import AudienceMixin, MemberOrganisation
from cms.access.visibility import Audience
from cms.access.widgets import AudienceRadios, SearchableSelectMultiple


class AudienceForm(forms.Form):
    """Who may see the chosen things from now on."""

    audience = forms.ChoiceField(choices=Audience.choices, widget=AudienceRadios)
    audience_organisations = forms.ModelMultipleChoiceField(
        MemberOrganisation.objects.all(), required=False, label="Chosen organisations", widget=SearchableSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience_organisations"].widget.noun = "member organisation"

    def clean(self) -> dict[str, Any]:
        """Refuse 'chosen organisations' without any."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("audience") == Audience.CHOSEN and not cleaned.get("audience_organisations"):
            self.add_error("audience_organisations", NO_ORGANISATION)
        return cleaned

    @property
    def organisations(self) -> list[MemberOrganisation]:
        """The organisations where they count."""
        is_chosen = self.cleaned_data["audience"] == Audience.CHOSEN
        return list(self.cleaned_data["audience_organisations"]) if is_chosen else []


class AudienceBulkAction:
    """What the action does, for pages and for snippets alike."""

    display_name = "Change audience"
    action_type = "change_audience"
    aria_label = "Change who may see the selected items"
    template_name = "access/change_audience.html"
    # After Unpublish: what withdraws stays in the first row.
    action_priority = 60
    form_class = AudienceForm
    request: Any
    cleaned_form: Any

    def check_perm(self, obj: Any) -> bool:
        """Whether the editor may change the audience of `obj`."""
        return not refusal(specific(obj), self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the confirmation shows: each thing with its present audience, and the others with the reason."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        objects = [specific(row["item"]) for row in context["items"]]
        describe_all(objects)
        refused = [row["item"] if isinstance(row, dict) else row for row in context["items_with_no_access"]]
        return context | {
            "things": objects,
            "refused": [(thing, refusal(specific(thing), self.request.user)) for thing in refused],
        }

    def get_execution_context(self) -> dict[str, Any]:
        """Return the editor's choice."""
        return {
            "user": self.request.user,
            "audience": self.cleaned_form.cleaned_data["audience"],
            "organisations": self.cleaned_form.organisations,
        }

    @classmethod
    def execute_action(cls, objects: Any, **context: Any) -> tuple[int, int]:
        """Change each, and return how many."""
        for thing in objects:
            change_audience(specific(thing), context["audience"], context["organisations"], context["user"])
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        """Return what is told on the list afterwards."""
        names = [organisation.name for organisation in self.cleaned_form.organisations]
        words = audience_words(self.cleaned_form.cleaned_data["audience"], names)
        count = "1 item" if num_parent_objects == 1 else f"{num_parent_objects} items"
        return (
            f"Audience changed for {count}: {words}. Live pages were published with the change. Drafts are still "
            "drafts."
        )


def specific(thing: Any) -> Any:
    """Return a page as its own type; anything else as it is."""
    return thing.specific if hasattr(thing, "specific_class") else thing


@hooks.register("register_bulk_action")
class PageAudienceBulkAction(AudienceBulkAction, PageBulkAction):
    """Change audience, in the explorer, the search and the lists of pages."""


@hooks.register("register_bulk_action")
class SnippetAudienceBulkAction(AudienceBulkAction, SnippetBulkAction):
    """Change audience, in the lists of snippets that have one."""

    @classproperty
    def models(cls) -> list[Any]:
        """The types of snippets that have an audience."""
        return [model for model in get_snippet_models() if issubclass(model, AudienceMixin)]
