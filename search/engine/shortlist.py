"""Why: to score all that matches takes longer the larger a library is, and almost all of it is scored to be left out.

An engine that is asked for nothing but single words skips what cannot come among the best; filters, phrases and all else
make it look at every entry. So first the likely ones are taken, by their words alone and by the stretches of the query,
whoever may see them; then these are scored by all that counts, behind the gate. Where too few of them pass, more are
taken, and in the end all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.engine.clauses import Clause
from search.engine.protocol import Searcher

# How many entries are looked at: at first, and when too few of them pass the gate.
LOOKS = (300, 1_200)


@dataclass(frozen=True)
class Shortlist:
    """Where the likeliest entries lie; `is_whole` when no others match at all."""

    addresses: list[Any]
    is_whole: bool


def shortlisted(searcher: Searcher, likely: Sequence[Clause], most: int) -> Shortlist:
    """The `most` best entries of each clause; some may come several times."""
    found = [searcher.search(clause, most, count=False).hits for clause in likely]
    return Shortlist(
        [address for hits in found for _, address in hits], is_whole=all(len(hits) < most for hits in found)
    )
