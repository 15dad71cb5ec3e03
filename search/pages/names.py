"""What has a name and a page of its own: topics, people, core areas, priority groups and member organisations, declared once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from cms.access.models import MemberOrganisation
from cms.site.requests import VisitorRequest
from programmes.models import CoreArea, Person, PriorityGroup, Topic


@dataclass(frozen=True, slots=True)
class NamedKind:
    """A kind of thing with a page for each: `path` stands in addresses, `narrows` is the filter of the library's list.

    `title` and `introduction` head the list of all; `describe` tells the thing itself, in a sentence or two.
    """

    path: str
    model: Any
    narrows: str
    label: str
    title: str
    introduction: str
    describe: Callable[[Any], str]

    def visible(self, request: VisitorRequest) -> QuerySet[Any]:
        """Return the things of this kind that the visitor may see."""
        return self.model._default_manager.visible_to(request.principal)


def _described(term: Any) -> str:
    return str(term.description)


def _of_person(person: Person) -> str:
    return ", ".join(filter(None, [person.job_title, str(person.organisation or "")]))


def _of_organisation(organisation: MemberOrganisation) -> str:
    return ", ".join(filter(None, [organisation.get_sector_display(), organisation.place]))


NAMED_KINDS = (
    NamedKind("topics", Topic, "topic", "Topic", "Topics", "What sessions, recordings and materials are about.", _described),
    NamedKind("people", Person, "person", "Person", "People", "Who speaks, leads and hosts.", _of_person),
    NamedKind("areas", CoreArea, "core_area", "Core area", "Core areas", "What the academy works on.", _described),
    NamedKind(
        "groups", PriorityGroup, "priority_group", "Priority group", "Priority groups",
        "The leaders whose development comes first.", _described,
    ),
    NamedKind(
        "organisations", MemberOrganisation, "organisation", "Member organisation", "Member organisations",
        "The employers and partners that belong to the academy.", _of_organisation,
    ),
)  # fmt: skip
KIND_OF_PATH = {kind.path: kind for kind in NAMED_KINDS}
_KIND_OF_MODEL = {kind.model: kind for kind in NAMED_KINDS}


def address_of(thing: Any) -> str:
    """Return the path of the page of a topic, person, core area, priority group or organisation; "" for anything else."""
    kind = _KIND_OF_MODEL.get(type(thing))
    return reverse("names:page", args=[kind.path, thing.slug]) if kind and thing.slug else ""
