"""Registers the access app and its system checks with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "cms.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        from . import checks, signed_subjects  # noqa: F401
