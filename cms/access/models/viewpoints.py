"""Whom an editor may look as: the public, a member of no organisation in particular, or one organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.access.principals import VISITOR, Principal, PrincipalKind, acting_for, principal_of_organisation
from cms.access.visibility import Audience

from .organisations import MemberOrganisation

if TYPE_CHECKING:
    from .audience import AudiencePage

PUBLIC = "public"
MEMBER = "member"
_ORGANISATION = "org:"
_MODE = "as:"
# The list of preview modes is for looking, not for searching: the screen "See it as …" has all organisations.
MOST_ORGANISATIONS = 10
# A member of an organisation with which nothing is shared by name: no row has this id, and no thing the token made of no UUID.
ANY_MEMBER = Principal(PrincipalKind.MEMBER, 0, "", "Any member organisation")


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Somebody as whom a page can be looked at: a key for addresses, words for the editor, and the principal that decides."""

    key: str
    label: str
    principal: Principal


def fixed_viewpoints() -> list[Viewpoint]:
    """Return those that need no organisation."""
    return [
        Viewpoint(PUBLIC, "the public", VISITOR),
        Viewpoint(MEMBER, "a member of any organisation", ANY_MEMBER),
    ]


def viewpoint_of_organisation(organisation: MemberOrganisation) -> Viewpoint:
    """Return how members and API clients of an organisation look."""
    return Viewpoint(f"{_ORGANISATION}{organisation.uuid}", organisation.name, principal_of_organisation(organisation))


def viewpoint_of(key: str) -> Viewpoint | None:
    """Return the viewpoint that a key stands for; None when there is none (any more)."""
    for viewpoint in fixed_viewpoints():
        if viewpoint.key == key:
            return viewpoint
    try:
        uuid = UUID(key.removeprefix(_ORGANISATION)) if key.startswith(_ORGANISATION) else None
    except ValueError:
        return None
    organisation = MemberOrganisation.objects.filter(uuid=uuid).first() if uuid else None
    return viewpoint_of_organisation(organisation) if organisation else None


@contextmanager
def looking_as(request: HttpRequest, viewpoint: Viewpoint) -> Iterator[Any]:
    """Make `request` one of somebody with this viewpoint, who is not signed in as an editor, inside the `with` block."""
    before = getattr(request, "user", None), getattr(request, "principal", None)
    request.user = AnonymousUser()
    request.principal = viewpoint.principal  # type: ignore[attr-defined]
    try:
        with acting_for(viewpoint.principal):
            yield request
    finally:
        request.user, request.principal = before  # type: ignore[attr-defined,assignment]


def preview_modes(page: AudiencePage) -> list[tuple[str, str]]:
    """Return the modes that show a page as others will get it: the public, any member, and the first chosen organisations."""
    chosen = list(page.audience_organisations.all())[:MOST_ORGANISATIONS] if page.audience == Audience.CHOSEN else []
    viewpoints = [*fixed_viewpoints(), *map(viewpoint_of_organisation, chosen)]
    return [(f"{_MODE}{viewpoint.key}", f"As {viewpoint.label}") for viewpoint in viewpoints]


def viewpoint_of_mode(mode_name: str) -> Viewpoint | None:
    """Return as whom a preview mode shows the page; None for any other mode."""
    return viewpoint_of(mode_name.removeprefix(_MODE)) if mode_name.startswith(_MODE) else None


def preview_as(request: HttpRequest, page: AudiencePage, viewpoint: Viewpoint) -> HttpResponse:
    """Answer the page in the form as somebody will get it once it is published, or say that they will not."""
    response: Any
    with looking_as(request, viewpoint):
        if viewpoint.principal.audience_tokens.isdisjoint(page.audience_tokens()):
            response = render(request, "access/preview_hidden.html", {"viewpoint": viewpoint})
        else:
            response = page.serve(request)
            if hasattr(response, "render"):
                response.render()
    response["Cache-Control"] = "private, no-store"
    return response
