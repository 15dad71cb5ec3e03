"""Why: what answers equally well is put in an order people like: the kind of thing they asked for first, the newer before
the older, and not ten of one kind when something else is as good.

All three only weigh what was ranked by its words. Freshness is worth a twentieth at most, so it decides between
neighbours; where nothing has a date, or all are of one kind, nothing changes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from search.engine.protocol import Searcher

FRESHNESS = 0.05
HALVED_AFTER_DAYS = 3 * 365
# "slides about trust": any answer of the kind asked for comes before those of other kinds; "trust slides" may be a title.
ASKED_BOOST = 50.0
HINTED_BOOST = 1.5
# After so many of one kind in a row, something of another kind that is nearly as good is due, as far down as people look.
LONGEST_ROW = 3
NEARLY = 0.8
LOOKED_AT = 10
# The number by which the authors of reciprocal rank fusion keep the first places from deciding all.
FUSION_RANK = 60
MEANING_WEIGHT = 0.8


@dataclass(frozen=True)
class Ranked:
    """A resource entry in its place of the order."""

    number: int
    score: float
    address: Any


def ordered(
    ranked: Sequence[Ranked], searcher: Searcher, now: datetime, asked: Collection[int], boost: float
) -> list[Ranked]:
    """The entries in the order in which they are shown; those whose numbers are `asked` count `boost` times."""
    addresses = [each.address for each in ranked]
    orders = [int(order or 0) for order in searcher.fast_field_values("newest_order", addresses)]
    kinds = dict(
        zip((each.number for each in ranked), searcher.fast_field_values("kind_number", addresses), strict=True)
    )
    today = now.toordinal()
    # Made anew, not by dataclasses.replace: this runs for hundreds of entries in each search.
    weighed = [
        Ranked(
            each.number,
            each.score * freshness(order >> 24, today) * (boost if each.number in asked else 1.0),
            each.address,
        )
        for each, order in zip(ranked, orders, strict=True)
    ]
    # Of equals the newer comes first, and of one day always the same: the order ends in a number made of the key, while
    # that of an entry is drawn anew in each rebuild.
    ties = {each.number: order for each, order in zip(ranked, orders, strict=True)}
    weighed.sort(key=lambda each: (-round(each.score, 5), -ties[each.number]))
    return list(_mixed(weighed, kinds))


def fused_by_place(by_words: Sequence[Ranked], by_meaning: Sequence[int], boosts: Mapping[int, float]) -> list[Ranked]:
    """The same entries in an order that both orders agree on (reciprocal rank fusion), each counted `boosts` times.

    By places, since the scores of words and of meaning do not compare. What scores nothing has none of the words.
    """
    known = {each.number for each in by_words}
    orders = (
        ([word.number for word in by_words if word.score > 0], 1.0),
        ([number for number in by_meaning if number in known], MEANING_WEIGHT),
    )
    scores = dict.fromkeys(known, 0.0)
    for order, weight in orders:
        for place, number in enumerate(order, start=1):
            scores[number] += weight / (FUSION_RANK + place) * boosts.get(number, 1.0)
    fused = [Ranked(each.number, scores[each.number], each.address) for each in by_words]
    return sorted(fused, key=lambda each: -each.score)  # of equals, as by words


def freshness(day: int, today: int) -> float:
    """What a resource of that day counts today; without a day it counts as one of middling age."""
    age_days = max(0, today - day) if day else HALVED_AFTER_DAYS
    return 1.0 + FRESHNESS * 0.5 ** (age_days / HALVED_AFTER_DAYS)


def _mixed(ranked: list[Ranked], kinds: dict[int, int]) -> Iterator[Ranked]:
    """The same entries; among the first, a long row of one kind gives way to what is nearly as good."""
    waiting = list(ranked)
    row: list[int] = []
    for _ in range(min(LOOKED_AT, len(waiting))):
        place = 0
        if len(row) >= LONGEST_ROW and kinds[waiting[0].number] == row[-1]:
            enough = NEARLY * waiting[0].score
            others = (n for n, each in enumerate(waiting) if kinds[each.number] != row[-1] and each.score >= enough)
            place = next(others, 0)
        chosen = waiting.pop(place)
        kind = kinds[chosen.number]
        row = [*row, kind] if row and row[-1] == kind else [kind]
        yield chosen
    yield from waiting
