"""Registers the home app with Django."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = "Academy"

    def ready(self) -> None:
        from . import reactions, views  # noqa: F401
