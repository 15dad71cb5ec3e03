"""Previews for front ends: a token in place of what is published, for the one page that it was made for."""

from __future__ import annotations

from typing import Any

import graphene
from django.db.models import Model

from cms.access.models import Preview

from .errors import ApiError, ErrorCode
from .planning import LoadPlan


def preview_argument() -> graphene.Argument:
    return graphene.Argument(
        graphene.String,
        description="Shows the page as an editor sees it in the form, saved or not. Use the `previewToken` from the "
        "address that opened your preview. It is valid for 15 minutes and for this page only. Everything else is as "
        "published.",
    )


def previewed(plan: LoadPlan, token: str, model: type[Model] | None = None, **expected: Any) -> Any:
    """Return the draft that `token` opens, if it is a `model` and has the `expected` attributes.

    Raises the same ApiError whatever is wrong: no such token, over, taken back, or made for another page. Such an answer is
    never cached.
    """
    plan.request.is_cacheable = False
    preview = Preview.objects.opened_by(token, plan.request.at)
    draft = preview.draft() if preview is not None else None
    if draft is None or (model is not None and type(draft) is not model):
        raise no_preview()
    if any(getattr(draft, name) != value for name, value in expected.items()):
        raise no_preview()
    return draft


def no_preview() -> ApiError:
    """Return the one error for every token that opens nothing here."""
    return ApiError(
        "This preview has ended, or is for another page. Open it again from the editor's form.", ErrorCode.NOT_FOUND
    )
