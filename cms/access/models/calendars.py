"""The secret address at which an organisation's calendars read the sessions that are shared with it."""

from __future__ import annotations

import hashlib
import re
import secrets

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log

from .organisations import MemberOrganisation

_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
SHOWN_LETTERS = 6


class CalendarAddressQuerySet(models.QuerySet):
    def find(self, token: str) -> CalendarAddress | None:
        """Return the address with this token unless it is revoked or its organisation's membership has ended."""
        if not _TOKEN.fullmatch(token):
            return None
        usable = self.filter(token_hash=_hash(token), revoked_at=None, organisation__ended_at=None)
        return usable.select_related("organisation").first()

    def issue(self, organisation: MemberOrganisation) -> str:
        """Make a new address for `organisation` in place of any earlier one, and return its token: told once, kept nowhere."""
        with transaction.atomic():
            organisation = MemberOrganisation.objects.select_for_update().get(pk=organisation.pk)
            if organisation.has_ended:
                raise ValidationError(
                    f"The membership of {organisation} has ended. Resume it before you make a calendar address."
                )
            for former in self.filter(organisation=organisation, revoked_at=None):
                former.revoke()
            token = secrets.token_urlsafe(32)
            address = self.create(organisation=organisation, prefix=token[:SHOWN_LETTERS], token_hash=_hash(token))
            log(organisation, "access.calendar.issue", data={"address": address.mark})
        return token


def _hash(token: str) -> str:
    """Return the hash under which a token is kept. It holds 256 random bits, so a plain fast hash cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarAddress(models.Model):
    """Opens one feed of dates for one organisation, to read and no more: never an API key. Only its hash is kept."""

    organisation = models.ForeignKey(MemberOrganisation, on_delete=models.CASCADE, related_name="calendar_addresses")
    prefix = models.CharField(max_length=SHOWN_LETTERS)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "calendar address"
        verbose_name_plural = "calendar addresses"

    def __str__(self) -> str:
        return f"{self.mark} of {self.organisation}"

    @property
    def mark(self) -> str:
        """What tells it from others without telling the secret, e.g. `/calendar/Xk3f9a….ics`."""
        return f"/calendar/{self.prefix}….ics"

    def revoke(self) -> None:
        """End the address at once. One that is revoked already keeps its moment."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])
            log(self.organisation, "access.calendar.revoke", data={"address": self.mark})
