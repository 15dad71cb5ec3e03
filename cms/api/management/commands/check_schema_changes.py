"""Refuses a schema that takes something away from partners without the notice they were promised."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string
from graphql import GraphQLError, GraphQLSchema, build_schema, print_schema

from cms.api.queries.schema_changes import Break, breaks, risks, wrong_deprecations

RELEASED = Path(__file__).resolve().parents[3] / "schema.released.graphql"
_HEAD = re.compile(r"# Released on (\d{4}-\d{2}-\d{2})\b")


class Command(BaseCommand):
    help = (
        "Compare the GraphQL schema with the last released one (cms/schema.released.graphql). Refuse changes that "
        "would break partners' queries, unless what they remove has been deprecated for 90 days. --release records "
        "the current schema as released."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--release", action="store_true", help="Take the present schema as released, if nothing is refused."
        )
        parser.add_argument("--released", type=Path, default=RELEASED, help="The released schema's file.")
        parser.add_argument("--schema", type=Path, help="A file with the new schema; the code's own unless given.")
        parser.add_argument("--today", type=date.fromisoformat, help="Judge as if it were this day, e.g. 2027-03-01.")

    def handle(
        self,
        *args: Any,
        release: bool,
        released: Path,
        schema: Path | None,
        today: date | None,
        **options: Any,
    ) -> None:
        today = today or timezone.localdate()
        present = read_schema(schema) if schema else present_schema()
        if not (release and not released.exists()):
            self._compare(read_schema(released), released_on(released), present, today)
        if release:
            head = f"# Released on {today}. Written by `check_schema_changes --release`; never edit it by hand.\n"
            released.write_text(head + print_schema(present) + "\n", encoding="utf-8")
            self.stdout.write(f"{released.name}: written")

    def _compare(self, before: GraphQLSchema, day: date, present: GraphQLSchema, today: date) -> None:
        found = [*breaks(before, present, today), *wrong_deprecations(before, day, present)]
        for sentence in risks(before, present):
            self.stdout.write(f"  mind     {sentence}")
        for change in found:
            self.stdout.write(line_of(change))
        refused = sum(change.is_refused for change in found)
        if refused:
            raise CommandError(
                f"{refused} change{'s' if refused > 1 else ''} would break partners (compared with the release of "
                f"{day}).",
                returncode=1,
            )
        self.stdout.write(f"Nothing breaks a query written for the schema of {day}.")


def line_of(change: Break) -> str:
    """Return a break as a line for people."""
    return (
        f"  REFUSED  {change.what} {change.advice}"
        if change.is_refused
        else f"  allowed  {change.what} It was deprecated long enough."
    )


def present_schema() -> GraphQLSchema:
    """Return the code's schema as partners read it: from its text, for graphene's own classes compare unlike any others."""
    return build_schema(print_schema(import_string(settings.GRAPHENE["SCHEMA"]).graphql_schema))


def read_schema(path: Path) -> GraphQLSchema:
    """Return the schema in a file; raises CommandError that says what is wrong with it."""
    try:
        return build_schema(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}.", returncode=2) from error
    except (GraphQLError, TypeError) as error:
        raise CommandError(f"{path} is not a valid GraphQL schema. {error}", returncode=2) from error


def released_on(path: Path) -> date:
    """Return the day in the released schema's first line; raises CommandError when it stands not there."""
    match = _HEAD.match(path.read_text(encoding="utf-8"))
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        message = f"{path} does not start with a line `# Released on 2026-11-22`. Take the file from the last release."
        raise CommandError(message, returncode=2) from None
