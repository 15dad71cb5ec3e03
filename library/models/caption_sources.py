"""Caption files as they came, kept for a while, so that a better reader can read them again."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from ..media.storage import private_storage, safe_name

_FOLDER = "caption-sources"
_NAMESPACE = uuid.UUID("6d0a3c1e-8f3b-4a55-9c1f-2d7b6f0c9a41")


class CaptionSourceManager(models.Manager["CaptionSource"]):
    """Keeps files, each once."""

    def keep(self, content: bytes, *, name: str, written: str, encoding: str = "") -> CaptionSource:
        """Keep a caption file with the WebVTT that was made of it (`written`); the same file again is kept once."""
        sha256 = hashlib.sha256(content).hexdigest()
        facts = {
            "name": name[-255:],
            "encoding": encoding,
            "written_sha256": hash_of_text(written),
            "received_at": timezone.now(),
        }
        held = self.filter(sha256=sha256).first()
        if held is None:
            stored = _stored_name(content, sha256, name)
            source, _ = self.get_or_create(
                sha256=sha256, defaults={**facts, "size_bytes": len(content), "file": stored}
            )
            return source
        for field, value in facts.items():
            setattr(held, field, value)
        held.save(update_fields=list(facts))
        return held


class CaptionSource(models.Model):
    """One caption file, known by its hash; it lies in the private storage, and no address leads to it."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(max_length=255, editable=False)
    file = models.FileField(upload_to=_FOLDER, storage=private_storage, max_length=255)
    size_bytes = models.PositiveIntegerField(editable=False)
    encoding = models.CharField(
        max_length=20, blank=True, editable=False, help_text="As an editor named it; empty when it was recognised."
    )
    # What the reader made of it: captions that differ from this were edited since.
    written_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    received_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    objects = CaptionSourceManager()

    class Meta:
        verbose_name = "caption file as it came"
        verbose_name_plural = "caption files as they came"

    def __str__(self) -> str:
        return self.name

    def content(self) -> bytes:
        """Return the bytes of the file; OSError when it is not in the storage."""
        with self.file.open("rb") as stream:
            return bytes(stream.read())


def _stored_name(content: bytes, sha256: str, name: str) -> str:
    """Store a file under a name made from its hash, so that what a killed run left behind is used or replaced."""
    storage = private_storage()
    path = f"{_FOLDER}/{uuid.uuid5(_NAMESPACE, sha256).hex}/{safe_name(name)}"
    if storage.exists(path):
        storage.delete(path)
    return storage.save(path, ContentFile(content))


def hash_of_text(text: str) -> str:
    """Return the SHA-256 of a text as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def forget_caption_sources() -> int:
    """Delete files kept for longer than `CAPTION_SOURCE_DAYS`, and files without a row; return how many."""
    limit = timezone.now() - dt.timedelta(days=settings.CAPTION_SOURCE_DAYS)
    count = 0
    for source in CaptionSource.objects.filter(received_at__lt=limit).iterator():
        # The file first: were the row gone, nothing would lead to a file left over.
        source.file.delete(save=False)
        source.delete()
        count += 1
    for path in _files_without_row():
        private_storage().delete(path)
        count += 1
    return count


def _files_without_row() -> list[str]:
    """Return what imports that failed or were killed have left in the storage, once it is a day old."""
    storage = private_storage()
    if not storage.exists(_FOLDER):
        return []
    paths = [
        f"{_FOLDER}/{below}/{name}"
        for below in storage.listdir(_FOLDER)[0]
        for name in storage.listdir(f"{_FOLDER}/{below}")[1]
    ]
    held = set(CaptionSource.objects.filter(file__in=paths).values_list("file", flat=True))
    yesterday = timezone.now() - dt.timedelta(days=1)
    return [path for path in paths if path not in held and storage.get_modified_time(path) < yesterday]
