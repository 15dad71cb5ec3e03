"""`setup_roles`: makes the groups 'Academy editors' and 'Access managers', or brings their permissions up to date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from home.roles import ensure_roles


class Command(BaseCommand):
    help = "Make the admin's groups with their permissions."

    def handle(self, *args: Any, **options: Any) -> None:
        editors, managers = ensure_roles()
        self.stdout.write(f"Groups ready: {editors.name}, {managers.name}.")
