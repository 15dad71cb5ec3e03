"""The API clients of member organisations: their keys, the websites they may be used from, and how much they may ask."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.log_actions import log

from cms.access.origins import origin_of

from .organisations import MemberOrganisation

KEY_MARK = "acad"
# A key's use is noted at most this often, so that reading does not turn into writing.
LAST_USED_EVERY = timedelta(minutes=10)


class ApiClient(models.Model):
    """An intranet or website of a member organisation that reads the API with keys of its own."""

    organisation = models.ForeignKey(MemberOrganisation, on_delete=models.CASCADE, related_name="api_clients")
    name = models.CharField(max_length=120, help_text="What reads the API, e.g. 'Staff intranet'.")
    created_at = models.DateTimeField(auto_now_add=True)
    allowed_origins = models.TextField(
        blank=True,
        help_text="Websites that can use this client's keys in a visitor's browser, one on each line, e.g. "
        "https://intranet.example.org. Leave empty for servers.",
    )
    cost_per_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Cost of requests a minute in the long run. Leave empty for the usual.",
    )
    cost_burst = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The highest cost of requests at once, after a quiet time. Leave empty for the usual limit.",
    )

    panels = [
        FieldPanel("organisation"),
        FieldPanel("name"),
        FieldPanel("allowed_origins"),
        MultiFieldPanel([FieldPanel("cost_per_minute"), FieldPanel("cost_burst")], heading="How much it may ask"),
    ]

    class Meta:
        ordering = ["organisation__name", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_client_name_an_organisation")]
        verbose_name = "API client"

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})"

    @property
    def origins(self) -> frozenset[str]:
        """The websites that may use this client's keys in a browser, each as the `Origin` header has it."""
        return frozenset(self.allowed_origins.split())

    def clean(self) -> None:
        """Write each website in the one way that browsers write it; ValidationError names what is none."""
        super().clean()
        if self.organisation_id and self.organisation.has_ended:
            raise ValidationError({"organisation": "The membership of this organisation has ended. Resume it first."})
        try:
            self.allowed_origins = "\n".join(
                dict.fromkeys(origin_of(website) for website in self.allowed_origins.split())
            )
        except ValueError as error:
            raise ValidationError({"allowed_origins": str(error)}) from error

    def issue_key(self, *, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
        """Make a new key and return it with its text. The text is told here once and cannot be had again."""
        if self.organisation.has_ended:
            raise ValidationError(f"The membership of {self.organisation} has ended. Resume it before you make a key.")
        prefix = secrets.token_hex(6)
        text = f"{KEY_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
        key = self.keys.create(prefix=prefix, secret_hash=hash_key(text), expires_at=expires_at)
        log(self, "access.key.issue", data={"key": key.mark, "expires_at": expires_at and expires_at.isoformat()})
        return key, text


def hash_key(text: str) -> str:
    """Return the hash under which a key is kept. Keys hold 256 random bits, so a plain fast hash cannot be guessed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def prefix_of(text: str) -> str | None:
    """Return the part of a key's text by which its row is found; None for what is no key."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    return prefix if mark == KEY_MARK and secret and prefix.isascii() and prefix.isalnum() else None


def is_key_usable(*, expires_at: datetime | None, revoked_at: datetime | None) -> bool:
    """Whether a key with these moments opens the API now."""
    now = timezone.now()
    return not (revoked_at and revoked_at <= now) and not (expires_at and expires_at <= now)


def is_use_worth_noting(last_used_at: datetime | None) -> bool:
    """Whether so much time has passed since a key's use was noted that it is noted again."""
    return last_used_at is None or timezone.now() - last_used_at > LAST_USED_EVERY


class ApiKeyQuerySet(models.QuerySet):
    def find(self, text: str) -> ApiKey | None:
        """Return the key with this text if it exists, has not expired and is not revoked; otherwise None."""
        prefix = prefix_of(text)
        if prefix is None:
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
        FieldPanel("revoked_at", read_only=True),
        FieldPanel("last_used_at", read_only=True),
    ]

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.mark} of {self.client}"

    @property
    def mark(self) -> str:
        """What tells the key from others without telling its secret, e.g. `acad_0c6ae7751f7b_…`."""
        return f"{KEY_MARK}_{self.prefix}_…"

    def replace(self, *, overlap: timedelta, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
        """Issue a key in this one's stead, and let this one go on for `overlap` at most; returns the new key and its text."""
        with transaction.atomic():
            successor, text = self.client.issue_key(expires_at=expires_at)
            ends_at = timezone.now() + overlap
            if self.expires_at is None or self.expires_at > ends_at:
                self.expires_at = ends_at
                self.save(update_fields=["expires_at"])
            told = {"key": self.mark, "successor": successor.mark, "expires_at": self.expires_at.isoformat()}
            log(self.client, "access.key.rotate", data=told)
        return successor, text

    def revoke(self) -> None:
        """End the key at once. One that is revoked already keeps its moment."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])
            log(self.client, "access.key.revoke", data={"key": self.mark})

    @property
    def is_usable(self) -> bool:
        """Whether the key opens the API now: not revoked and not expired."""
        return is_key_usable(expires_at=self.expires_at, revoked_at=self.revoked_at)

    def note_use(self) -> None:
        """Remember that the key was used, to the nearest few minutes, with at most one small write in that time."""
        if is_use_worth_noting(self.last_used_at):
            type(self)._default_manager.filter(pk=self.pk).update(last_used_at=timezone.now())
