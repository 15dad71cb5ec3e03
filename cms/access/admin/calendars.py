"""An organisation's calendar address in the admin: made, made anew, revoked; shown on one page, once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.auth import permission_required

from cms.access.models import CalendarAddress, MemberOrganisation


def calendar_button(organisation: MemberOrganisation) -> dict[str, Any]:
    """Return the words and the address of the page about an organisation's calendar."""
    return {"label": "Calendar address", "icon_name": "calendar", "url": _page_of(organisation.pk)}


def _page_of(pk: int) -> str:
    return reverse("access_calendar", args=[pk])


@permission_required("access.view_apikey")
def calendar_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whether the organisation has an address, with what can be done."""
    organisation = get_object_or_404(MemberOrganisation, pk=pk)
    user: Any = request.user
    context = {
        "organisation": organisation,
        "address": organisation.calendar_addresses.filter(revoked_at=None).first(),
        "may_make": user.has_perm("access.add_apikey") and not organisation.has_ended,
        "may_end": user.has_perm("access.change_apikey"),
    }
    return render(request, "access/calendar_address.html", context)


@require_POST
@permission_required("access.add_apikey")
def make_calendar_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an address, in place of the one before, and show it on this one page."""
    organisation = get_object_or_404(MemberOrganisation, pk=pk)
    try:
        token = CalendarAddress.objects.issue(organisation)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_page_of(pk))
    address = settings.BASE_URL + reverse("calendar:shared", args=[token])
    response = render(request, "access/calendar_shown_once.html", {"organisation": organisation, "address": address})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@permission_required("access.change_apikey")
def revoke_calendar_address(request: HttpRequest, pk: int) -> HttpResponse:
    """End the organisation's address at once."""
    organisation = get_object_or_404(MemberOrganisation, pk=pk)
    for address in organisation.calendar_addresses.filter(revoked_at=None):
        address.revoke()
    messages.success(request, f"The calendar address of {organisation} is revoked: it opens nothing from now on.")
    return redirect(_page_of(pk))


@hooks.register("register_admin_urls")
def register_calendar_urls() -> list:
    """The addresses of the pages above."""
    return [
        path("organisations/<int:pk>/calendar/", calendar_address, name="access_calendar"),
        path("organisations/<int:pk>/calendar/make/", make_calendar_address, name="access_make_calendar"),
        path("organisations/<int:pk>/calendar/revoke/", revoke_calendar_address, name="access_revoke_calendar"),
    ]
