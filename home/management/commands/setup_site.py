"""`setup_site`: makes what every site has: the pages for programmes and library, and the admin's groups."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from home.fixed_pages import ensure_pages, pages_in_the_way
from home.roles import ensure_roles


class Command(BaseCommand):
    help = "Make the fixed pages and the admin's groups, or update the groups' permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_pages()
        editors, managers = ensure_roles()
        for page in pages_in_the_way():
            self.stderr.write(
                f"The page '{page.title}' (/{page.slug}/) can no longer be reached, because the site itself uses "
                "that address. Give the page another slug at "
                f"{settings.BASE_URL}{reverse('wagtailadmin_pages:edit', args=[page.pk])}"
            )
        self.stdout.write(f"Pages ready: Programmes, Library. Groups ready: {editors.name}, {managers.name}.")
