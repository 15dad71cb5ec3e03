"""Registers the publishing app and connects the house's signals, once."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "cms.publishing"
    label = "publishing"
    verbose_name = "Publishing"

    def ready(self) -> None:
        from . import (
            periodic,  # noqa: F401
            signals,
        )

        signals.connect()
