"""Tells webhooks by which name the API shows the rows of a model, so that a message and `changes` name the same type."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from ..loading.planning import api_type_name, has_api_type


def type_name(model: type[Model]) -> str:
    """Return the name of the GraphQL type that shows rows of `model`, e.g. `Recording`."""
    import_string(settings.GRAPHENE["SCHEMA"])  # types are declared when it is loaded, which a clock may not have done
    return api_type_name(model) if has_api_type(model) else "Page"
