"""Where private files lie: outside the public media folder, under names that nobody can guess."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils.text import get_valid_filename


class PrivateFileStorage(FileSystemStorage):
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
