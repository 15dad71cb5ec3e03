"""Brings files into the private storage, so that an import killed half-way leaves nothing that a repeat cannot use.

A file is stored under a name made from its SHA-256. A repeat finds what the killed run left there: a whole file is
used, a part of one is replaced. Storing happens outside of the database's transactions, because copying takes long.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core.files import File
from django.core.files.storage import Storage

from library.ingest.file_facts import fill_media, fill_text, read_document
from library.ingest.manifest import ShareFile
from library.ingest.naming.names import cut
from library.media.probing import MediaProbe, probe_media
from library.media.storage import safe_name
from library.models import MaterialDocument, RecordingMedia

_NAMESPACE = uuid.UUID("0b5d6c1e-6f0c-4d7e-9d57-5b0a3c0f5e3a")


class FileChangedError(ValueError):
    """A file is not what it was when the plan was made."""


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A recording's file in the storage; `media` has a row already, or is saved by `save`."""

    media: RecordingMedia
    probe: MediaProbe | None
    sha256: str

    def save(self) -> RecordingMedia:
        """The row of the file, made (with its poster) if there is none; inside the caller's transaction."""
        if self.probe is not None and self.media.pk is None:
            fill_media(self.media, self.probe, self.sha256)
            self.media.save()
        return self.media


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document's file in the storage; its words are read."""

    document: MaterialDocument

    def save(self) -> MaterialDocument:
        """The row of the file, made if there is none; inside the caller's transaction."""
        if self.document.pk is None:
            self.document.save()
        return self.document


def store_media(folder: Path, file: ShareFile, title: str) -> StoredMedia:
    """Copy a recording's file into the storage, unless the library has these very bytes.

    What `scan` kept of it is used as it is; what it did not keep is read here. Raises ProbeError, OSError, and
    FileChangedError when it is not what was planned with.
    """
    held = RecordingMedia.objects.filter(sha256=file.sha256).first()
    if held is not None:
        return StoredMedia(held, None, file.sha256)
    probe = file.probe or probe_media(folder / file.path)
    media = RecordingMedia(title=cut(title, 255))
    media.file.name = _stored_name(folder, file, media.file.storage, "recordings")
    return StoredMedia(media, probe, file.sha256)


def store_document(folder: Path, file: ShareFile, title: str) -> StoredDocument:
    """Copy a document into the storage and read its words, unless the library has these very bytes.

    Words that `scan` kept are used as they are. Raises OSError, and FileChangedError when it is not what was planned with.
    """
    held = MaterialDocument.objects.filter(sha256=file.sha256).first()
    if held is not None:
        return StoredDocument(held)
    document = MaterialDocument(title=cut(title, 255))
    document.file.name = _stored_name(folder, file, document.file.storage, "documents")
    document._set_document_file_metadata()
    if file.text is None:
        read_document(document)
    else:  # read when the folder was looked at; the stored bytes have been compared with those
        document.mime_type, document.sha256, document.file_size = file.mime_type, file.sha256, file.size_bytes
        fill_text(document, file.text)
    return StoredDocument(document)


def discard(stored: StoredMedia | StoredDocument) -> None:
    """Take a file out of the storage again when its row never came to be."""
    row = stored.media if isinstance(stored, StoredMedia) else stored.document
    name = row.file.name
    if name and not type(row)._default_manager.filter(file=name).exists():
        row.file.storage.delete(name)


def _stored_name(folder: Path, file: ShareFile, storage: Storage, kind: str) -> str:
    name = f"{kind}/{uuid.uuid5(_NAMESPACE, file.sha256).hex}/{safe_name(file.name)}"
    if storage.exists(name):
        if _hash_of_stored(storage, name) == file.sha256:
            return name
        storage.delete(name)
    try:
        with (folder / file.path).open("rb") as stream:
            name = storage.save(name, File(stream))
        if _hash_of_stored(storage, name) != file.sha256:
            raise FileChangedError("the file changed while it was imported: run the import again")
    except BaseException:
        storage.delete(name)
        raise
    return name


def _hash_of_stored(storage: Storage, name: str) -> str:
    with storage.open(name, "rb") as stream:
        digest = hashlib.sha256()
        for chunk in stream.chunks():
            digest.update(chunk)
    return digest.hexdigest()
