"""What happens when a file arrives, by form or by import: it is probed and read, and the findings are kept with it."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.images import ImageFile
from wagtail.images import get_image_model

from ..files.documents import DocumentText, extract_text
from ..media.probing import MediaProbe, check_document, probe_media, sniff_file
from ..models import MaterialDocument, RecordingMedia


@contextmanager
def _local_path(file: Any) -> Iterator[Path]:
    """Give the path of a Django file on this disk; one held in memory or elsewhere is written out for the while."""
    path = getattr(file, "temporary_file_path", None)
    if path is not None:
        yield Path(path())
        return
    try:
        yield Path(file.path)
        return
    except (AttributeError, NotImplementedError):
        pass
    with tempfile.NamedTemporaryFile(suffix=Path(file.name or "file").suffix) as copy:
        file.seek(0)
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        file.seek(0)
        yield Path(copy.name)


def sha256_of(file: BinaryIO) -> str:
    """Return the SHA-256 of an open file as hex, and rewind it."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return digest


def probe_upload(file: Any) -> MediaProbe:
    """Probe an uploaded (not yet stored) media file; ProbeError says in plain words what is wrong with it."""
    with _local_path(file) as path:
        return probe_media(path)


def check_upload(file: Any) -> None:
    """Raise ProbeError when an uploaded document is not what its name says, or is empty."""
    with _local_path(file) as path:
        check_document(path, file.name)


def fill_media(media: RecordingMedia, probe: MediaProbe, sha256: str) -> None:
    """Write what was probed into `media` (saved by the caller) and make its poster picture, if the video has one."""
    media.type = probe.kind
    media.mime_type = probe.mime_type
    media.size_bytes = probe.size_bytes
    media.duration = probe.duration_seconds
    media.width, media.height = probe.width, probe.height
    media.sha256 = sha256
    if probe.poster_jpeg:
        # The name holds the file's hash, not its title: posters of private recordings lie in the public media folder.
        name = f"poster-{hashlib.sha256(b'poster' + sha256.encode() + media.uuid.bytes).hexdigest()[:32]}.jpg"
        image = get_image_model()(title=f"Still: {media.title}"[:255])
        image.file = ImageFile(io.BytesIO(probe.poster_jpeg), name=name)
        image._set_image_file_metadata()
        image.save()
        media.poster = image


def read_document(document: MaterialDocument, file: Any = None) -> None:
    """Read the words of a document page by page into the model (saved by the caller).

    `file` is the uploaded file when it is not yet stored; otherwise the document's stored file is read.
    """
    file = file or document.file
    with _local_path(file) as path:
        with path.open("rb") as handle:
            document.mime_type = sniff_file(handle, file.name)
            document.sha256 = sha256_of(handle)
        document.file_size = path.stat().st_size
        text = extract_text(path)
    fill_text(document, text)


def fill_text(document: MaterialDocument, text: DocumentText) -> None:
    """Write the words that were read into `document` (saved by the caller), page by page."""
    document.text_status = text.status.value
    document.text_note = text.note[:300]
    document.page_count = text.page_count
    document.text_pages = [{"number": page.number, "heading": page.heading, "text": page.text} for page in text.pages]
