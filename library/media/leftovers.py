"""Finds files that no row names, and rows whose file is gone: what kills, full disks and restored backups leave behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import FileSystemStorage, Storage
from django.db.models import FileField, Model
from django.utils import timezone
from wagtail.images.models import AbstractRendition

# A file that is younger may belong to an upload or an import that is still at work.
YOUNG = timedelta(hours=1)
# Where files without a row are moved to, beside the folder of files, so that a mistake can be undone.
ASIDE = "orphaned"


@dataclass(frozen=True, slots=True)
class LostFile:
    """A row whose file is not there."""

    instance: Model
    name: str

    @property
    def can_be_mended(self) -> bool:
        """Whether the row can go: a rendition is made anew when it is asked for."""
        return isinstance(self.instance, AbstractRendition)

    def __str__(self) -> str:
        return f"{self.name}: {self.instance._meta.verbose_name} {self.instance.pk} '{self.instance}'"


@dataclass(frozen=True, slots=True)
class OrphanedFile:
    """A file that no row names."""

    storage: FileSystemStorage
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.storage.size(self.name):,} bytes)"

    def move_aside(self) -> Path:
        """Move the file out of the way and return where it lies now."""
        source = Path(self.storage.path(self.name))
        root = Path(self.storage.location)
        target = root.with_name(f"{root.name}-{ASIDE}") / self.name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
        folder = source.parent
        while folder != root and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent
        return target


def lost_files() -> Iterator[LostFile]:
    """Find the rows whose file is gone, a row at a time."""
    for model, field in file_fields():
        for instance in model._default_manager.exclude(**{field.name: ""}).order_by("pk").iterator():
            file = getattr(instance, field.name)
            if file and not file.storage.exists(file.name):
                yield LostFile(instance, file.name)


def orphaned_files(after: str = "", *, before: datetime | None = None) -> Iterator[OrphanedFile]:
    """Find the files in our folders that no row names and that are older than `YOUNG`, by name, beginning after `after`."""
    before = before or timezone.now() - YOUNG
    for storage, named in _named().values():
        if not isinstance(storage, FileSystemStorage):
            continue
        for name in _walk(storage):
            if name > after and name not in named and storage.get_modified_time(name) < before:
                yield OrphanedFile(storage, name)


def file_fields() -> Iterator[tuple[type[Model], Any]]:
    """Find every field of every model that names a file."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, FileField):
                yield model, field


def _named() -> dict[str, tuple[Storage, set[str]]]:
    """Return for each folder of files its storage and the names that rows have for it."""
    found: dict[str, tuple[Storage, set[str]]] = {}
    for model, field in file_fields():
        place = str(getattr(field.storage, "location", id(field.storage)))
        names = found.setdefault(place, (field.storage, set()))[1]
        names.update(model._default_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))
    return found


def _walk(storage: FileSystemStorage, folder: str = "") -> Iterator[str]:
    if folder == "" and not Path(storage.location).is_dir():
        return
    folders, files = storage.listdir(folder)
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from _walk(storage, f"{folder}{name}/")
