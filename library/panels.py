"""The editor's panel for caption tracks: a file in any dialect goes in, clean WebVTT comes out, an error names the line."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from .captions import CaptionError, parse_captions, write_webvtt

MAX_CAPTION_BYTES = 10 * 2**20


class CaptionTrackForm(WagtailAdminModelForm):
    """Takes an uploaded caption file or edited text, and stores clean WebVTT."""

    upload = forms.FileField(
        required=False,
        label="Caption file",
        help_text="WebVTT or SRT as Zoom, Teams, YouTube or a person made it. It replaces the text below.",
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt"}),
    )

    def clean(self) -> dict[str, Any]:
        """Parse the file (or the text) and keep the clean form; an error names the line and what was expected."""
        data = super().clean() or self.cleaned_data
        upload = data.get("upload")
        field = "upload" if upload else "webvtt"
        if upload and upload.size > MAX_CAPTION_BYTES:
            self.add_error(field, f"{upload.name} is {upload.size // 2**20} MB. Caption files are smaller than 10 MB.")
            return data
        content = upload.read() if upload else data.get("webvtt", "")
        if not content:
            self.add_error("upload", "Choose a caption file, or type the captions below.")
            return data
        try:
            parsed = parse_captions(content)
        except CaptionError as error:
            self.add_error(field, str(error))
            return data
        data["webvtt"] = self.instance.webvtt = write_webvtt(parsed.cues)
        if upload or "webvtt" in self.changed_data:
            self.instance.warnings = [{"line": warning.line, "message": warning.message} for warning in parsed.warnings]
        if upload:
            self.instance.source_name = upload.name[:255]
            self.instance.source_sha256 = hashlib.sha256(content).hexdigest()
        return data


class CaptionTracksPanel(InlinePanel):
    """An InlinePanel whose child form takes caption files."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "panels",
            [
                FieldRowPanel([FieldPanel("language"), FieldPanel("origin")]),
                CaptionUploadPanel("upload"),
                FieldPanel("webvtt"),
            ],
        )
        super().__init__(*args, **kwargs)

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = CaptionTrackForm
        return options


class CaptionUploadPanel(FieldPanel):
    """A panel for a form field that the model does not have: the file is parsed and not kept."""

    def get_form_options(self) -> dict[str, Any]:
        return {}
