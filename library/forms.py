"""Upload forms that look into the file before they take it, so that a wrong file is refused with a word an editor understands."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from .ingest.file_facts import check_upload, fill_media, probe_upload, read_document, sha256_of
from .media.probing import ProbeError
from .media.room import check_room
from .media.storage import private_storage

logger = logging.getLogger(__name__)


class PictureForm(BaseImageForm):
    """Tells an editor of a damaged picture; Wagtail's own field lets the errors of its readers through."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" not in self.fields:
            return
        look_inside = self.fields["file"].clean

        def clean(*values: Any) -> Any:
            try:
                if values and hasattr(values[0], "size"):
                    check_room(default_storage, values[0].size)
                return look_inside(*values)
            except ValidationError:
                raise
            except Exception as error:
                # Whatever a reader of pictures trips over, and there are many readers, is a flaw of the file.
                logger.info("A picture could not be read: %r", error)
                raise ValidationError(
                    "This picture is damaged. Open it, save it again, and upload the new file."
                ) from error

        self.fields["file"].clean = clean


class RecordingMediaForm(BaseMediaForm):
    """Probes the file on upload: length, size, type and poster come from the file itself."""

    def clean_file(self) -> Any:
        """Refuse what is no playable video or audio, and say why."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            check_room(private_storage(), file.size)
            try:
                self.probe = probe_upload(file)
            except ProbeError as error:
                self.add_error("file", str(error))
        return file

    def save(self, commit: bool = True) -> Any:
        # Together: a film that finds no room leaves no poster behind either.
        with transaction.atomic():
            if "file" in self.changed_data and hasattr(self, "probe"):
                fill_media(self.instance, self.probe, sha256_of(self.cleaned_data["file"]))
            return super().save(commit=commit)


class MaterialDocumentForm(BaseDocumentForm):
    """Checks the file against its name on upload, and reads its words for search."""

    def clean_file(self) -> Any:
        """Refuse an empty file and one that is not what its name says."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            check_room(private_storage(), file.size)
            try:
                check_upload(file)
            except ProbeError as error:
                self.add_error("file", str(error))
        return file

    def save(self, commit: bool = True) -> Any:
        if "file" in self.changed_data:
            read_document(self.instance, self.cleaned_data["file"])
        return super().save(commit=commit)
