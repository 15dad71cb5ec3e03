"""What is missing from a chooser, made on the spot: a name is enough, and the rest can be filled in later."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import path
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin
from wagtail.snippets.models import get_snippet_models

from cms.access.panels import may_create


@hooks.register("register_admin_urls")
def creating_urls() -> list:
    """Return the address that a chooser asks for a new row of a model."""
    return [path("create-on-the-spot/<str:label>/", create_on_the_spot, name="academy_create_on_the_spot")]


@require_POST
def create_on_the_spot(request: HttpRequest, label: str) -> JsonResponse:
    """Make a row of the model `label` with the name that was typed; the answer is its value and label, or an `error` in words."""
    model = _model_of(label)
    # Whoever may not add rows learns no more than that there is no such address.
    if not may_create(request.user, model):
        raise Http404
    name = " ".join(request.POST.get("name", "").split())
    same = model._default_manager.filter(name__iexact=name).first() if name else None
    if same is not None and model._meta.get_field("name").unique:
        return JsonResponse({"value": same.pk, "label": str(same), "told": f"{same} chosen"})
    try:
        with transaction.atomic():
            row = _new_row(model, name, request.user)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=400)
    is_draft = isinstance(row, DraftStateMixin)
    told = f"{row} created" + (" as a draft: visitors see it once it is published" if is_draft else "")
    return JsonResponse({"value": row.pk, "label": str(row), "told": told})


def _model_of(label: str) -> Any:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Http404 from error
    fields = {field.name for field in model._meta.get_fields()}
    if model not in get_snippet_models() or not {"name", "slug"} <= fields:
        raise Http404
    return model


def _new_row(model: Any, name: str, user: Any) -> models.Model:
    """Return a saved row; a draft where the model has drafts, since nobody has looked at it yet. ValidationError says why not."""
    if not name:
        raise ValidationError("Type a name first.")
    row = model(name=name, slug=_free_slug(model, name))
    if isinstance(row, DraftStateMixin):
        row.live = False
    row.full_clean()
    row.save()
    log(row, "wagtail.create", user=user)
    if isinstance(row, DraftStateMixin):
        row.save_revision(user=user)
    return row


def _free_slug(model: Any, name: str) -> str:
    most = model._meta.get_field("slug").max_length - 5
    stem = slugify(name)[:most] or model._meta.model_name
    candidate, number = stem, 2
    while model._default_manager.filter(slug=candidate).exists():
        candidate, number = f"{stem}-{number}", number + 1
    return candidate
