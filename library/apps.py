"""Registers the library app with Django."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = "Library"

    def ready(self) -> None:
        from . import periodic, reactions, views  # noqa: F401
