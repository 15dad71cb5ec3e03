"""The glossary as search uses it: read once, kept in each process, and read anew as soon as an editor has changed it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from cms.access.models import MemberOrganisation
from cms.access.principals import VISITOR
from cms.publishing.kept import KeptByVersion
from programmes.models import Person, Topic

from .language import analysis
from .language.name_index import NameIndex
from .language.queries import understand
from .language.synonyms import Synonyms
from .language.terms import Sighting, TermFinder
from .models import GlossaryTerm, GlossaryUse


@dataclass(frozen=True, slots=True)
class Entry:
    """One glossary term, as it is read; `is_expanded` says whether search takes all its names for the same."""

    uuid: str
    term: str
    expansion: str
    other_names: tuple[str, ...]
    definition: str
    is_expanded: bool
    names: tuple[str, ...] = field(compare=False)

    @property
    def anchor(self) -> str:
        """The name of its place in a page, e.g. `word-6f0c…`."""
        return f"word-{self.uuid}"


class KnownWords:
    """Folded words that are never taken for mistyped; read from the database when a search first meets a word it does not know.

    Of people and topics only what everybody may see: a hidden name that is left as it is would be confirmed.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def __contains__(self, word: object) -> bool:
        return word in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        named = (Person, MemberOrganisation, Topic)
        public = [name for model in named for name in model.objects.visible_to(VISITOR).values_list("name", flat=True)]
        return frozenset(
            analysis.folded(word) for name in (*self._names, *public) for word, _, _ in analysis.words(name)
        )


@dataclass(frozen=True, eq=False)
class Glossary:
    """All entries at one moment; never changed, so threads share it."""

    entries: tuple[Entry, ...] = ()

    @cached_property
    def finder(self) -> TermFinder[Entry]:
        """Finds every name of every entry."""
        return TermFinder((name, entry) for entry in self.entries for name in entry.names)

    @cached_property
    def names(self) -> NameIndex[Entry]:
        """Finds entries by the beginning of any of their names."""
        return NameIndex((name, entry) for entry in self.entries for name in entry.names)

    @cached_property
    def same_names(self) -> tuple[tuple[str, ...], ...]:
        """The groups of names that search takes for the same, e.g. (("ICS", "integrated care system"), …)."""
        return tuple(entry.names for entry in self.entries if entry.is_expanded and len(entry.names) > 1)

    @cached_property
    def synonyms(self) -> Synonyms:
        """The same groups, as the engine takes them."""
        return Synonyms(self.same_names)

    @cached_property
    def known_words(self) -> KnownWords:
        """The words that this academy spells as it does: of its glossary, people, organisations and topics."""
        return KnownWords(tuple(name for entry in self.entries for name in entry.names))

    def sightings(self, text: str) -> list[Sighting[Entry]]:
        """Return where names stand in running text, left to right."""
        return self.finder.sightings(text)

    def asked_about(self, query: str) -> tuple[Entry, ...]:
        """Return the entries that what somebody typed names, each once, in its order; what is excluded is not asked about."""
        meant = understand(query, synonyms=self.synonyms).meant
        found = self.finder.sightings(meant, is_case_kept=False)
        return tuple(dict.fromkeys(entry for sighting in found for entry in sighting.things))


def glossary() -> Glossary:
    """Return the glossary as it is now."""
    return _kept.get()


def _read() -> Glossary:
    return Glossary(tuple(map(_entry, GlossaryTerm.objects.all())))


_kept = KeptByVersion(_read)


def definitions(entries: Iterable[Entry]) -> list[Entry]:
    """Return those that have something to tell: a definition, or at least what they stand for."""
    return [entry for entry in entries if entry.definition or entry.expansion]


def _entry(row: GlossaryTerm) -> Entry:
    return Entry(
        uuid=str(row.uuid),
        term=row.term,
        expansion=row.expansion,
        other_names=row.other_name_list,
        definition=row.definition,
        is_expanded=row.use == GlossaryUse.ALWAYS,
        names=row.names,
    )
