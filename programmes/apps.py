"""Registers the programmes app with Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = "Programmes"

    def ready(self) -> None:
        from . import periodic, reactions, views  # noqa: F401
