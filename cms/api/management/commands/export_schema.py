"""Writes the schema's text beside the schema, or says that the two differ."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string
from graphql import print_schema

PATH = Path(__file__).resolve().parents[3] / "schema.graphql"
MAX_LINES = 60


class Command(BaseCommand):
    help = "Write the GraphQL schema to cms/schema.graphql, or check that the file is up to date (--check)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; exit 1 when the file is out of date.")
        parser.add_argument(
            "--path", type=Path, default=PATH, help="The path of the file (default: cms/schema.graphql)."
        )

    def handle(self, *args: Any, check: bool, path: Path, **options: Any) -> None:
        text = print_schema(import_string(settings.GRAPHENE["SCHEMA"]).graphql_schema) + "\n"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if not check:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path.name}: {'as it was' if before == text else 'written'}")
            return
        if before != text:
            changes = difflib.unified_diff(
                before.splitlines(), text.splitlines(), "in the file", "in the code", lineterm=""
            )
            self.stdout.write("\n".join(list(changes)[:MAX_LINES]))
            raise CommandError(
                f"{path.name} is out of date. Run `python manage.py export_schema` and commit it.", returncode=1
            )
        self.stdout.write(f"{path.name} is up to date")
