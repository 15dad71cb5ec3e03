"""Tells every page who is signed in, and where to sign in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cms.access.principals import PrincipalKind


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Return what every template may show of who is signed in: `signed_in_as` and `sign_in_url` (context processor)."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not getattr(request, "user", None):
        return {"signed_in_as": "", "sign_in_url": reverse("sign_in")}
    user: Any = request.user
    if not user.is_authenticated:
        return {"signed_in_as": "", "sign_in_url": reverse("sign_in")}
    principal: Any = getattr(request, "principal", None)
    organisation = principal.organisation_name if principal and principal.kind is PrincipalKind.MEMBER else ""
    name = user.get_full_name() or user.get_username()
    return {"signed_in_as": f"{name}, {organisation}" if organisation else name, "sign_in_url": reverse("sign_in")}
