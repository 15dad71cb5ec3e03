"""Makes a key for an organisation's intranet or website, and shows it the one time it can be read."""

from __future__ import annotations

import difflib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from cms.access.models import ApiClient, MemberOrganisation

MAX_NAME_CHARACTERS = 120


class Command(BaseCommand):
    help = (
        "Make an API client for a member organisation, or another key for an existing client, and print the key once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="The organisation's slug or full name.")
        parser.add_argument("--name", required=True, help="What reads the API, e.g. 'Staff intranet'.")

    def handle(self, *args: Any, organisation: str, name: str, **options: Any) -> None:
        name = name.strip()
        if not name or len(name) > MAX_NAME_CHARACTERS:
            raise CommandError(f"--name must have 1 to {MAX_NAME_CHARACTERS} characters.", returncode=2)
        owner = find_organisation(organisation)
        if owner.has_ended:
            raise CommandError(
                f"The membership of {owner} has ended. Resume it in the admin, under Access.", returncode=2
            )
        client, is_new = ApiClient.objects.get_or_create(organisation=owner, name=name)
        _, text = client.issue_key()
        self.stderr.write(
            f"{'New client' if is_new else 'Another key for'} {client}. Keep the key safe: it is not shown again."
        )
        self.stdout.write(text)


def find_organisation(words: str) -> MemberOrganisation:
    """Return the organisation with this slug or name, letter case aside; raises CommandError with near ones otherwise."""
    found = MemberOrganisation.objects.filter(Q(slug__iexact=words.strip()) | Q(name__iexact=words.strip())).first()
    if found is not None:
        return found
    names = {
        form.lower(): f"{name} ({slug})"
        for name, slug in MemberOrganisation.objects.values_list("name", "slug")
        for form in (name, slug)
    }
    near = dict.fromkeys(names[form] for form in difflib.get_close_matches(words.lower(), names, n=6, cutoff=0.5))
    near.update(
        dict.fromkeys(label for form, label in names.items() if words.strip() and words.strip().lower() in form)
    )
    hint = f" Did you mean: {'; '.join(near)}?" if near else " Add it in the admin under Access, Organisations."
    raise CommandError(f"There is no member organisation '{words}'.{hint}", returncode=2)
