"""Says in plain words that a disk is full, before a file is taken where that can be known, and cleanly where it cannot."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.template.defaultfilters import filesizeformat

FULL = {errno.ENOSPC, errno.EDQUOT}
# What the server needs for itself beside a file: posters, the index, the database.
RESERVE_BYTES = 20 * 2**20
WHAT_TO_DO = "Nothing was saved. Tell your server administrator, and upload the file again when there is space."


class NoRoomError(OSError):
    """A file could not be stored because the disk is full; what was written of it is removed."""


def is_full_disk(error: BaseException | None) -> bool:
    """Whether an error, or one that it came from, says that a disk is full."""
    return any(isinstance(cause, OSError) and cause.errno in FULL for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def check_room(storage: Storage, size_bytes: int) -> None:
    """Refuse a file for which the disk of `storage` has no room; ValidationError says how much there is."""
    free = free_bytes(storage)
    if free is not None and size_bytes + RESERVE_BYTES > free:
        raise ValidationError(
            f"There is not enough space on the server for this file: it needs {filesizeformat(size_bytes)}, and "
            f"{filesizeformat(max(free - RESERVE_BYTES, 0))} are free. {WHAT_TO_DO}"
        )


def free_bytes(storage: Storage) -> int | None:
    """Return how much the disk of `storage` can still take; None where that cannot be known."""
    location = getattr(storage, "location", None)
    if not location:
        return None
    folder = Path(location)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
