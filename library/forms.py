"""Upload forms that look into the file before they take it, so that a wrong file is refused with a word an editor understands."""

from __future__ import annotations

from typing import Any

from wagtail.documents.forms import BaseDocumentForm
from wagtailmedia.forms import BaseMediaForm

from .intake import check_upload, fill_media, probe_upload, read_document, sha256_of
from .probing import ProbeError


class RecordingMediaForm(BaseMediaForm):
    """Probes the file on upload: length, size, type and poster come from the file itself."""

    def clean_file(self) -> Any:
        """Refuse what is no playable video or audio, and say why."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            try:
                self.probe = probe_upload(file)
            except ProbeError as error:
                self.add_error("file", str(error))
        return file

    def save(self, commit: bool = True) -> Any:
        if "file" in self.changed_data and hasattr(self, "probe"):
            fill_media(self.instance, self.probe, sha256_of(self.cleaned_data["file"]))
        return super().save(commit=commit)


class MaterialDocumentForm(BaseDocumentForm):
    """Checks the file against its name on upload, and reads its words for search."""

    def clean_file(self) -> Any:
        """Refuse an empty file and one that is not what its name says."""
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            try:
                check_upload(file)
            except ProbeError as error:
                self.add_error("file", str(error))
        return file

    def save(self, commit: bool = True) -> Any:
        if "file" in self.changed_data:
            read_document(self.instance, self.cleaned_data["file"])
        return super().save(commit=commit)
