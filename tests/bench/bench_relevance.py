"""Why: a change of ranking is an opinion until it is measured on collections in which people have judged what answers
what.

The figures are nDCG@10 with linear gains over the judged collections beside the project (see its README there); the
targets are what plain BM25 reaches on the same data.
"""

from __future__ import annotations

import csv
import json
import math
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from search.engine import Engine, ResourceDocument
from search.passages import passages_of_pages

COLLECTIONS = Path(__file__).parents[3] / "shared" / "relevance"
TARGETS = {"med": 0.722, "cran": 0.525}


@dataclass(frozen=True)
class Page:
    """An abstract as a document of one page."""

    text: str
    number: int = 1
    heading: str = ""


def documents(folder: Path) -> Iterator[ResourceDocument]:
    """The collection as public materials."""
    for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        yield ResourceDocument(
            key=document["id"],
            kind="material",
            title=document["title"],
            audience_tokens=("public",),
            passages=tuple(passages_of_pages([Page(document["text"])])),
        )


def strung_together(folder: Path, length: int = 20) -> tuple[list[ResourceDocument], dict[str, str]]:
    """The abstracts in a fixed shuffle, `length` of them as one long resource; and which resource each went into."""
    lines = (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines()
    abstracts = [json.loads(line) for line in lines]
    random.Random(1).shuffle(abstracts)
    found, places = [], {}
    for start in range(0, len(abstracts), length):
        group = abstracts[start : start + length]
        places |= {abstract["id"]: f"long {start}" for abstract in group}
        passages = passages_of_pages([Page(" ".join(abstract["text"] for abstract in group))])
        found.append(
            ResourceDocument(f"long {start}", "recording", "", audience_tokens=("public",), passages=tuple(passages))
        )
    return found, places


def judgements(folder: Path) -> dict[str, dict[str, int]]:
    """Query id → document id → grade."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judged[row["query-id"]][row["corpus-id"]] = int(row["score"])
    return judged


def ndcg(found: list[str], judged: dict[str, int]) -> float:
    """nDCG@10 with linear gains, as trec_eval counts it."""
    best = sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:10]
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(best))
    gained = sum(max(0, judged.get(key, 0)) / math.log2(place + 2) for place, key in enumerate(found[:10]))
    return gained / ideal if ideal else 0.0


def judged_in(places: dict[str, str], judged: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """The judgements of abstracts as judgements of the long resources that hold them; grades add up."""
    summed: dict[str, dict[str, int]] = {query: defaultdict(int) for query in judged}
    for query, grades in judged.items():
        for key, grade in grades.items():
            if key in places:
                summed[query][places[key]] += max(0, grade)
    return summed


def mean_ndcg(engine: Engine, folder: Path, queries: str, judged: dict[str, dict[str, int]] | None = None) -> float:
    """The mean over all judged queries of one file."""
    judged = judgements(folder) if judged is None else judged
    scores = []
    for line in (folder / queries).read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        if query["id"] in judged:
            result = engine.search(query["text"], ["public"], first=10, moments_per_hit=0)
            scores.append(ndcg([hit.key for hit in result.hits], judged[query["id"]]))
    return sum(scores) / len(scores)


def run() -> list[tuple[str, str, str]]:
    """Rows of name, figure and target for `make bench`."""
    if not COLLECTIONS.is_dir():
        return [("relevance", "skipped: the judged collections are not beside the project", "")]
    rows = []
    for name, target in TARGETS.items():
        with tempfile.TemporaryDirectory() as directory:
            engine = Engine(Path(directory))
            engine.rebuild(documents(COLLECTIONS / name))
            for queries in ("queries", "typo"):
                figure = mean_ndcg(engine, COLLECTIONS / name, f"{queries}.jsonl")
                label = f"nDCG@10 {name}" + (", with typing errors" if queries == "typo" else "")
                rows.append((label, f"{figure:.3f}", f"≥ {target}" if queries == "queries" else ""))
        with tempfile.TemporaryDirectory() as directory:
            long, places = strung_together(COLLECTIONS / name)
            engine = Engine(Path(directory))
            engine.rebuild(long)
            judged = judged_in(places, judgements(COLLECTIONS / name))
            figure = mean_ndcg(engine, COLLECTIONS / name, "queries.jsonl", judged)
            rows.append((f"nDCG@10 {name}, twenty strung together", f"{figure:.3f}", ""))
    return rows


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" · ")
