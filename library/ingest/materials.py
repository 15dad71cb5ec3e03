"""Plans documents and links: which are new, and with which recording each belongs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from library.files.signatures import FileKind
from library.ingest.imported import Known, KnownMaterial
from library.ingest.items import Create, Item, MaterialContent, Skip, Update
from library.ingest.manifest import Manifest, ShareFile
from library.ingest.naming.kinds import material_kind
from library.ingest.pairing import PairMatcher
from library.ingest.places import place_of
from library.ingest.recordings import PlannedRecording, duplicate_of, originals_first
from library.ingest.titles import material_title


def plan_materials(
    manifest: Manifest,
    files: Sequence[ShareFile],
    matcher: PairMatcher,
    recordings: Mapping[str, PlannedRecording],
    known: Known,
) -> Iterator[tuple[str | None, Item]]:
    """The item of each document and link, with the key of the recording it belongs to (None: it stands alone)."""
    by_content: dict[str, list[ShareFile]] = defaultdict(list)
    for file in sorted(files, key=originals_first):
        by_content[file.link_url or file.sha256].append(file)
    changed: set[str] = set()
    for same in by_content.values():
        original = same[0]
        pairing = matcher.pair(place_of(original))
        recording = recordings[pairing.key] if pairing.key else None
        reason = pairing.reason if recording else f"not attached to a recording: {pairing.reason}"
        taken = by_content.keys() | changed
        item = _item(manifest, original, recording, reason, taken, known)
        if isinstance(item, Update):
            changed.add(item.known_key)
        yield pairing.key, item
        for copy in same[1:]:
            if copy.link_url:
                yield None, Skip(copy, f"has the same address as “{original.name_path}”: imported once")
            else:
                yield None, duplicate_of(copy, original)


def _item(
    manifest: Manifest,
    file: ShareFile,
    recording: PlannedRecording | None,
    reason: str,
    taken: Collection[str],
    known: Known,
) -> Item:
    is_link = file.kind is FileKind.LINK
    held = known.material_by_link.get(file.link_url) if is_link else known.material_by_hash.get(file.sha256)
    if held:
        return Skip(file, "already in the library")
    content = MaterialContent(
        title=material_title(place_of(file), recording.title if recording else ""),
        kind=material_kind(file.stem, file.extension),
        link_url=file.link_url,
    )
    before = known.material_by_source.get(manifest.source_of(file))
    is_free = before is not None and not {_content_of(before), before.key} & set(taken)
    if before and is_free and bool(before.link_url) == is_link:
        reason = "the file at this place has changed since it was imported"
        return Update(file, content, before.key, reason, _notes(file))
    return Create(file, content, reason, _notes(file))


def _content_of(material: KnownMaterial) -> str:
    return material.link_url or material.sha256


def _notes(file: ShareFile) -> tuple[str, ...]:
    if file.kind is FileKind.LINK or file.text_status in ("", "extracted"):
        return ()
    told = file.note or "no text could be read in it"
    return (told if "search" in told.casefold() else f"{told.rstrip('.')}: search cannot see inside",)
