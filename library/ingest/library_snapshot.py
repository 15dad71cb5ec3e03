"""Tells a plan what the library holds, drafts included, and remembers where each imported file came from.

Where a file came from is kept in the page's history (Wagtail's log), so editors see it there. The log also keeps the
hash of what was imported: when an editor has replaced a file since, the old one in the share is still recognised and
not brought back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail.log_actions import LogFormatter, log
from wagtail.log_actions import registry as log_actions
from wagtail.models import BaseLogEntry, Page, PageLogEntry

from library.ingest.imported import Known, KnownCaptions, KnownMaterial, KnownRecording
from library.models import LibraryIndexPage, MaterialDocument, MaterialPage, RecordingMedia, RecordingPage

IMPORT_ACTION = "library.import"


@log_actions.register_action(IMPORT_ACTION)
class ImportFormatter(LogFormatter):
    """How the history of a page words an import."""

    label = "Import"

    def format_message(self, log_entry: BaseLogEntry) -> str:
        """Say from which file of a shared folder it came."""
        return f"Imported from “{log_entry.data.get('source', 'a shared folder')}”"


def remember(page: Page, *, source: str, sha256: str = "", link_url: str = "") -> None:
    """Note in the page's history which file its content was imported from."""
    log(instance=page, action=IMPORT_ACTION, data={"source": source, "sha256": sha256, "link_url": link_url})


def known_now() -> Known:
    """What the library holds now, in the newest version of each page, published or not."""
    imports = _imports()
    return Known(
        recordings=tuple(_recordings(imports)),
        captions=tuple(_captions()),
        materials=tuple(_materials(imports)),
        slugs=taken_slugs(),
    )


def taken_slugs(beginning: str = "") -> frozenset[str]:
    """Return the slugs (with this beginning) of all pages of the library page under which an import makes its pages."""
    library = LibraryIndexPage.objects.order_by("pk").first()
    if library is None:
        return frozenset()
    return frozenset(library.get_children().filter(slug__istartswith=beginning).values_list("slug", flat=True))


def captions_key(page_pk: int, language: str) -> str:
    """The key of a recording's caption track: one a language."""
    return f"{page_pk}:{language}"


def _imports() -> dict[int, dict[str, str]]:
    """The last import of each page."""
    entries = PageLogEntry.objects.filter(action=IMPORT_ACTION).order_by("timestamp", "pk")
    return {page_id: data for page_id, data in entries.values_list("page_id", "data") if data}


def _recordings(imports: dict[int, dict[str, str]]) -> Iterator[KnownRecording]:
    media = {
        pk: (sha256, duration)
        for pk, sha256, duration in RecordingMedia.objects.values_list("pk", "sha256", "duration")
    }
    for page in RecordingPage.objects.select_related("latest_revision").order_by("pk").iterator():
        newest = _newest(page, ("title", "media"))
        sha256, duration = media.get(newest["media"], ("", None))
        told = imports.get(page.pk, {})
        imported = told.get("sha256") or sha256
        yield KnownRecording(str(page.pk), newest["title"], imported, told.get("source", ""), duration or None)
        if imported != sha256:
            yield KnownRecording(str(page.pk), newest["title"], sha256, "", duration or None)


def _captions() -> Iterator[KnownCaptions]:
    pages = RecordingPage.objects.select_related("latest_revision").prefetch_related("caption_tracks").order_by("pk")
    for page in pages:
        revision = page.latest_revision
        tracks = revision.content.get("caption_tracks") if revision else page.caption_tracks.values()
        for track in tracks or ():
            key = captions_key(page.pk, track["language"])
            yield KnownCaptions(key, str(page.pk), track["language"], track["source_sha256"], track["source_name"])


def _materials(imports: dict[int, dict[str, str]]) -> Iterator[KnownMaterial]:
    hashes = dict(MaterialDocument.objects.values_list("pk", "sha256"))
    for page in MaterialPage.objects.select_related("latest_revision").order_by("pk").iterator():
        newest = _newest(page, ("document", "link"))
        sha256, link_url = hashes.get(newest["document"], ""), newest["link"]
        told = imports.get(page.pk, {})
        imported = (told.get("sha256") or sha256, told.get("link_url") or link_url)
        yield KnownMaterial(str(page.pk), *imported, told.get("source", ""))
        if imported != (sha256, link_url):
            yield KnownMaterial(str(page.pk), sha256, link_url)


def _newest(page: Page, names: tuple[str, ...]) -> dict[str, Any]:
    """Field values of the newest version of a page, keys of related rows as numbers."""
    if page.latest_revision:
        return {name: page.latest_revision.content.get(name) for name in names}
    return {name: getattr(page, page._meta.get_field(name).attname) for name in names}
