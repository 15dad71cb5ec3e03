"""Gives every template the academy's settings, so that its name stands in one place only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .models import AcademySettings


def academy(request: HttpRequest) -> dict[str, Any]:
    """Return `academy`, the settings of the request's site (read when a template first asks)."""
    from django.utils.functional import SimpleLazyObject

    return {"academy": SimpleLazyObject(lambda: AcademySettings.for_request(request))}
