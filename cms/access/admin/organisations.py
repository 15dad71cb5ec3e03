"""The end of a membership: an organisation is not deleted but ended, so that what was shared with it stays on record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.widgets.button import Button

from cms.access.models import ApiKey, MemberOrganisation, things_shared_with


def end_button(organisation: MemberOrganisation) -> dict[str, Any]:
    """Return the words and the address of what can be done: end a membership, or resume one that has ended."""
    if organisation.has_ended:
        return {
            "label": "Resume membership",
            "icon_name": "undo",
            "url": reverse("access_resume", args=[organisation.pk]),
        }
    return {
        "label": "End membership",
        "icon_name": "circle-xmark",
        "url": reverse("access_end", args=[organisation.pk]),
    }


@hooks.register("register_snippet_listing_buttons")
def organisation_buttons(snippet: Any, user: Any, next_url: str | None = None) -> Iterator[Button]:
    """Offer it in the list of organisations."""
    if isinstance(snippet, MemberOrganisation) and user.has_perm("access.change_memberorganisation"):
        yield Button(**end_button(snippet), priority=90)


def _what_stops(organisation: MemberOrganisation) -> list[str]:
    keys = ApiKey.objects.filter(client__organisation=organisation, revoked_at=None)
    members = organisation.memberships.select_related("user")
    shared = len(things_shared_with(organisation))
    return [
        *(f"Key {key.mark} of {key.client.name} opens nothing any more." for key in keys.select_related("client")),
        *(
            f"Its calendar address {address.mark} opens nothing any more."
            for address in organisation.calendar_addresses.filter(revoked_at=None)
        ),
        *(f"{membership.user} sees no more than the public." for membership in members),
        *(f"Webhooks of {client.name} will not get any more messages." for client in organisation.api_clients.all()),
        f"{shared} page{'' if shared == 1 else 's and people'} shared with it will not change."
        if shared
        else "Nothing is shared with it alone or among others.",
    ]


@permission_required("access.change_memberorganisation")
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what stops, then end the membership."""
    organisation = get_object_or_404(MemberOrganisation, pk=pk)
    if request.method == "POST":
        organisation.end()
        messages.success(
            request, f"The membership of {organisation} has ended. Its keys, members and webhooks have stopped working."
        )
        return redirect("wagtailsnippets_access_memberorganisation:edit", organisation.pk)
    words = {"title": "End membership", "verb": "End the membership", "stops": _what_stops(organisation)}
    return render(request, "access/membership_end.html", {"organisation": organisation, **words})


@permission_required("access.change_memberorganisation")
def resume_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then let a membership go on that has ended."""
    organisation = get_object_or_404(MemberOrganisation, pk=pk)
    if request.method == "POST":
        organisation.resume()
        messages.success(request, f"{organisation} is a member again. Its API clients need new keys.")
        return redirect("wagtailsnippets_access_memberorganisation:edit", organisation.pk)
    stops = ["Its members can see what is shared with them again.", "Its revoked keys stay revoked: make new ones."]
    words = {"title": "Resume membership", "verb": "Resume the membership", "stops": stops}
    return render(request, "access/membership_end.html", {"organisation": organisation, **words})


@hooks.register("register_admin_urls")
def register_membership_urls() -> list:
    """The addresses of the pages above."""
    return [
        path("organisations/<int:pk>/end/", end_membership, name="access_end"),
        path("organisations/<int:pk>/resume/", resume_membership, name="access_resume"),
    ]
