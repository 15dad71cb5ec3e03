"""House rules on access as system checks, so that a mistake is named at start-up with its remedy."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error, register
from wagtail.models import get_page_models

from .models import AudiencePage

# Index pages and the like of Wagtail itself, which hold no content of ours.
EXEMPT_APP_LABELS = {"wagtailcore"}


@register("access")
def check_every_page_has_an_audience(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """access.E001: a page model without an audience would be open to everybody, whichever way they come."""
    return [
        Error(
            f"{model.__module__}.{model.__name__} is a page model but no AudiencePage.",
            hint="Derive it from cms.access.models.AudiencePage, so that visible_to() holds for it.",
            obj=model,
            id="access.E001",
        )
        for model in get_page_models()
        if model._meta.app_label not in EXEMPT_APP_LABELS and not issubclass(model, AudiencePage)
    ]


@register("access")
def check_wagtail_privacy_is_off(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """access.E002: Wagtail's page privacy lies outside revisions; two rules for one page disagree sooner or later."""
    return [
        Error(
            f"{model.__name__} offers Wagtail's page privacy.",
            hint="Set private_page_options = [] (AudiencePage does) and use the audience field.",
            obj=model,
            id="access.E002",
        )
        for model in get_page_models()
        if issubclass(model, AudiencePage) and model.private_page_options
    ]
