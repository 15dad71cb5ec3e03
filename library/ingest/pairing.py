"""Decides which recording a caption file or a material belongs to, and says why, or between which it cannot decide.

Every hint counts points: the same name, the same time stamp, shared telling words and numbers, the same day, being the
only recording at hand. What speaks against a pair (another part's number, another day, captions longer than the
recording) takes points away. The best recording wins when it is likely enough and clearly ahead of the next.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from library.ingest.dates import NameDate
from library.ingest.manifest import ShareFile
from library.ingest.names import GENERIC_WORDS, Name, is_set_aside, names_of, pairing_stem

LIKELY_POINTS = 40
CLEAR_LEAD_POINTS = 8
_MAX_RIVALS_NAMED = 3
_MAX_WORD_POINTS = 45
_RARE = 3  # words that so many recordings share still tell something
Folders = tuple[str, ...]


@dataclass(frozen=True)
class FolderPlace:
    """Where a file lies and what its name tells."""

    folders: tuple[str, ...]
    stem: str

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
        folders, _ = names_of(self.folders, self.stem)
        return self.telling_words | ((folders[-1].words - GENERIC_WORDS) if folders else frozenset())


def place_of(file: ShareFile) -> FolderPlace:
    """The place of a file of the share."""
    return FolderPlace(file.folders, file.stem)


@dataclass(frozen=True)
class Candidate:
    """A recording that captions and materials may belong to; `aliases` are the places of its duplicates."""

    key: str
    label: str
    place: FolderPlace
    duration_seconds: float | None = None
    aliases: tuple[FolderPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """The recording something belongs to (its key) and why; or no key, and the rivals between which it stays open."""

    key: str | None
    reason: str
    rivals: tuple[str, ...] = ()


class PairMatcher:
    """Pairs files with the recordings of one share.

    Only recordings that share something with a file are looked at (they are found by index), so that a share of thousands
    of files is planned in seconds.
    """

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._candidates = sorted(candidates, key=lambda candidate: candidate.key)
        self._in_folder = Counter(candidate.place.folders for candidate in self._candidates)
        self._below: Counter[Folders] = Counter()
        self._with_word: Counter[str] = Counter()
        self._words_in_folder: dict[Folders, Counter[str]] = defaultdict(Counter)
        self._index: dict[Hashable, set[int]] = defaultdict(set)
        for position, candidate in enumerate(self._candidates):
            place = candidate.place
            self._below.update(_with_parents(place.folders))
            self._with_word.update(place.nearby_words)
            self._words_in_folder[place.folders].update(place.telling_words)
            for trait in _traits(candidate):
                self._index[trait].add(position)

    def pair(self, place: FolderPlace, *, ends_at_seconds: float | None = None) -> Pairing:
        """The recording that `place` belongs to. `ends_at_seconds` is when the last caption ends, for caption files."""
        near = [self._candidates[position] for position in sorted(self._sharing_something(place))]
        scored = [(*self._score(place, candidate, ends_at_seconds), candidate) for candidate in near]
        scored = sorted((entry for entry in scored if entry[0] >= LIKELY_POINTS), key=lambda entry: -entry[0])
        if not scored:
            return Pairing(None, "no recording near it or named like it")
        points, reasons, best = scored[0]
        rivals = [entry for entry in scored if points - entry[0] < CLEAR_LEAD_POINTS]
        if len(rivals) > 1:
            labels = tuple(entry[2].label for entry in rivals)
            named = [f"“{label}”" for label in labels[:_MAX_RIVALS_NAMED]]
            named += [f"{len(labels) - _MAX_RIVALS_NAMED} others"] * (len(labels) > _MAX_RIVALS_NAMED)
            return Pairing(None, f"could belong to {' or '.join(named)}", labels)
        return Pairing(best.key, " and ".join(reasons[:2]))

    def _sharing_something(self, place: FolderPlace) -> set[int]:
        """The positions of all recordings that could become likely; what they must share follows from the points."""
        mine, number = place.folders, place.name.number
        traits: list[Hashable] = [("stem", place.pairing_stem), ("day", place.day)]
        traits += [("word", word) for word in place.telling_words if self._with_word[word] <= _RARE]
        counts = self._words_in_folder.get(mine, Counter())
        traits += [("word", mine, word) for word in place.telling_words if counts[word] == 1]
        if number is not None:
            traits += [("number", mine, number), ("number", mine[:-1], number), ("number below", mine, number)]
        traits += [("below", folder) for folder in _with_parents(mine) if self._below[folder] == 1]
        if self._in_folder[mine] == 1:
            traits.append(("folder", mine))
        return set().union(*(self._index.get(trait, ()) for trait in traits))

    def _score(self, place: FolderPlace, candidate: Candidate, ends_at_seconds: float | None) -> tuple[int, list[str]]:
        hints = [
            self._by_name(place, candidate),
            _by_date(place, candidate.place),
            self._by_words(place, candidate.place),
            _by_number(place, candidate.place),
            self._by_location(place, candidate.place),
            _by_length(ends_at_seconds, candidate.duration_seconds),
        ]
        reasons = [reason for points, reason in sorted(hints, key=lambda hint: -hint[0]) if points >= 10 and reason]
        return sum(points for points, _ in hints), reasons

    def _by_name(self, place: FolderPlace, candidate: Candidate) -> tuple[int, str]:
        if place.pairing_stem != candidate.place.pairing_stem:
            is_alias = any(
                (a.folders, a.pairing_stem) == (place.folders, place.pairing_stem) for a in candidate.aliases
            )
            return (95, "same name as a duplicate of it") if is_alias else (0, "")
        if place.folders == candidate.place.folders:
            return 100, "same name"
        is_near = _distance(place.folders, candidate.place.folders) <= 2
        if place.name.is_generic and not (place.date and place.date.stamp):
            return (45, "same name in a folder near it") if is_near else (0, "")
        return (80, "same name in a folder near it") if is_near else (60, "same name in another folder")

    def _by_words(self, place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
        if place.folders == other.folders and self._in_folder[other.folders] > 1:
            # Among the recordings of one folder, a word tells what only one of them has.
            counts = self._words_in_folder[other.folders]
            weights = {word: 25 if counts[word] == 1 else 2 for word in place.telling_words & other.telling_words}
        else:
            counts = self._with_word
            shared = place.telling_words & other.nearby_words
            weights = {word: 20 if counts[word] == 1 else 8 if counts[word] <= _RARE else 2 for word in shared}
        points = min(_MAX_WORD_POINTS, sum(weights.values()))
        best = sorted(weights, key=lambda word: (-weights[word], -len(word), word))[:2]
        return points, f"name shares {' and '.join(f'“{word}”' for word in best)}" if points else ""

    def _by_location(self, place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
        mine, theirs = place.folders, other.folders
        # What lies at the top of a share, or among things set aside, lies there by chance.
        is_by_chance = not mine or is_set_aside(mine[-1])
        if mine == theirs:
            if self._in_folder[theirs] > 1:
                return 15, "same folder"
            is_by_chance = is_by_chance and (len(self._candidates) > 1 or bool(mine))
            return (15, "same folder") if is_by_chance else (50, "same folder, the only recording there")
        if theirs and mine[: len(theirs)] == theirs and self._below[theirs] == 1 and not is_by_chance:
            return 45, f"in a folder of “{theirs[-1]}”, the only recording there"
        if mine and theirs[: len(mine)] == mine and self._below[mine] == 1 and not is_by_chance:
            return 42, "the only recording in the folders below it"
        return (10, "in a folder near it") if mine and theirs and _distance(mine, theirs) <= 2 else (0, "")


def _traits(candidate: Candidate) -> Iterator[Hashable]:
    place = candidate.place
    yield from (("stem", one.pairing_stem) for one in (place, *candidate.aliases))
    yield from (("word", word) for word in place.nearby_words)
    yield from (("word", place.folders, word) for word in place.telling_words)
    yield from (("below", folder) for folder in _with_parents(place.folders))
    yield ("folder", place.folders)
    if place.day:
        yield ("day", place.day)
    if place.name.number is not None:
        yield ("number", place.folders, place.name.number)
        yield ("number below", place.folders[:-1], place.name.number)


def _with_parents(folders: Folders) -> Iterator[Folders]:
    return (folders[:depth] for depth in range(len(folders) + 1))


def _by_date(place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
    if place.date is None or other.date is None:
        return 0, ""
    if place.date.stamp and place.date.stamp == other.date.stamp:
        return 85, f"same time stamp, {place.date.words} {place.date.stamp[1].isoformat()}"
    if place.date.contradicts(other.date):
        return -60, ""
    is_told_by_name = place.name.date is not None
    if is_told_by_name and place.date.as_date and place.date.as_date == other.date.as_date:
        return 35, f"same day, {place.date.words}"
    return (
        (12, f"same month, {place.date.words}")
        if is_told_by_name and place.date.month and other.date.month
        else (0, "")
    )


def _by_number(place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
    mine, theirs = place.name, other.name
    if mine.number is None or theirs.number is None:
        return 0, ""
    is_embedded = mine.part is not None and theirs.part is not None
    if mine.number != theirs.number:
        return (-100 if is_embedded else -40), ""
    # A bare number is no evidence across folders: every folder has its "1".
    is_near = _distance(place.folders, other.folders) <= 1
    if not is_near:
        return 0, ""
    return (40, f"name shares “Part {mine.part}”") if is_embedded else (30, f"same number, {mine.number}")


def _by_length(ends_at_seconds: float | None, duration_seconds: float | None) -> tuple[int, str]:
    if ends_at_seconds is None or not duration_seconds:
        return 0, ""
    if ends_at_seconds > duration_seconds + max(30.0, duration_seconds * 0.05):
        return -200, ""
    fits = ends_at_seconds >= duration_seconds - max(20.0, duration_seconds * 0.05)
    return (12, "as long as the recording") if fits else (0, "")


def _distance(mine: Sequence[str], theirs: Sequence[str]) -> int:
    shared = 0
    for left, right in zip(mine, theirs, strict=False):
        if left != right:
            break
        shared += 1
    return len(mine) + len(theirs) - 2 * shared
