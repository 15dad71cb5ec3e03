"""Registers the search app with Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from . import periodic, reactions  # noqa: F401
