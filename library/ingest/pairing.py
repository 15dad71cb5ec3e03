"""Decides which recording a caption file or a material belongs to, and says why, or between which it cannot decide.

Every hint counts points: the same name, the same time stamp, shared telling words and numbers, the same day, being the
only recording at hand. What speaks against a pair (another part's number, another day, captions longer than the
recording) takes points away. The best recording wins when it is likely enough and clearly ahead of the next.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from library.ingest.naming.languages import split_language
from library.ingest.naming.names import fold, is_set_aside
from library.ingest.places import KIND_WORDS, FolderPlace, Folders, distance, with_parents
from library.timecodes import format_timecode

LIKELY_POINTS = 40
CLEAR_LEAD_POINTS = 8
_MAX_RIVALS_NAMED = 3
_MAX_WORD_POINTS = 45
_NOT_TITLE = KIND_WORDS | {"", "-", "–", "and", "&", "the", "for"}
_RARE = 3  # words that so many recordings share still tell something


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
        self._in_folder = Counter(candidate.place.ground for candidate in self._candidates)
        self._below: Counter[Folders] = Counter()
        self._with_word: Counter[str] = Counter()
        self._words_in_folder: dict[Folders, Counter[str]] = defaultdict(Counter)
        self._index: dict[Hashable, set[int]] = defaultdict(set)
        for position, candidate in enumerate(self._candidates):
            place = candidate.place
            self._below.update(with_parents(place.ground))
            self._with_word.update(place.nearby_words)
            self._words_in_folder[place.ground].update(place.telling_words)
            for trait in _traits(candidate):
                self._index[trait].add(position)

    def pair(self, place: FolderPlace, *, ends_at_seconds: float | None = None) -> Pairing:
        """The recording that `place` belongs to. `ends_at_seconds` is when the last caption ends, for caption files."""
        near = [self._candidates[position] for position in sorted(self._sharing_something(place))]
        scored = [(*self._score(place, candidate, ends_at_seconds), candidate) for candidate in near]
        scored = sorted((entry for entry in scored if entry[0] >= LIKELY_POINTS), key=lambda entry: -entry[0])
        if not scored:
            return Pairing(None, self._why_none(place, near, ends_at_seconds))
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
        mine, number = place.ground, place.name.number
        traits: list[Hashable] = [("stem", place.pairing_stem), ("day", place.day)]
        traits.append(("title", _title_of(place)))
        traits += [("word", word) for word in place.telling_words if self._with_word[word] <= _RARE]
        counts = self._words_in_folder.get(mine, Counter())
        traits += [("word", mine, word) for word in place.telling_words if counts[word] == 1]
        if number is not None:
            traits += [("number", mine, number), ("number", mine[:-1], number), ("number below", mine, number)]
        traits += [("below", folder) for folder in with_parents(mine) if self._below[folder] == 1]
        if self._in_folder[mine] == 1:
            traits.append(("folder", mine))
        return set().union(*(self._index.get(trait, ()) for trait in traits))

    def _why_none(self, place: FolderPlace, near: Sequence[Candidate], ends_at_seconds: float | None) -> str:
        """Which recording comes closest, what speaks for it, and what spoke against it."""
        if not self._candidates:
            return "there is no recording in this folder"
        candidates = near or [self._candidates[self._nearest(place)]]
        judged = [(candidate, self._hints(place, candidate, ends_at_seconds)) for candidate in candidates]
        for_it = [(sum(points for points, _ in hints if points > 0), candidate, hints) for candidate, hints in judged]
        _, best, hints = max(for_it, key=lambda entry: (entry[0], sum(points for points, _ in entry[2])))
        reasons, against = _told(hints), [told for points, told in hints if points < 0]
        spoke = " and ".join(against) or "too little speaks for it"
        if not reasons:
            return f"no recording is near it or named like it; the nearest is “{best.label}”: {spoke}"
        return f"the nearest recording is “{best.label}” ({' and '.join(reasons[:2])}), but {spoke}"

    def _nearest(self, place: FolderPlace) -> int:
        for depth in range(len(place.ground), -1, -1):
            if found := self._index.get(("below", place.ground[:depth])):
                return min(found)
        return 0

    def _score(self, place: FolderPlace, candidate: Candidate, ends_at_seconds: float | None) -> tuple[int, list[str]]:
        hints = self._hints(place, candidate, ends_at_seconds)
        return sum(points for points, _ in hints), _told(hints)

    def _hints(self, place: FolderPlace, candidate: Candidate, ends_at_seconds: float | None) -> list[tuple[int, str]]:
        return [
            self._by_name(place, candidate),
            _by_date(place, candidate.place),
            self._by_words(place, candidate.place),
            _by_number(place, candidate.place),
            self._by_location(place, candidate.place),
            _by_length(ends_at_seconds, candidate.duration_seconds),
        ]

    def _by_name(self, place: FolderPlace, candidate: Candidate) -> tuple[int, str]:
        if place.pairing_stem != candidate.place.pairing_stem:
            is_alias = any((a.ground, a.pairing_stem) == (place.ground, place.pairing_stem) for a in candidate.aliases)
            if is_alias:
                return 95, "same name as a duplicate or another view of it"
            return _by_title(place, candidate.place)
        if place.ground == candidate.place.ground:
            # Of "talk" and "talk final", "talk.en" names the first.
            is_exact = fold(split_language(place.stem)[1]) == fold(candidate.place.stem)
            where = "" if place.folders == candidate.place.folders else " in a folder beside it"
            return 100 + 10 * is_exact, f"same name{where}"
        is_near = distance(place.ground, candidate.place.ground) <= 2
        if place.name.is_generic and not (place.date and place.date.stamp):
            return (45, "same name in a folder near it") if is_near else (0, "")
        return (80, "same name in a folder near it") if is_near else (60, "same name in another folder")

    def _by_words(self, place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
        if place.ground == other.ground and self._in_folder[other.ground] > 1:
            # Among the recordings of one folder, a word tells what only one of them has.
            counts = self._words_in_folder[other.ground]
            weights = {word: 25 if counts[word] == 1 else 2 for word in place.telling_words & other.telling_words}
        else:
            counts = self._with_word
            shared = place.telling_words & other.nearby_words
            weights = {word: 20 if counts[word] == 1 else 8 if counts[word] <= _RARE else 2 for word in shared}
        points = min(_MAX_WORD_POINTS, sum(weights.values()))
        best = sorted(weights, key=lambda word: (-weights[word], -len(word), word))[:2]
        return points, f"name shares {' and '.join(f'“{word}”' for word in best)}" if points else ""

    def _by_location(self, place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
        mine, theirs = place.ground, other.ground
        # What lies at the top of a share, or among things set aside, lies there by chance.
        is_by_chance = not mine or is_set_aside(mine[-1])
        if mine == theirs:
            where = "same folder" if place.folders == other.folders else "a folder beside it"
            if self._in_folder[theirs] > 1:
                return 15, where
            is_by_chance = is_by_chance and (len(self._candidates) > 1 or bool(mine))
            return (15, where) if is_by_chance else (50, f"{where}, the only recording there")
        if theirs and mine[: len(theirs)] == theirs and self._below[theirs] == 1 and not is_by_chance:
            return 45, f"in a folder of “{theirs[-1]}”, the only recording there"
        if mine and theirs[: len(mine)] == mine and self._below[mine] == 1 and not is_by_chance:
            return 42, "the only recording in the folders below it"
        return (10, "in a folder near it") if mine and theirs and distance(mine, theirs) <= 2 else (0, "")


def _traits(candidate: Candidate) -> Iterator[Hashable]:
    place = candidate.place
    yield from (("stem", one.pairing_stem) for one in (place, *candidate.aliases))
    yield from (("word", word) for word in place.nearby_words)
    yield from (("word", place.ground, word) for word in place.telling_words)
    yield from (("below", folder) for folder in with_parents(place.ground))
    yield ("folder", place.ground)
    if place.day:
        yield ("day", place.day)
    if title := _title_of(place):
        yield ("title", title)
    if place.name.number is not None:
        yield ("number", place.ground, place.name.number)
        yield ("number below", place.ground[:-1], place.name.number)


def _told(hints: Sequence[tuple[int, str]]) -> list[str]:
    return [reason for points, reason in sorted(hints, key=lambda hint: -hint[0]) if points >= 10 and reason]


def _title_of(place: FolderPlace) -> str:
    """What the name says without its date and the words for kinds of files; "" when that is no telling title."""
    if place.name.is_generic:
        return ""
    words = [word for word in fold(place.name.title).split() if word.strip(" -–,:&") not in _NOT_TITLE]
    return " ".join(words).strip(" -–,:&")


def _by_title(place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
    title = _title_of(place)
    if not title or title != _title_of(other) or distance(place.ground, other.ground) > 2:
        return 0, ""
    return (60, "same title") if place.ground == other.ground else (45, "same title in a folder near it")


def _by_date(place: FolderPlace, other: FolderPlace) -> tuple[int, str]:
    if place.date is None or other.date is None:
        return 0, ""
    if place.date.stamp and place.date.stamp == other.date.stamp:
        return 85, f"same time stamp, {place.date.words} {place.date.stamp[1].isoformat()}"
    if place.date.contradicts(other.date):
        return -60, f"it says {place.date.words}, and the recording {other.date.words}"
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
        told = f"it has the number {mine.number}, and the recording {theirs.number}"
        return (-100 if is_embedded else -40), told
    # A bare number is no evidence across folders: every folder has its "1".
    is_near = distance(place.ground, other.ground) <= 1
    if not is_near:
        return 0, ""
    return (40, f"name shares “Part {mine.part}”") if is_embedded else (30, f"same number, {mine.number}")


def _by_length(ends_at_seconds: float | None, duration_seconds: float | None) -> tuple[int, str]:
    if ends_at_seconds is None or not duration_seconds:
        return 0, ""
    if ends_at_seconds > duration_seconds + max(30.0, duration_seconds * 0.05):
        ends, lasts = format_timecode(ends_at_seconds), format_timecode(duration_seconds)
        return -200, f"the last caption ends at {ends}, and the recording is {lasts} long"
    fits = ends_at_seconds >= duration_seconds - max(20.0, duration_seconds * 0.05)
    return (12, "as long as the recording") if fits else (0, "")
