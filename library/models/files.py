"""The files themselves: recordings and documents, kept privately, with what was read off them (never typed in)."""

from __future__ import annotations

import uuid as uuidlib

from django.db import models
from django.urls import reverse
from wagtail.documents.models import AbstractDocument
from wagtailmedia.models import AbstractMedia

from ..files.documents import TextStatus
from ..media.storage import document_path, private_storage, recording_path


class RecordingMedia(AbstractMedia):
    """A video or audio file. Duration, size, type and poster are probed from it when it arrives."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=recording_path, storage=private_storage, max_length=255)
    mime_type = models.CharField(max_length=100, blank=True, editable=False)
    size_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    poster = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta:
        verbose_name = "recording file"

    @property
    def url(self) -> str:
        """The address of the view that asks who may see this file before it serves it."""
        return reverse("library:media_file", args=[self.uuid, self.filename])


class MaterialDocument(AbstractDocument):
    """A document. Its text is read off it when it arrives, page by page, so that search finds the page."""

    uuid = models.UUIDField(default=uuidlib.uuid4, unique=True, editable=False)
    file = models.FileField(upload_to=document_path, storage=private_storage, max_length=255)
    mime_type = models.CharField(max_length=100, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    page_count = models.PositiveIntegerField(null=True, blank=True, editable=False)
    text_status = models.CharField(
        max_length=20,
        choices=[(textstatu.value, textstatu.value) for textstatu in TextStatus],
        blank=True,
        editable=False,
    )
    text_note = models.CharField(max_length=300, blank=True, editable=False)
    # A list of {"number", "heading", "text"}: derived from the file, kept because reading it is slow.
    text_pages = models.JSONField(default=list, blank=True, editable=False)

    admin_form_fields = ("title", "file", "collection", "tags")

    class Meta:
        verbose_name = "document"

    @property
    def url(self) -> str:
        """The address of the view that asks who may see this document before it serves it."""
        return reverse("library:document_file", args=[self.uuid, self.filename])
