"""`seed_demo`: fills the site with demo content and prints how to sign in and how to ask the API. Safe to run again."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone

from cms.access.models import ApiClient, MemberOrganisation, Membership
from home.demo import content
from home.demo.seeding import seed
from home.roles import ensure_roles


class Command(BaseCommand):
    help = "Make the demo content, a demo editor, a demo member and a demo partner's API key."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seed()
        new = ", ".join(f"{count} {name}" for name, count in made.items() if count) or "nothing new: all is there"
        # A fixed password only where settings say so (a developer's machine); elsewhere one that nobody can guess.
        password = getattr(settings, "DEMO_PASSWORD", "") or secrets.token_urlsafe(12)
        partner = MemberOrganisation.objects.get(slug=content.DEMO_PARTNER)
        editors, managers = ensure_roles()
        _user("editor", password).groups.set([editors, managers])
        Membership.objects.update_or_create(user=_user("member", password), defaults={"organisation": partner})
        client, _ = ApiClient.objects.get_or_create(organisation=partner, name="Demo intranet")
        client.keys.filter(revoked_at=None).update(revoked_at=timezone.now())
        _, key = client.issue_key()
        self.stdout.write(f"Demo content: {new}.")
        self.stdout.write(f"  Site           {settings.BASE_URL}/")
        self.stdout.write(f"  Search         {settings.BASE_URL}/search/?q=small+tests+of+change")
        self.stdout.write(f"  Admin          {settings.BASE_URL}/admin/    editor / {password}")
        self.stdout.write(f"  A member       {settings.BASE_URL}/sign-in/    member / {password}")
        self.stdout.write(
            f"  GraphQL        {settings.BASE_URL}/graphql/    to try it: {settings.BASE_URL}/graphql/explore/"
        )
        self.stdout.write(f"  Partner's key  {key}    (of {partner}; a new one each time)")


def _user(name: str, password: str) -> Any:
    user, _ = get_user_model().objects.get_or_create(username=name, defaults={"email": f"{name}@example.org"})
    user.set_password(password)
    user.save()
    return user
