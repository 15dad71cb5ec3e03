"""The subscriptions of webhooks, and what became of each delivery."""

from __future__ import annotations

import uuid as uuidlib
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cms.access.models import ApiClient

from ..versions import current_version
from .addresses import MAX_URL_CHARACTERS, RefusedAddress, check_url
from .policy import current_policy
from .signing import new_secret

# After a rotation both secrets sign for so long, so that the receiver can be changed without losing a message.
SECRETS_OVERLAP = timedelta(days=2)


class WebhookEvent(models.TextChoices):
    UPSERTED = "content.upserted", "Something appeared or changed"
    DELETED = "content.deleted", "Something is to be seen no longer"
    PING = "ping", "A test"


def all_events() -> list[str]:
    """Return the events that a subscription begins with."""
    return [WebhookEvent.UPSERTED.value, WebhookEvent.DELETED.value]


class WebhookSubscription(models.Model):
    """One address of an API client that receives changes of what the client may see."""

    client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, related_name="webhook_subscriptions", verbose_name="API client"
    )
    url = models.CharField(
        "address",
        max_length=MAX_URL_CHARACTERS,
        help_text="The address we send messages to, e.g. https://intranet.example.org/academy-changes.",
    )
    events = models.JSONField(default=all_events, help_text="The events we send. You can always send a test message.")
    contact_email = models.EmailField(
        "contact",
        blank=True,
        help_text="A team's email address. We write to it if we disable this webhook because messages do not arrive.",
    )
    secret = models.CharField(max_length=100, default=new_secret, editable=False)
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, blank=True, editable=False)
    told_version = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="The content version up to which deliveries have been made."
    )
    disabled_at = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_because = models.CharField(max_length=300, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    failures_in_row = models.PositiveIntegerField(default=0, editable=False)
    paused_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_success_at = models.DateTimeField("last arrival", null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["client__organisation__name", "client__name", "url"]
        verbose_name = "webhook"

    def __str__(self) -> str:
        return f"{self.url} of {self.client}"

    def clean(self) -> None:
        """Refuse an address that will never be called, and events that do not exist."""
        super().clean()
        try:
            check_url(self.url, current_policy())
        except RefusedAddress as refusal:
            raise ValidationError({"url": str(refusal)}) from None
        if not self.events or not set(self.events) <= set(all_events()):
            raise ValidationError({"events": f"Choose at least one of: {', '.join(all_events())}."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Let a new subscription begin with what changes from now on."""
        if self._state.adding and not self.told_version:
            self.told_version = current_version()
        super().save(*args, **kwargs)

    @property
    def is_enabled(self) -> bool:
        """Whether changes are sent at all; nothing is queued while it is disabled."""
        return self.disabled_at is None

    def signing_secrets(self, at: datetime) -> list[str]:
        """Return the secrets that sign a message sent at `at`: the present one, and the previous one while it lasts."""
        has_previous = self.previous_secret and self.previous_secret_until and self.previous_secret_until > at
        return [self.secret, self.previous_secret] if has_previous else [self.secret]

    def rotate_secret(self) -> str:
        """Replace the secret and return the new one; the old one goes on signing for `SECRETS_OVERLAP`."""
        self.previous_secret, self.secret = self.secret, new_secret()
        self.previous_secret_until = timezone.now() + SECRETS_OVERLAP
        self.save(update_fields=["secret", "previous_secret", "previous_secret_until"])
        return self.secret


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


OPEN_STATUSES = (DeliveryStatus.WAITING, DeliveryStatus.SENDING)


class WebhookDelivery(models.Model):
    """One message to one subscription: what it says, when it is tried next, and how the last try went.

    `next_try_at` of a delivery that is being sent is when its sender counts as dead: then it is taken up again.
    """

    subscription = models.ForeignKey(WebhookSubscription, on_delete=models.CASCADE, related_name="deliveries")
    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    event = models.CharField(max_length=30, choices=WebhookEvent.choices)
    object_uuid = models.UUIDField(null=True, blank=True)
    version = models.PositiveBigIntegerField(null=True, blank=True, help_text="The content version that it tells of.")
    payload = models.TextField(help_text="The message as it is sent, to the letter: the signature covers it.")
    status = models.CharField(max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    response_code = models.PositiveSmallIntegerField(null=True, blank=True)
    response_excerpt = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=300, blank=True)
    took_milliseconds = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(default=timezone.now, help_text="Since when it has been tried, this time round.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        constraints = [
            # However often changes are gone through, each is sent once.
            models.UniqueConstraint(fields=["subscription", "object_uuid", "version"], name="one_delivery_a_change")
        ]
        indexes = [
            models.Index(
                fields=["subscription", "next_try_at"],
                condition=Q(status__in=["waiting", "sending"]),
                name="delivery_due",
            ),
            models.Index(fields=["subscription", "-id"], name="delivery_of_subscription"),
            models.Index(fields=["finished_at"], name="delivery_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.subscription}"

    @property
    def message_id(self) -> str:
        """The `webhook-id` header: the same at every try, so that a receiver knows that it has it already."""
        return f"msg_{self.uuid.hex}"
