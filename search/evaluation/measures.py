"""Why: figures are comparable only when they are counted as everybody counts them (trec_eval, linear gains)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True)
class Figures:
    """Means over all judged questions, each between 0 and 1; `median_milliseconds` is the time of one search."""

    ndcg_at_10: float
    recall_at_100: float
    reciprocal_rank: float
    zero_result_rate: float
    queries: int
    median_milliseconds: float = 0.0


def ndcg(found: Sequence[str], judged: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth` hits, with linear gains."""
    best = sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:depth]
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(best))
    gained = sum(max(0, judged.get(key, 0)) / math.log2(place + 2) for place, key in enumerate(found[:depth]))
    return gained / ideal if ideal else 0.0


def recall(found: Sequence[str], judged: Mapping[str, int], depth: int = 100) -> float:
    """The share of all right answers that stands among the first `depth` hits."""
    right = {key for key, grade in judged.items() if grade > 0}
    return len(right & set(found[:depth])) / len(right) if right else 0.0


def reciprocal_rank(found: Sequence[str], judged: Mapping[str, int]) -> float:
    """One divided by the place of the first right answer; 0 when there is none."""
    return next((1 / place for place, key in enumerate(found, 1) if judged.get(key, 0) > 0), 0.0)


def figures(
    answers: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]], median_milliseconds: float = 0.0
) -> Figures:
    """The figures of many answers (question's id → documents' ids, the best first)."""
    pairs = [(found, judgements[query]) for query, found in answers.items()]
    if not pairs:
        return Figures(0.0, 0.0, 0.0, 0.0, 0)
    return Figures(
        ndcg_at_10=fmean(ndcg(found, judged) for found, judged in pairs),
        recall_at_100=fmean(recall(found, judged) for found, judged in pairs),
        reciprocal_rank=fmean(reciprocal_rank(found, judged) for found, judged in pairs),
        zero_result_rate=fmean(0.0 if found else 1.0 for found, _ in pairs),
        queries=len(pairs),
        median_milliseconds=median_milliseconds,
    )
