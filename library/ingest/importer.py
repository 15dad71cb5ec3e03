"""Carries out a plan: each recording with what belongs to it in a transaction, so that a failure stops nothing else."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from cms.access.models import AudiencePage
from cms.access.visibility import Audience
from library.captions import write_webvtt
from library.ingest.items import (
    CaptionsContent,
    Create,
    ImportPlan,
    MaterialContent,
    RecordingContent,
    RecordingGroup,
    Update,
)
from library.ingest.library_snapshot import known_now, remember, taken_slugs
from library.ingest.manifest import Manifest, ShareFile
from library.ingest.restarts import wait_out_restarts
from library.ingest.slugs import free_slug, slug_of
from library.ingest.storing import StoredDocument, StoredMedia, discard, store_document, store_media
from library.models import CaptionSource, CaptionTrack, LibraryIndexPage, MaterialPage, RecordingMaterial, RecordingPage

__all__ = ["Failure", "ImportReport", "NoLibraryError", "apply_plan", "known_now"]

logger = logging.getLogger(__name__)
MAX_WARNINGS_KEPT = 200
Change = Create | Update
P = TypeVar("P", bound=AudiencePage)
Stored = dict[str, StoredMedia | StoredDocument]


class NoLibraryError(LookupError):
    """There is no library page under which recordings could lie."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A recording or material that could not be imported, and why, in one line."""

    title: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import has done, what failed, and which pages were left as drafts because editors work on them."""

    counts: dict[str, int] = field(default_factory=lambda: {"created": 0, "updated": 0})
    failures: list[Failure] = field(default_factory=list)
    left_as_drafts: list[str] = field(default_factory=list)

    def add(self, changes: Sequence[Change]) -> None:
        """Count changes that are committed."""
        for change in changes:
            self.counts["created" if isinstance(change, Create) else "updated"] += 1


def apply_plan(
    plan: ImportPlan,
    folder: Path,
    *,
    publish: bool = False,
    audience: Audience = Audience.PUBLIC,
    progress: Callable[[int, int, str], None] | None = None,
) -> ImportReport:
    """Carry out a plan of `folder`. New pages are drafts unless `publish`; `audience` is who may see them then.

    A failure is reported and stops nothing else. Safe to stop at any moment and to repeat: what is done is in the
    library and recognised. `progress` is called after each recording or material, as in `scan_share`. NoLibraryError when
    there is no library page.
    """
    run = _Run(plan, Path(folder), publish, audience)
    units: list[tuple[str, tuple[Change, ...], RecordingGroup | None]] = [
        (group.title, group.changes, group) for group in plan.groups if group.changes
    ]
    alone = [item for item in plan.others if isinstance(item, Create | Update)]
    units += [(item.file.name, (item,), None) for item in alone]
    for number, (title, changes, group) in enumerate(units, start=1):
        try:
            wait_out_restarts(partial(run.carry_out, title, changes, group), is_done=partial(_is_done, changes))
            run.report.add(changes)
        except Exception as error:
            logger.debug("Import of %s failed", title, exc_info=True)
            run.report.failures.append(Failure(title, _in_a_line(error)))
        if progress:
            progress(number, len(units), title)
    return run.report


class _Run:
    def __init__(self, plan: ImportPlan, folder: Path, publish: bool, audience: Audience) -> None:
        self.report = ImportReport()
        self._manifest = Manifest(plan.root, ())
        self._folder = folder
        self._publish = publish
        self._audience = audience
        if not LibraryIndexPage.objects.exists():
            raise NoLibraryError("There is no library page. Run `python manage.py setup_site`, then import again.")

    def carry_out(self, title: str, changes: Sequence[Change], group: RecordingGroup | None) -> None:
        """Store the files of one unit, then write its rows and pages in one transaction."""
        stored: Stored = {}
        try:
            for change in changes:
                self._store(change, title, stored)
            with transaction.atomic():
                materials = [
                    (change, self._write_material(change, stored))
                    for change in changes
                    if isinstance(change.content, MaterialContent)
                ]
                if group:
                    self._write_recording(group, materials, stored)
        except BaseException:
            for one in stored.values():
                discard(one)
            raise

    def _store(self, change: Change, title: str, stored: Stored) -> None:
        if isinstance(change.content, RecordingContent):
            stored[change.file.path] = store_media(self._folder, change.file, title)
        elif isinstance(change.content, MaterialContent) and not change.content.link_url:
            stored[change.file.path] = store_document(self._folder, change.file, change.content.title)

    def _write_recording(
        self, group: RecordingGroup, materials: Sequence[tuple[Change, MaterialPage]], stored: Stored
    ) -> None:
        media = group.media if isinstance(group.media, Create | Update) else None
        new_materials = [page for change, page in materials if isinstance(change, Create)]
        captions = [change for change in group.changes if isinstance(change.content, CaptionsContent)]
        if not media and not new_materials and not captions:
            return  # Only materials changed, and they have pages of their own.
        page = _newest_version(RecordingPage, group.known_key) if group.known_key else self._new_recording(media)
        if media:
            page.media = stored[media.file.path].save()
        if captions:
            changed = {_content(change).language for change in captions}
            kept = [track for track in page.caption_tracks.all() if track.language not in changed]
            page.caption_tracks = [*kept, *(self._track(change) for change in captions)]
        if new_materials:
            links = [RecordingMaterial(material=material) for material in new_materials]
            page.recording_materials = [*page.recording_materials.all(), *links]
        self._save(page, media.file if media else None)

    def _new_recording(self, media: Change | None) -> RecordingPage:
        if media is None or not isinstance(media.content, RecordingContent):
            raise LookupError("the recording is not in the library any more: run the import again")
        title, day = media.content.title, media.content.recorded_on
        return RecordingPage(title=title, slug=_free_slug(media.content), recorded_on=day, audience=self._audience)

    def _track(self, change: Change) -> CaptionTrack:
        file, content = change.file, _content(change)
        if file.captions is None:
            raise LookupError("the captions were not read: run the import again")
        webvtt = write_webvtt(file.captions.cues)
        source = (self._folder / file.path).read_bytes()
        if hashlib.sha256(source).hexdigest() == file.sha256:
            CaptionSource.objects.keep(source, name=file.name, written=webvtt)
        return CaptionTrack(
            language=content.language,
            origin=str(content.origin),
            webvtt=webvtt,
            source_name=self._manifest.source_of(file),
            source_sha256=file.sha256,
            warnings=[
                {"line": warning.line, "message": warning.message}
                for warning in file.captions.warnings[:MAX_WARNINGS_KEPT]
            ],
        )

    def _write_material(self, change: Change, stored: Stored) -> MaterialPage:
        content = change.content
        assert isinstance(content, MaterialContent)
        if isinstance(change, Update):
            page = _newest_version(MaterialPage, change.known_key)
        else:
            slug = _free_slug(content)
            page = MaterialPage(title=content.title, slug=slug, kind=content.kind, audience=self._audience)
        page.link = content.link_url
        page.document = None if content.link_url else stored[change.file.path].save()
        return self._save(page, change.file, content.link_url)

    def _save(self, page: P, file: ShareFile | None, link_url: str = "") -> P:
        is_new = page.pk is None
        has_drafts = not is_new and page.has_unpublished_changes
        if is_new:
            page.live = False
            page.has_unpublished_changes = True
            LibraryIndexPage.objects.order_by("pk")[0].add_child(instance=page)
        revision = page.save_revision()
        if file:
            remember(
                page,
                source=self._manifest.source_of(file),
                sha256="" if link_url else file.sha256,
                link_url=link_url,
            )
        if self._publish and has_drafts:
            # Publishing now would publish what an editor has not finished.
            self.report.left_as_drafts.append(page.title)
        elif self._publish:
            revision.publish()
        return page


def _newest_version(model: type[P], key: str) -> P:
    page = model._default_manager.filter(pk=key).first()
    if page is None:
        raise LookupError("its page is not in the library any more: run the import again")
    return page.get_latest_revision_as_object()


def _content(change: Change) -> CaptionsContent:
    assert isinstance(change.content, CaptionsContent)
    return change.content


def _is_done(changes: Sequence[Change]) -> bool:
    """Whether a unit was committed though its answer never came: then its first new page is there."""
    first = next((change for change in changes if isinstance(change, Create)), None)
    if first is None:
        return False
    if isinstance(first.content, RecordingContent):
        return RecordingPage.objects.filter(media__sha256=first.file.sha256).exists()
    if isinstance(first.content, MaterialContent) and not first.content.link_url:
        return MaterialPage.objects.filter(document__sha256=first.file.sha256).exists()
    if isinstance(first.content, MaterialContent):
        return MaterialPage.objects.filter(link=first.content.link_url).exists()
    return False


def _free_slug(content: RecordingContent | MaterialContent) -> str:
    """The slug that the plan reserved, or the next one when somebody has taken it since."""
    slug = content.slug or slug_of(content)
    return free_slug(slug, taken_slugs(slug))


def _in_a_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        told = "; ".join(error.messages)
    elif isinstance(error, OSError):
        told = (error.strerror or str(error)).lower()
    else:
        told = str(error) or type(error).__name__
    return " ".join(told.split())
