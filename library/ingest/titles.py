"""Makes titles that a visitor understands out of file and folder names that were never meant for visitors."""

# ruff: noqa: SIM905 - long word lists are read most easily as lines of words

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from library.ingest.naming.names import GENERIC_WORDS, Name, cut, is_abbreviation, names_of
from library.ingest.places import FolderPlace
from library.ingest.renderings import view_of


def recording_title(place: FolderPlace, *, is_alone: bool, root: str) -> str:
    """The title of a recording; `is_alone` when no other recording lies in its folder, `root` is the share's own name.

    The file's name counts when it tells something, the nearest telling folder when it does not ("video1", "GMT2020…"),
    and both when the name only makes sense in its folder ("Part 1"). A month without a day goes into the title, because
    a date field would need a day that nobody told.
    """
    own, parent = place.name, telling_folder(place)
    title = _joined(own, parent, is_alone) or _polite(place)
    date = place.date
    if not title:
        share = Name(root)
        title = share.title if not share.is_generic and share.title else _event(place)
        if date and date.as_date and share.is_generic:
            return f"{title}, {date.words}"
    if date and date.month and not date.day:
        title = f"{title}, {date.words}"
    return cut(title)


def material_title(place: FolderPlace, recording_folder: str) -> str:
    """The title of a material: its own name, completed by what it belongs to when it tells only its kind ("Slides")."""
    own = place.name
    title = own.title or "Material"
    short = own.words and own.words - GENERIC_WORDS
    parent = telling_folder(place)
    subject = (parent.title if parent else "") or recording_folder
    if parent and short and all(is_abbreviation(word, parent.title) for word in short):
        kept = [word for word in title.split() if not is_abbreviation(word, parent.title)]
        title, short = " ".join(kept).capitalize() or title, frozenset()
    tells_only_kind = not {word for word in short if word not in _FILLERS}
    if subject and tells_only_kind and subject.casefold() not in title.casefold():
        title = f"{title}: {subject}"
    date = own.date or (place.date if tells_only_kind else None)
    if date and date.month and not date.day:
        title = f"{title}, {date.words}"
    return cut(title)


def told_apart(titles: Sequence[str], places: Sequence[FolderPlace]) -> list[str]:
    """The same titles, in the same order, none twice: equal ones get their date, or else the file's own name."""
    result = list(titles)
    for hint in (_by_day, _by_clock, _by_stem, _by_path):
        counts = Counter(title.casefold() for title in result)
        for index, title in enumerate(result):
            if counts[title.casefold()] > 1 and (told := hint(places[index])) and told.strip(" (),") not in title:
                result[index] = f"{cut(title, 150)}{told}"
    return _numbered([cut(title, 245) for title in result])


def _numbered(titles: list[str]) -> list[str]:
    """Names that differ only in how their accents are written read alike: the last resort is a number."""
    taken: set[str] = set()
    result = []
    for title in titles:
        candidate, number = title, 2
        while candidate.casefold() in taken:
            candidate, number = f"{title} ({number})", number + 1
        taken.add(candidate.casefold())
        result.append(candidate)
    return result


def telling_folder(place: FolderPlace) -> Name | None:
    """The nearest folder whose name says something about the content, not only when or that it is old."""
    folders, _ = names_of(place.folders, place.stem)
    return next((name for name in reversed(folders) if not name.is_generic and name.title), None)


_EVENTS = frozenset("webinar workshop session meeting lecture seminar interview masterclass".split())
_FILLERS = frozenset("follow up part day week for".split())


def _joined(own: Name, parent: Name | None, is_alone: bool) -> str:
    if own.is_generic or not own.title:
        return parent.title if parent else ""
    if parent is None:
        return own.title
    if parent.title.casefold() in own.title.casefold():
        return own.title
    telling, around = own.words - GENERIC_WORDS, parent.words
    if is_abbreviation(own.title, parent.title) or (telling <= around and own.part is None):
        return parent.title
    if own.part is not None or len(telling) < 2 or (telling & around and not is_alone):
        return f"{parent.title}: {own.title}"
    return own.title


def _polite(place: FolderPlace) -> str:
    """The name that a tool gave for want of a title ("Call with Ana", "Jane's meeting"), or ""."""
    folders, name = names_of(place.folders, place.stem)
    return next((told.title for told in (name, *reversed(folders)) if told.is_default), "")


def _event(place: FolderPlace) -> str:
    """What kind of event the names say it was ("Webinar"), or else "Recording"."""
    folders, name = names_of(place.folders, place.stem)
    words = (word for told in (name, *reversed(folders)) for word in re.findall(r"[^\W\d_]+", told.title.casefold()))
    return next((word for word in words if word in _EVENTS), "recording").capitalize()


def _by_day(place: FolderPlace) -> str:
    day = place.date.as_date if place.date else None
    return f", {place.date.words}" if day and place.date else ""


def _by_clock(place: FolderPlace) -> str:
    stamp = place.date.stamp if place.date else None
    return f", {stamp[1]:%H:%M}" if stamp else ""


def _by_stem(place: FolderPlace) -> str:
    told = place.name.title or view_of(place)
    return f" ({cut(told, 60)})" if told else ""


def _by_path(place: FolderPlace) -> str:
    folders, name = names_of(place.folders, place.stem)
    told = [understood.title for understood in (*folders, name) if understood.title]
    return f" ({cut('/'.join(told), 100)})" if told else ""
