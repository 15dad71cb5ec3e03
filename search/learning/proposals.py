"""Proposes to editors what to do about a search that found nothing: another spelling, or an entry in the glossary."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from cms.access.principals import PUBLIC_TOKEN

from ..engine import EngineUnavailable
from ..glossary import glossary
from ..indexing.index import engine
from ..models import GlossaryTerm
from .report import QueryRow


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of the editors' list: the query, what it might have meant, and where to act on it."""

    row: QueryRow
    meant: str
    glossary_url: str


def proposals_for(rows: list[QueryRow]) -> list[Proposal]:
    """Return each query with what may be done; the spelling proposed is one that the public would be shown."""
    names = {name.casefold(): term for term in GlossaryTerm.objects.all() for name in term.names}
    return [_proposal(row, names.get(row.words)) for row in rows]


def _proposal(row: QueryRow, term: GlossaryTerm | None) -> Proposal:
    if term is not None:
        # The word is explained already; what is missing is content, or another name for what there is.
        return Proposal(row, "", reverse("wagtailsnippets_search_glossaryterm:edit", args=[term.pk]))
    add = reverse("wagtailsnippets_search_glossaryterm:add")
    return Proposal(row, _corrected(row.words), f"{add}?{urlencode({'term': row.words})}")


def _corrected(words: str) -> str:
    try:
        correction = (
            engine()
            .search(words, [PUBLIC_TOKEN], first=0, is_prefix_of_last_word=False, names=glossary().known_words)
            .correction
        )
    except EngineUnavailable:
        return ""
    return correction.text if correction is not None else ""
