"""Where private files lie: outside the public media folder, under names that nobody can guess."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.text import get_valid_filename

from .room import NoRoomError, is_full_disk


class TidyFileStorage(FileSystemStorage):
    """Files in a folder, of which none is left half-written when the disk is full."""

    def _save(self, name: str, content: Any) -> str:
        """Write a file; when that fails remove what was written, and raise NoRoomError for a full disk."""
        was_there = os.path.lexists(self.path(name))
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError as error:
            if not was_there:
                self._remove_part(name)
            if is_full_disk(error):
                raise NoRoomError(error.errno, "The disk is full", name) from error
            raise

    def _remove_part(self, name: str) -> None:
        with suppress(OSError):
            os.unlink(self.path(name))
        with suppress(OSError):  # the folder of this file alone; one that holds others stays
            os.rmdir(os.path.dirname(self.path(name)))


class PrivateFileStorage(TidyFileStorage):
    """Files without a public address: only a view that checks visibility hands them out."""

    def url(self, name: str | None) -> str:
        """Raise ValueError, as Django does for a file that has no address."""
        raise ValueError("This file has no public address; use the model's url, which leads to the checked view.")


def private_storage() -> Storage:
    """Return the storage of recordings and documents (a function, so that migrations hold no path)."""
    return storages["private"]


def safe_name(name: str) -> str:
    """Return a short ASCII file name that is safe in a path and in a header, keeping the extension."""
    path = PurePosixPath(name.replace("\\", "/").replace("\0", ""))
    stem = path.stem.encode("ascii", "ignore").decode().strip(". ") or "file"
    suffix = path.suffix.encode("ascii", "ignore").decode().lower()
    try:
        return get_valid_filename(stem[:80]) + get_valid_filename(suffix[:10] or ".bin")
    except ValueError:
        return "file.bin"


def recording_path(instance: object, name: str) -> str:
    """Return a path for a recording's file, e.g. `recordings/6f…/workshop.mp4`."""
    return f"recordings/{uuid.uuid4().hex}/{safe_name(name)}"


def document_path(instance: object, name: str) -> str:
    """Return a path for a document's file, e.g. `documents/6f…/slides.pptx`."""
    return f"documents/{uuid.uuid4().hex}/{safe_name(name)}"
