"""Tells which partners' registered queries the next schema would break, where, and what to use instead, before it is released."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localtime

from cms.access.models import TrustedDocument, document_id_of
from cms.api.http.trusted_documents import published_documents
from cms.api.queries.document_checks import Finding, findings

from .check_schema_changes import RELEASED, present_schema, read_schema


class Command(BaseCommand):
    help = (
        "Check every registered query of every API client against the new schema. List what would break, on which "
        "line and what to use instead, and what is deprecated. The exit code is 1 when something would break."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schema", type=Path, help="A file with the next schema; the code's own unless given.")
        parser.add_argument("--released", type=Path, default=RELEASED, help="The schema that partners have now.")

    def handle(self, *args: Any, schema: Path | None, released: Path, **options: Any) -> None:
        following = read_schema(schema) if schema else present_schema()
        before = read_schema(released)
        known: dict[str, list[Finding]] = {}
        broken = warned = count = 0
        owner = ""
        for whose, name, last_used, text in registered():
            count += 1
            document_id = document_id_of(text)
            if document_id not in known:
                known[document_id] = findings(text, following, before)
            found = known[document_id]
            if not found:
                continue
            if whose != owner:
                owner = whose
                self.stdout.write(whose)
            self.stdout.write(f"  {name} ({document_id[:8]}…), {last_used}")
            for finding in found:
                self.stdout.write(f"    {'BREAKS' if finding.is_break else 'old   '}  {finding}")
            broken += any(finding.is_break for finding in found)
            warned += not any(finding.is_break for finding in found)
        if broken:
            raise CommandError(
                f"{broken} of {count} registered queries would break; {warned} more use deprecated fields. Contact "
                f"their owners, and keep what they use until it has been deprecated for 90 days.",
                returncode=1,
            )
        self.stdout.write(f"None of {count} registered queries would break; {warned} use deprecated fields.")


def registered() -> Iterator[tuple[str, str, str, str]]:
    """Yield every registered query, client by client: whose it is, its name, when it was last used (in words), its text."""
    for name, text in published_documents().values():
        yield "Published with the schema", name, "for everybody", text
    rows = TrustedDocument.objects.select_related("client__organisation").order_by(
        "client__organisation__name", "client__name", "name", "pk"
    )
    for row in rows.iterator():
        used = f"last used {localtime(row.last_used_at):%-d %B %Y}" if row.last_used_at else "not used yet"
        yield str(row.client or "Everybody"), row.name, used, row.text
