"""Queries that were registered beforehand, so that a request names one by its hash: short, cacheable, known to checks."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel

from .clients import ApiClient


def document_id_of(text: str) -> str:
    """Return the id of a query document: the SHA-256 of its text in UTF-8, as 64 hexadecimal digits in lower case."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class TrustedDocumentQuerySet(models.QuerySet):
    def usable_by(self, client_id: int | None) -> TrustedDocumentQuerySet:
        """Keep what a client (None: the public) may ask for: its own documents, and those registered for everybody."""
        own = Q(client__isnull=True)
        return self.filter(own if client_id is None else own | Q(client_id=client_id))

    def register(self, text: str, *, name: str, client: ApiClient | None = None) -> TrustedDocument:
        """Register a document as it stands, or return the one that is registered already (its name is brought up to date).

        The text is kept to the last sign, since callers make the id from their own copy of it.
        """
        known, _ = self.update_or_create(
            client=client, document_id=document_id_of(text), defaults={"text": text, "name": name}
        )
        return known


class TrustedDocument(models.Model):
    """A query document that a client registered, or that is there for everybody."""

    client = models.ForeignKey(
        ApiClient,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name="API client",
        help_text="Who may use it by its id. Leave empty for everybody, the public included.",
    )
    name = models.CharField(max_length=120, help_text="What it is for, e.g. 'Programme on the front page'.")
    document_id = models.CharField(
        max_length=64, editable=False, verbose_name="id", help_text="SHA-256 of the text, as `documentId` names it."
    )
    text = models.TextField(help_text="The query, sign by sign as the caller has it: the id is made from it.")
    registered_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TrustedDocumentQuerySet.as_manager()

    panels = [FieldPanel("name"), FieldPanel("client"), FieldPanel("text")]

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["document_id"], name="trusted_document_id")]
        constraints = [
            models.UniqueConstraint(fields=["client", "document_id"], name="one_document_a_client"),
            models.UniqueConstraint(
                fields=["document_id"], condition=Q(client__isnull=True), name="one_document_for_everybody"
            ),
        ]
        verbose_name = "registered query"
        verbose_name_plural = "registered queries"

    def __str__(self) -> str:
        return f"{self.name} ({self.document_id[:8]}…)"

    def clean(self) -> None:
        """Refuse a document that its client has already. The text stays as it is: it is the form that knows of browsers."""
        super().clean()
        same = type(self).objects.filter(client=self.client, document_id=document_id_of(self.text)).exclude(pk=self.pk)
        if (known := same.first()) is not None:
            raise ValidationError({"text": f"This query is registered already, as '{known.name}'."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Make the id from the text, then save: the two never disagree."""
        self.document_id = document_id_of(self.text)
        if (fields := kwargs.get("update_fields")) is not None and "text" in fields:
            kwargs["update_fields"] = {*fields, "document_id"}
        super().save(*args, **kwargs)
