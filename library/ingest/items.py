"""The words a plan is made of: what is to create, to update, to skip, or is wrong; each for one file, with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from library.ingest.manifest import ShareFile


class Origin(StrEnum):
    """How captions came about, as far as a file tells."""

    MACHINE = "machine"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class RecordingContent:
    """What a recording will be called, its address, and the day it was recorded if a name tells it."""

    title: str
    recorded_on: date | None
    slug: str = ""


@dataclass(frozen=True, slots=True)
class CaptionsContent:
    """A caption track: its language as a BCP 47 code without a region, and its origin."""

    language: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class MaterialContent:
    """A material's title and kind (slides, notes, handout, toolkit, publication, link); `link_url` only for links."""

    title: str
    kind: str
    link_url: str = ""
    slug: str = ""


Content = RecordingContent | CaptionsContent | MaterialContent


@dataclass(frozen=True, slots=True)
class Create:
    """Something new comes into the library. `notes` are worth knowing, and stop nothing."""

    file: ShareFile
    content: Content
    reason: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What the library holds under `known_key` gets this file's content."""

    file: ShareFile
    content: Content
    known_key: str
    reason: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skip:
    """The file is left where it is."""

    file: ShareFile
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """The file cannot be used; the reason says what is wrong and what to do."""

    file: ShareFile
    reason: str


Item = Create | Update | Skip | Problem


@dataclass(frozen=True, slots=True)
class RecordingGroup:
    """A recording with all that belongs to it. `media` is None when only the library still has its file."""

    title: str
    media: Create | Update | Skip | None
    attached: tuple[Item, ...] = ()
    known_key: str | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """The recording's own item first, then what is attached."""
        return (self.media, *self.attached) if self.media else self.attached

    @property
    def changes(self) -> tuple[Create | Update, ...]:
        """The items that change something."""
        return tuple(item for item in self.items if isinstance(item, Create | Update))


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import will do: recordings with their belongings, and the rest. Each file stands in exactly one item."""

    root: str
    groups: tuple[RecordingGroup, ...]
    others: tuple[Item, ...]

    @property
    def items(self) -> Iterator[Item]:
        """Every item, in the order of the plan."""
        for group in self.groups:
            yield from group.items
        yield from self.others

    @property
    def changes(self) -> tuple[Create | Update, ...]:
        """The items that change something."""
        return tuple(item for item in self.items if isinstance(item, Create | Update))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The files that cannot be used."""
        return tuple(item for item in self.items if isinstance(item, Problem))

    @property
    def counts(self) -> dict[str, int]:
        """How many of what: recordings, captions and materials to create, updates, skipped, problems."""
        counted = Counter(_word_for(item) for item in self.items)
        words = ("new_recordings", "new_captions", "new_materials", "updates", "skipped", "problems")
        return {word: counted[word] for word in words}


def _word_for(item: Item) -> str:
    if isinstance(item, Create):
        if isinstance(item.content, RecordingContent):
            return "new_recordings"
        return "new_captions" if isinstance(item.content, CaptionsContent) else "new_materials"
    return {Update: "updates", Skip: "skipped", Problem: "problems"}[type(item)]
