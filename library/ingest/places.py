"""Where a file of a share lies, and what its name and folders tell; folders that only sort files by kind are one place."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from library.ingest.manifest import ShareFile
from library.ingest.naming.dates import NameDate
from library.ingest.naming.languages import LANGUAGE_NAMES, language_of_folders
from library.ingest.naming.names import GENERIC_WORDS, Name, names_of, pairing_stem, understood, words_of

KIND_WORDS = frozenset(
    "recording recordings video videos movie movies film films audio audios sound sounds media mp captions caption"
    " subtitles subtitle subs transcript transcripts slides slide deck decks"
    " slidedecks presentation presentations powerpoint powerpoints ppt pptx"
    " handout handouts worksheet worksheets resource resources material materials document documents docs doc pdf pdfs"
    " notes files links reading readings download downloads record srt vtt".split()
)
_BESIDE_KIND = frozenset(
    "session sessions course event events meeting meetings webinar webinars workshop workshops all other supporting and"
    " delegate delegates participant participants speaker speakers closed zoom teams meet webex panopto kaltura obs"
    " final edited raw".split()
)
Folders = tuple[str, ...]


@dataclass(frozen=True)
class FolderPlace:
    """Where a file lies and what its name tells."""

    folders: Folders
    stem: str

    @cached_property
    def ground(self) -> Folders:
        """The folders that lead to it, without those whose names only say what kind of file lies there."""
        return ground_of(self.folders)

    @cached_property
    def pairing_stem(self) -> str:
        """The stem without language, copy marks and the like."""
        return pairing_stem(self.stem)

    @cached_property
    def name(self) -> Name:
        """The stem, understood."""
        return names_of(self.folders, self.stem)[1]

    @cached_property
    def date(self) -> NameDate | None:
        """The most telling date of name and folders."""
        folders, name = names_of(self.folders, self.stem)
        dates = [told.date for told in (name, *reversed(folders)) if told.date]
        return max(dates, key=lambda told: told.precision, default=None)

    @property
    def day(self) -> datetime.date | None:
        """The exact day, if name or folders tell it."""
        return self.date.as_date if self.date else None

    @cached_property
    def telling_words(self) -> frozenset[str]:
        """The words of the name that say something about its content."""
        return self.name.words - GENERIC_WORDS

    @cached_property
    def nearby_words(self) -> frozenset[str]:
        """The telling words of the name and of the folder it lies in."""
        folders, _ = names_of(self.ground, self.stem)
        return self.telling_words | ((folders[-1].words - GENERIC_WORDS) if folders else frozenset())


def place_of(file: ShareFile) -> FolderPlace:
    """The place of a file of the share."""
    return FolderPlace(file.folders, file.stem)


@lru_cache(maxsize=20_000)
def ground_of(folders: Folders) -> Folders:
    """Return the folders without those that only say a kind of file ("Recordings", "02 Slides", "Captions/Polish")."""
    kept: list[str] = []
    is_below_kind = False
    for folder in folders:
        is_kind = is_kind_folder(folder) or (is_below_kind and _is_language(folder))
        if not is_kind:
            kept.append(folder)
        is_below_kind = is_kind
    return tuple(kept)


def is_kind_folder(folder: str) -> bool:
    """Whether a folder's name says only what kind of file lies in it: "Recordings", "Polish subtitles", "Slides & handouts"."""
    words = words_of(folder)
    telling = words - KIND_WORDS - _BESIDE_KIND - LANGUAGE_NAMES.keys()
    return bool(words & KIND_WORDS) and not telling and understood(folder).part is None


def _is_language(folder: str) -> bool:
    return not re.search(r"\d", folder) and bool(language_of_folders(("captions", folder), KIND_WORDS))


def with_parents(folders: Folders) -> Iterator[Folders]:
    """The folders, and each above it, outermost first."""
    return (folders[:depth] for depth in range(len(folders) + 1))


def distance(mine: Sequence[str], theirs: Sequence[str]) -> int:
    """How many steps up and down lead from one folder to the other."""
    shared = 0
    for left, right in zip(mine, theirs, strict=False):
        if left != right:
            break
        shared += 1
    return len(mine) + len(theirs) - 2 * shared
