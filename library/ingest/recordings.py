"""Plans the recordings: which are new, which the library has, which are there twice, and what they are called."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from library.ingest.imported import Known
from library.ingest.items import Create, Item, RecordingContent, Skip, Update
from library.ingest.manifest import Manifest, ShareFile
from library.ingest.naming.names import has_copy_mark, is_set_aside, names_of
from library.ingest.pairing import Candidate
from library.ingest.places import FolderPlace, place_of
from library.ingest.renderings import meetings_of
from library.ingest.titles import recording_title, told_apart


@dataclass(frozen=True, slots=True)
class PlannedRecording:
    """A recording of the plan, as captions and materials see it."""

    candidate: Candidate
    title: str
    item: Create | Update | Skip | None
    known_key: str | None = None


def plan_recordings(
    manifest: Manifest, media: Sequence[ShareFile], known: Known
) -> tuple[list[PlannedRecording], list[Item]]:
    """The recordings, sorted, and the items of media files that become none (duplicates, the sound of a video)."""
    originals, copies, skipped = _without_duplicates(media)
    meetings = meetings_of(originals, known.hashes)
    originals = meetings.kept
    skipped += meetings.skipped
    for path, renderings in meetings.renderings.items():
        leader = next(file for file in originals if file.path == path)
        for rendering in renderings:
            copies[leader.sha256] = [*copies[leader.sha256], rendering, *copies[rendering.sha256]]
    here = {file.sha256 for file in media}
    planned: list[PlannedRecording] = []
    fresh: list[ShareFile] = []
    updated: set[str] = set()
    for file in originals:
        if held := known.recording_by_hash.get(file.sha256):
            item: Create | Update | Skip = Skip(file, "already in the library")
        elif (
            (held := known.recording_by_source.get(manifest.source_of(file)))
            and held.media_sha256 not in here
            and held.key not in updated
        ):
            updated.add(held.key)
            reason = "the file at this place has changed since it was imported"
            item = Update(file, RecordingContent(held.title, place_of(file).day), held.key, reason, _notes(file))
        else:
            fresh.append(file)
            continue
        candidate = _candidate(file, copies[file.sha256])
        planned.append(PlannedRecording(candidate, held.title, item, held.key))
    planned += _new_recordings(manifest, fresh, originals, copies)
    planned += _known_elsewhere(manifest, planned, known)
    return sorted(planned, key=lambda recording: recording.candidate.key), skipped


def originals_first(file: ShareFile) -> tuple[bool, bool, int, str]:
    """Sorts the likely original before its copies: not set aside ("Old"), no "(1)", not deep down, first by name."""
    return (
        any(is_set_aside(folder) for folder in file.folders),
        has_copy_mark(file.stem),
        len(file.folders),
        file.name_path,
    )


def duplicate_of(file: ShareFile, original: ShareFile) -> Skip:
    """The item of a file whose content is there once already."""
    return Skip(file, f"a duplicate of “{original.name_path}” (same content): imported once")


def _without_duplicates(
    media: Sequence[ShareFile],
) -> tuple[list[ShareFile], dict[str, list[ShareFile]], list[Item]]:
    by_hash: dict[str, list[ShareFile]] = defaultdict(list)
    for file in sorted(media, key=originals_first):
        by_hash[file.sha256].append(file)
    skipped: list[Item] = [duplicate_of(copy, files[0]) for files in by_hash.values() for copy in files[1:]]
    return [files[0] for files in by_hash.values()], {key: files[1:] for key, files in by_hash.items()}, skipped


def _new_recordings(
    manifest: Manifest, fresh: Sequence[ShareFile], originals: Sequence[ShareFile], copies: dict[str, list[ShareFile]]
) -> list[PlannedRecording]:
    in_folder = Counter(place_of(file).ground for file in originals)
    fresh = sorted(fresh, key=lambda file: file.name_path)
    places = [place_of(file) for file in fresh]
    titles = [recording_title(place, is_alone=in_folder[place.ground] == 1, root=manifest.root) for place in places]
    planned = []
    for file, place, title in zip(fresh, places, told_apart(titles, places), strict=True):
        content = RecordingContent(title, place.day)
        item = Create(file, content, _why_titled(place, title), _notes(file))
        planned.append(PlannedRecording(_candidate(file, copies[file.sha256]), title, item))
    return planned


def _known_elsewhere(manifest: Manifest, planned: Sequence[PlannedRecording], known: Known) -> list[PlannedRecording]:
    """Recordings imported from this share whose media is no longer in it: captions may still arrive for them."""
    taken = {recording.known_key for recording in planned}
    prefix = f"{manifest.root}/"
    found = []
    for held in known.recordings:
        if held.key in taken or not held.source_path.startswith(prefix):
            continue
        path = PurePosixPath(held.source_path.removeprefix(prefix))
        place = FolderPlace(path.parts[:-1], path.stem)
        candidate = Candidate(str(path), path.name, place, held.duration_seconds)
        found.append(PlannedRecording(candidate, held.title, None, held.key))
    return found


def _candidate(file: ShareFile, copies: Sequence[ShareFile]) -> Candidate:
    aliases = tuple(place_of(copy) for copy in copies)
    return Candidate(file.path, file.name, place_of(file), file.duration_seconds, aliases)


def _why_titled(place: FolderPlace, title: str) -> str:
    folded, own = title.casefold(), place.name.title.casefold()
    folders = [name.title.casefold() for name in names_of(place.folders, place.stem)[0] if name.title]
    if own and folded.startswith(own):
        told = "titled by its name"
    elif any(folder in folded for folder in folders):
        told = "titled by its folder and name" if own and own in folded else "titled by its folder"
    else:
        told = "its names tell no title"
    if place.date is None:
        return f"{told}; no date in its names"
    return f"{told}; date from {_source_of_date(place)}"


def _source_of_date(place: FolderPlace) -> str:
    return "its name" if place.name.date == place.date else "its folder"


def _notes(file: ShareFile) -> tuple[str, ...]:
    notes = []
    if not file.is_browser_playable:
        notes.append("Many browsers cannot play this format. Convert it to MP4 (H.264) before you publish it.")
    if stamp_note := _disagreeing_dates(place_of(file)):
        notes.append(stamp_note)
    return tuple(notes)


def _disagreeing_dates(place: FolderPlace) -> str:
    folders, name = names_of(place.folders, place.stem)
    other = next((f.date for f in reversed(folders) if f.date and f.date.contradicts(name.date)), None)
    if name.date is None or other is None:
        return ""
    return f"Its name says {name.date.words}, its folder {other.words}: the name was believed."
