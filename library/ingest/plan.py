"""Decides what an import will do, from facts alone: the same folder and the same library always give the same plan.

Nothing is opened, stored or asked here. A recording is recognised by its media's SHA-256; captions by recording,
language and SHA-256; materials by SHA-256 or address. A known path with new content is an update only when the old
content is gone from the folder, since otherwise the file was moved and the content is new. What editors changed in the
library is never undone: titles, dates and attachments are decided once, when something is created.
"""

from __future__ import annotations

from dataclasses import replace

from library.files.signatures import FileKind
from library.ingest.caption_choice import plan_captions
from library.ingest.imported import Known
from library.ingest.items import Create, ImportPlan, Item, Problem, RecordingGroup, Skip, Update
from library.ingest.manifest import Manifest, ShareFile
from library.ingest.materials import plan_materials
from library.ingest.pairing import PairMatcher
from library.ingest.recordings import plan_recordings
from library.ingest.slugs import with_slugs

__all__ = ["Create", "ImportPlan", "Known", "Problem", "Skip", "Update", "make_plan"]


def make_plan(manifest: Manifest, known: Known | None = None) -> ImportPlan:
    """The plan to import `manifest` into a library that holds `known`. Pure: the same input gives the same plan."""
    known = known or Known()
    others: list[Item] = []
    usable: list[ShareFile] = []
    for file in sorted(manifest.files, key=lambda file: (file.name_path, file.path)):
        if file.ignored_because:
            others.append(Skip(file, f"ignored: {file.ignored_because}"))
        elif file.problem:
            others.append(Problem(file, file.problem))
        else:
            usable.append(_with_known_facts(file, known))
    media = [file for file in usable if file.is_media]
    recordings, skipped = plan_recordings(manifest, media, known)
    others += skipped
    matcher = PairMatcher(recording.candidate for recording in recordings)
    attached: dict[str, list[Item]] = {recording.candidate.key: [] for recording in recordings}

    captions = [file for file in usable if file.kind is FileKind.CAPTIONS]
    broken = [file for file in manifest.files if file.problem and file.is_media]
    by_key = {recording.candidate.key: recording for recording in recordings}
    for key, item in plan_captions(manifest, captions, matcher, by_key, broken, known):
        (attached[key] if key else others).append(item)
    materials = [file for file in usable if file.kind in (FileKind.DOCUMENT, FileKind.LINK)]
    for key, item in plan_materials(manifest, materials, matcher, by_key, known):
        (attached[key] if key else others).append(item)
    planned = {file.path for file in (*media, *captions, *materials)}
    others += [Skip(file, "not a kind of file that the library keeps") for file in usable if file.path not in planned]
    groups = tuple(
        RecordingGroup(recording.title, recording.item, tuple(attached[recording.candidate.key]), recording.known_key)
        for recording in recordings
        if recording.item or attached[recording.candidate.key]
    )
    sorted_others = tuple(sorted(others, key=lambda item: (item.file.name_path, item.file.path)))
    return with_slugs(ImportPlan(manifest.root, groups, sorted_others), known)


def _with_known_facts(file: ShareFile, known: Known) -> ShareFile:
    """Give back its length to a known recording, which was not opened again: pairing must come out as it did before."""
    held = known.recording_by_hash.get(file.sha256) if file.is_media else None
    if held is None or file.duration_seconds is not None:
        return file
    return replace(file, duration_seconds=held.duration_seconds)
