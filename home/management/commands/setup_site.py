"""`setup_site`: makes what every site has: the pages for programmes and library, and the admin's groups."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from home.fixed_pages import ensure_pages
from home.roles import ensure_roles


class Command(BaseCommand):
    help = "Make the fixed pages and the admin's groups, or bring the groups' permissions up to date."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_pages()
        editors, managers = ensure_roles()
        self.stdout.write(f"Pages ready: Programmes, Library. Groups ready: {editors.name}, {managers.name}.")
