"""Member organisations, their API clients and members, and the audience that every content page carries."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid as uuidlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from .principals import EDITORS_TOKEN, MEMBERS_TOKEN, PUBLIC_TOKEN, organisation_token
from .visibility import Audience, OpenQuerySet, VisibleQuerySetMixin

KEY_MARK = "acad"
# A key's use is noted at most this often, so that reading does not turn into writing.
LAST_USED_EVERY = timedelta(minutes=10)


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
    name = models.CharField(max_length=200, unique=True, help_text="The full name, as the organisation writes it.")
    slug = models.SlugField(max_length=80, unique=True, help_text="Short name used in addresses and commands.")
    sector = models.CharField(max_length=20, choices=Sector.choices, default=Sector.OTHER)
    place = models.CharField(max_length=120, blank=True, help_text="Town, borough or city it serves.")
    logo = models.ForeignKey("wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    website = models.URLField(blank=True)

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


class Membership(models.Model):
    """Says that a signed-in user of the site belongs to a member organisation."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="membership")
    organisation = models.ForeignKey(MemberOrganisation, on_delete=models.CASCADE, related_name="memberships")

    panels = [FieldPanel("user"), FieldPanel("organisation")]

    def __str__(self) -> str:
        return f"{self.user} of {self.organisation}"


class ApiClient(models.Model):
    """An intranet or website of a member organisation that reads the API with keys of its own."""

    organisation = models.ForeignKey(MemberOrganisation, on_delete=models.CASCADE, related_name="api_clients")
    name = models.CharField(max_length=120, help_text="What reads the API, e.g. 'Staff intranet'.")
    created_at = models.DateTimeField(auto_now_add=True)

    panels = [FieldPanel("organisation"), FieldPanel("name")]

    class Meta:
        ordering = ["organisation__name", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_client_name_an_organisation")]
        verbose_name = "API client"

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    def issue_key(self, *, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
        """Make a new key and return it with its text. The text is told here once and cannot be had again."""
        prefix = secrets.token_hex(6)
        text = f"{KEY_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
        return self.keys.create(prefix=prefix, secret_hash=hash_key(text), expires_at=expires_at), text


def hash_key(text: str) -> str:
    """Return the hash under which a key is kept. Keys hold 256 random bits, so a plain fast hash cannot be guessed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ApiKeyQuerySet(models.QuerySet):
    def find(self, text: str) -> ApiKey | None:
        """Return the key with this text if it exists, has not expired and is not revoked; otherwise None."""
        mark, _, rest = text.partition("_")
        prefix, _, secret = rest.partition("_")
        if mark != KEY_MARK or not secret or not prefix.isascii() or not prefix.isalnum():
            return None
        key = self.filter(prefix=prefix).select_related("client__organisation").first()
        if key is None or not hmac.compare_digest(key.secret_hash, hash_key(text)):
            return None
        return key if key.is_usable else None


class ApiKey(models.Model):
    """A secret of an API client. Only its hash is kept; several keys may overlap while one is being replaced."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE, related_name="keys")
    prefix = models.CharField(max_length=12, unique=True, help_text="The first part of the key, to tell keys apart.")
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="After this moment the key answers 401.")
    revoked_at = models.DateTimeField(null=True, blank=True, help_text="Set to end the key at once.")
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    panels = [
        FieldPanel("client", read_only=True),
        FieldPanel("prefix", read_only=True),
        FieldPanel("expires_at"),
        FieldPanel("revoked_at"),
        FieldPanel("last_used_at", read_only=True),
    ]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{KEY_MARK}_{self.prefix}_… of {self.client}"

    @property
    def is_usable(self) -> bool:
        """Whether the key opens the API now: not revoked and not expired."""
        now = timezone.now()
        return not (self.revoked_at and self.revoked_at <= now) and not (self.expires_at and self.expires_at <= now)

    def note_use(self) -> None:
        """Remember that the key was used, to the nearest few minutes, with at most one small write in that time."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at > LAST_USED_EVERY:
            type(self)._default_manager.filter(pk=self.pk).update(last_used_at=now)


class AudienceMixin(models.Model):
    """The audience of a thing, as versioned fields: a draft change of audience bites when it is published, not before."""

    audience = models.CharField(
        max_length=10,
        choices=Audience.choices,
        default=Audience.PUBLIC,
        help_text="Who sees this once it is published: on the site, in search, in files and in the API.",
    )
    audience_organisations = ParentalManyToManyField(
        MemberOrganisation,
        blank=True,
        related_name="+",
        verbose_name="chosen organisations",
        help_text="Only used for 'Chosen organisations only'.",
    )

    class Meta:
        abstract = True

    audience_panels = [
        MultiFieldPanel(
            [FieldPanel("audience"), FieldPanel("audience_organisations")],
            heading="Who may see this",
        )
    ]

    def clean(self) -> None:
        """Refuse 'chosen organisations' without any: such a thing could be seen by nobody, which is never meant."""
        super().clean()
        if self.audience == Audience.CHOSEN and not list(self.audience_organisations.all()):
            raise ValidationError({"audience_organisations": "Choose at least one organisation, or another audience."})

    def audience_tokens(self) -> tuple[str, ...]:
        """Return the tokens of which a principal needs one to see this (see Principal.audience_tokens)."""
        if self.audience == Audience.PUBLIC:
            return (PUBLIC_TOKEN, EDITORS_TOKEN)
        if self.audience == Audience.MEMBERS:
            return (MEMBERS_TOKEN, EDITORS_TOKEN)
        chosen = sorted(organisation_token(one.uuid) for one in self.audience_organisations.all())
        return (*chosen, EDITORS_TOKEN)


class AudiencePageQuerySet(VisibleQuerySetMixin, PageQuerySet):
    """A page queryset that knows `visible_to`."""


AudiencePageManager = PageManager.from_queryset(AudiencePageQuerySet)


class AudiencePage(AudienceMixin, Page):
    """What every content page is: a page with an audience, and a slug that names it among all pages of its type."""

    # Wagtail's own page privacy lies outside revisions and tells no index: the audience replaces it.
    private_page_options: list[str] = []

    objects = AudiencePageManager()

    class Meta:
        abstract = True

    promote_panels = [*Page.promote_panels, *AudienceMixin.audience_panels]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Answer 404 for a page that the caller may not see, exactly as for one that does not exist."""
        result = super().route(request, path_components)
        if (
            not path_components
            and not type(self)
            ._default_manager.filter(pk=self.pk)
            .visible_to(
                request.principal  # type: ignore[attr-defined]
            )
            .exists()
        ):
            raise Http404
        return result

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Give a new page a slug that is free among its type (the API finds pages by type and slug), then validate."""
        super().full_clean(*args, **kwargs)
        if self._state.adding and self.slug:
            self.slug = self._free_slug(self.slug)

    def clean(self) -> None:
        """Refuse a slug that another page of this type has: partners could not tell the two apart."""
        super().clean()
        if not self._state.adding and self.slug and self._same_slug(self.slug).exists():
            raise ValidationError({"slug": f"Another {self._meta.verbose_name} already has the slug '{self.slug}'."})

    def _same_slug(self, slug: str) -> models.QuerySet:
        return type(self)._default_manager.filter(slug=slug, locale_id=self.locale_id).exclude(pk=self.pk)

    def _free_slug(self, slug: str) -> str:
        candidate, number = slug, 2
        while self._same_slug(candidate).exists():
            candidate, number = f"{slug[:245]}-{number}", number + 1
        return candidate
