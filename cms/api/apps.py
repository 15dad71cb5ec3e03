"""Registers the API's plumbing and its commands with Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "cms.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        from cms.publishing.webhooks.notices import name_types_with

        from .types.webhook_types import type_name

        name_types_with(type_name)
