"""The editor's panel for caption tracks: a file in any dialect goes in, clean WebVTT comes out, an error names the line."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.apps import apps
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from .caption_files import ACCEPTED_EXTENSIONS, ENCODINGS, read_caption_file
from .captions import CaptionError, ParsedCaptions, TrackKind, parse_captions, write_webvtt

MAX_CAPTION_BYTES = 10 * 2**20
_NOT_SAID = {
    TrackKind.SPRITES: "This file has the addresses of preview pictures, not captions. Choose the file with the "
    "captions.",
    TrackKind.METADATA: "This is data for programs, not captions. Choose the file with the words.",
}


def _sources() -> Any:
    """Return the kept caption files; asked of Django, since the models import this module."""
    return apps.get_model("library", "CaptionSource").objects


class CaptionTrackForm(WagtailAdminModelForm):
    """Takes an uploaded caption file or edited text, and stores clean WebVTT. The file itself is kept for a while."""

    upload = forms.FileField(
        required=False,
        label="Caption file",
        help_text="You can upload WebVTT, SRT, SBV, TTML, a transcript with times and other formats, e.g. from Zoom, "
        "Teams or YouTube. The file replaces the text below.",
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED_EXTENSIONS)}),
    )
    encoding = forms.ChoiceField(
        required=False,
        choices=ENCODINGS,
        label="Encoding",
        help_text="Only if accents come out wrong: the file is read again in this encoding.",
    )

    def clean(self) -> dict[str, Any]:
        """Parse the file (or the text) and keep the clean form; an error names the line and what was expected."""
        data = super().clean() or self.cleaned_data
        upload, encoding = data.get("upload"), data.get("encoding", "")
        self._given: tuple[bytes, str, str] | None = None
        field = "upload" if upload else "webvtt"
        if upload and upload.size > MAX_CAPTION_BYTES:
            self.add_error(field, f"{upload.name} is {upload.size // 2**20} MB. Caption files are smaller than 10 MB.")
            return data
        if upload:
            self._given = (upload.read(), upload.name, encoding)
        elif encoding and not self._take_kept_file(encoding):
            return data
        elif not data.get("webvtt"):
            self.add_error("upload", "Choose a caption file, or type the captions below.")
            return data
        try:
            parsed = self._parse(data.get("webvtt", ""))
        except CaptionError as error:
            self.add_error(field, str(error))
            return data
        if parsed.kind in _NOT_SAID:
            self.add_error(field, _NOT_SAID[parsed.kind])
            return data
        data["webvtt"] = self.instance.webvtt = write_webvtt(parsed.cues)
        if self._given or "webvtt" in self.changed_data:
            self.instance.warnings = [{"line": warning.line, "message": warning.message} for warning in parsed.warnings]
        if self._given:
            content, name, _ = self._given
            self.instance.source_name = name[:255]
            self.instance.source_sha256 = hashlib.sha256(content).hexdigest()
        return data

    def _parse(self, text: str) -> ParsedCaptions:
        if self._given is None:
            return parse_captions(text)
        content, name, encoding = self._given
        return read_caption_file(content, name=name, encoding=encoding)

    def _take_kept_file(self, encoding: str) -> bool:
        """Take the file that was uploaded before, to read it in another encoding; an error says when it is not kept."""
        source = _sources().filter(sha256=self.instance.source_sha256 or "-").first()
        try:
            content = source.content() if source else None
        except OSError:
            content = None
        if source is None or content is None:
            self.add_error("encoding", "We no longer have the file. Choose it again, together with its encoding.")
            return False
        self._given = (content, self.instance.source_name or source.name, encoding)
        return True

    def save(self, commit: bool = True) -> Any:
        """Save the track, and keep the file it was made of."""
        track = super().save(commit=commit)
        if getattr(self, "_given", None):
            content, name, encoding = self._given  # type: ignore[misc]
            _sources().keep(content, name=name, written=track.webvtt, encoding=encoding)
        return track


class CaptionTracksPanel(InlinePanel):
    """An InlinePanel whose child form takes caption files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "panels",
            [
                FieldRowPanel([FieldPanel("language"), FieldPanel("origin")]),
                CaptionFormPanel("upload"),
                CaptionFormPanel("encoding"),
                FieldPanel("webvtt"),
            ],
        )
        super().__init__(*args, **kwargs)

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = CaptionTrackForm
        return options


class CaptionFormPanel(FieldPanel):
    """A panel for a form field that the model does not have."""

    def get_form_options(self) -> dict[str, Any]:
        return {}
