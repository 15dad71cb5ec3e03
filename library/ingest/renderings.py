"""Finds what is the same meeting recorded several times over (views, sizes, sound alone), so that it is imported once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field

from library.files.signatures import FileKind
from library.ingest.items import Item, Skip
from library.ingest.manifest import ShareFile
from library.ingest.naming.names import fold
from library.ingest.naming.tools import VIEWS, without_view
from library.ingest.places import FolderPlace, place_of

_ZOOM_LOCAL = re.compile(r"(?:video|audio)(?:_only)?[ _]?(\d*)")
_PIXELS = re.compile(r"(?<!\d)(\d{3,4})(?:x(\d{3,4})|p)(?![^\W_])")
_TRACKS_OF_SPEAKERS = re.compile(r"audio[ _]record(?:ing)?s?", re.IGNORECASE)


@dataclass
class Meetings:
    """The files that become recordings, the other renderings of each (by its path), and the items of those."""

    kept: list[ShareFile]
    renderings: dict[str, list[ShareFile]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[Item] = field(default_factory=list)

    def set_aside(self, file: ShareFile, leader: ShareFile, told: str) -> None:
        """Note that `file` is a rendering of `leader`."""
        self.renderings[leader.path].append(file)
        self.skipped.append(Skip(file, told))


def meetings_of(originals: Sequence[ShareFile], known_hashes: Collection[str] = ()) -> Meetings:
    """Return the recordings among media files of different contents, and what is only another rendering of one.

    The best rendering stays: with a picture, known to the library, playable in browsers, the fullest view, the largest.
    """
    meetings = Meetings([])
    groups: dict[Hashable, list[ShareFile]] = defaultdict(list)
    for file in originals:
        groups[_meeting(place_of(file))].append(file)
    for files in groups.values():
        left = sorted(files, key=lambda file: _preference(file, known_hashes))
        while left:
            leader, rest = left[0], left[1:]
            left = []
            meetings.kept.append(leader)
            for file in rest:
                is_known = file.sha256 in known_hashes and file.kind is not FileKind.AUDIO
                if is_known or not _are_as_long(file, leader):
                    left.append(file)
                else:
                    meetings.set_aside(file, leader, _told(file, leader))
    _set_sounds_aside(meetings)
    order = {file.path: number for number, file in enumerate(originals)}
    meetings.kept.sort(key=lambda file: order[file.path])
    return meetings


def _meeting(place: FolderPlace) -> Hashable:
    """What renderings of one meeting have in common: Zoom's stamp, or the name without view and size."""
    tool = place.name.tool
    if tool and tool.tool == "zoom cloud" and tool.date and tool.date.stamp:
        return "zoom", fold(tool.title), tool.date.stamp
    stem = fold(without_view(place.stem, may_be_empty=True)[0])
    if match := _ZOOM_LOCAL.fullmatch(stem):
        return place.ground, "zoom local", match[1]
    return place.ground, stem


def view_of(place: FolderPlace) -> str:
    """The view that a name tells, one of VIEWS."""
    tool = place.name.tool
    return (tool.view if tool else "") or without_view(place.stem, may_be_empty=True)[1]


def _preference(file: ShareFile, known_hashes: Collection[str]) -> tuple[object, ...]:
    place = place_of(file)
    return (
        file.kind is FileKind.AUDIO,
        file.sha256 not in known_hashes,
        not file.is_browser_playable,
        VIEWS.index(view_of(place)),
        -_pixels(place.stem),
        -file.size_bytes,
        file.name_path,
    )


def _pixels(stem: str) -> int:
    match = _PIXELS.search(stem)
    return min(int(size) for size in match.groups() if size) if match else 0


def _set_sounds_aside(meetings: Meetings) -> None:
    """Sound that lies beside its video under another name: a copy's, a tool's, or the tracks of single speakers."""
    videos = [file for file in meetings.kept if file.kind is FileKind.VIDEO]
    by_stem = {(place_of(file).ground, place_of(file).pairing_stem): file for file in videos}
    in_folder: dict[tuple[str, ...], list[ShareFile]] = defaultdict(list)
    for file in videos:
        in_folder[file.folders].append(file)
    whole = {file.folders: file for file in meetings.kept if not _is_of_one_speaker(file)}
    whole |= {folders: files[0] for folders, files in in_folder.items()}
    kept = []
    for file in meetings.kept:
        place = place_of(file)
        video = by_stem.get((place.ground, place.pairing_stem)) if file.kind is FileKind.AUDIO else None
        beside = in_folder.get(file.folders, ())
        if video is None and file.kind is FileKind.AUDIO and len(beside) == 1 and place.name.is_generic:
            video = beside[0]
        if video and _are_as_long(file, video):
            meetings.set_aside(file, video, _told(file, video))
        elif _is_of_one_speaker(file) and (meeting := whole.get(file.folders[:-1])):
            told = f"the track of one speaker of “{meeting.name_path}”, which is imported with all"
            meetings.set_aside(file, meeting, told)
        else:
            kept.append(file)
    meetings.kept = kept


def _is_of_one_speaker(file: ShareFile) -> bool:
    is_in_folder = bool(file.folders) and bool(_TRACKS_OF_SPEAKERS.fullmatch(file.folders[-1]))
    return is_in_folder and file.kind is FileKind.AUDIO


def _are_as_long(file: ShareFile, other: ShareFile) -> bool:
    if file.duration_seconds is None or other.duration_seconds is None:
        return False
    leeway = max(2.0, 0.01 * other.duration_seconds)
    if _meeting(place_of(file)) == _meeting(place_of(other)) and _meeting(place_of(file))[0] == "zoom":  # type: ignore[index]
        # One stamp is one meeting, though some views begin later.
        leeway = max(60.0, 0.1 * other.duration_seconds)
    return abs(file.duration_seconds - other.duration_seconds) <= leeway


def _told(file: ShareFile, leader: ShareFile) -> str:
    if file.kind is FileKind.AUDIO and leader.kind is FileKind.VIDEO:
        return f"the sound of “{leader.name_path}”, which is imported with its picture"
    view = view_of(place_of(file))
    kind = f"another view ({view})" if view else "another size or format"
    return f"{kind} of “{leader.name_path}”: imported once"
