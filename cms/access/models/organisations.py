"""Member organisations and the people who belong to them."""

from __future__ import annotations

import uuid as uuidlib
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.log_actions import log
from wagtail.search import index

from cms.access.visibility import OpenQuerySet


class Sector(models.TextChoices):
    HOSPITAL = "hospital", "Hospital trust"
    COMMUNITY = "community", "Community health"
    PRIMARY = "primary", "Primary care"
    SOCIAL = "social", "Social care"
    COUNCIL = "council", "Local authority"
    THIRD = "third", "Third sector"
    ACADEMIC = "academic", "Academia"
    INDEPENDENT = "independent", "Independent sector"
    SYSTEM = "system", "Integrated care system"
    OTHER = "other", "Other"


class MemberOrganisation(index.Indexed, models.Model):
    """An employer or partner that belongs to the academy and with which content can be shared."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    name = models.CharField(
        max_length=200,
        unique=True,
        help_text="The full name, as the organisation writes it. Everybody can see it.",
    )
    slug = models.SlugField(max_length=80, unique=True, help_text="Short name used in addresses and commands.")
    sector = models.CharField(max_length=20, choices=Sector.choices, default=Sector.OTHER)
    place = models.CharField(max_length=120, blank=True, help_text="Town, borough or city it serves.")
    logo = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    website = models.URLField(blank=True)
    ended_at = models.DateTimeField(
        "membership ended",
        null=True,
        blank=True,
        editable=False,
        help_text="From then on its members, keys and webhooks see no more than the public.",
    )

    objects = OpenQuerySet.as_manager()

    panels = [
        TitleFieldPanel("name", placeholder=False),
        FieldPanel("slug", widget=SlugInput),
        FieldPanel("sector"),
        FieldPanel("place"),
        FieldPanel("logo"),
        FieldPanel("website"),
    ]
    search_fields = [index.SearchField("name"), index.AutocompleteField("name"), index.FilterField("sector")]

    class Meta:
        ordering = ["name"]
        verbose_name = "member organisation"

    def __str__(self) -> str:
        return self.name

    @property
    def has_ended(self) -> bool:
        """Whether its membership is over: it is kept for the record, and nothing opens to it any more."""
        return self.ended_at is not None

    def end(self) -> None:
        """End the membership at once: its keys and calendar address are revoked, its members and webhooks stop.

        What was shared stays on record.
        """
        with transaction.atomic():
            if self.ended_at is None:
                self.ended_at = timezone.now()
                self.save(update_fields=["ended_at"])
                log(self, "access.organisation.end")
            for client in self.api_clients.all():
                for key in client.keys.filter(revoked_at=None):
                    key.revoke()
            for address in self.calendar_addresses.filter(revoked_at=None):
                address.revoke()

    def resume(self) -> None:
        """Let the membership go on. Revoked keys stay revoked: its API clients need new ones."""
        with transaction.atomic():
            self.ended_at = None
            self.save(update_fields=["ended_at"])
            log(self, "access.organisation.resume")


def things_shared_with(organisation: MemberOrganisation) -> list[models.Model]:
    """Return everything whose chosen organisations hold this one, live or not, the drafts of live things too."""
    found: list[models.Model] = []
    for model in apps.get_models():
        if not hasattr(model, "audience_organisations") or not hasattr(model, "audience_tokens"):
            continue
        shared = list(model._default_manager.filter(audience_organisations=organisation))
        drafts = model._default_manager.filter(has_unpublished_changes=True).exclude(
            pk__in=[thing.pk for thing in shared]
        )
        found += shared + [
            thing for thing in drafts.select_related("latest_revision") if _is_in_draft(organisation, thing)
        ]
    return found


def _is_in_draft(organisation: MemberOrganisation, thing: Any) -> bool:
    revision = thing.latest_revision
    return revision is not None and organisation.pk in (revision.content.get("audience_organisations") or ())


class Membership(models.Model):
    """Says that a signed-in user of the site belongs to a member organisation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="membership")
    organisation = models.ForeignKey(MemberOrganisation, on_delete=models.CASCADE, related_name="memberships")

    panels = [FieldPanel("user"), FieldPanel("organisation")]

    def __str__(self) -> str:
        return f"{self.user} of {self.organisation}"
