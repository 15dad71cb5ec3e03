"""`evaluate_search`: measures the search on collections with judgements, through the same code as the site's."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table

from search.engine import Engine
from search.evaluation.collection import AUDIENCE, Collection, CollectionError, JudgedQuery, read_collection
from search.evaluation.measures import Figures, figures
from search.evaluation.plain import PlainIndex
from search.meaning.filling import fill
from search.meaning.stage import stage_at

DEPTH = 100

Ask = Callable[[str], list[str]]


class Command(BaseCommand):
    help = (
        "Measure the quality of search. Load documents, questions and judgements into a temporary index, run the "
        "questions and print the scores. If requirements-semantic.txt is installed, run them once by words alone and "
        "once with meaning. This does not change the site's index or database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folders", nargs="+", metavar="COLLECTION_DIR", help="with docs.jsonl, queries.jsonl, qrels.tsv"
        )
        parser.add_argument("--baseline", action="store_true", help="measure plain BM25 over whole documents beside it")
        parser.add_argument(
            "--vectors", metavar="FOLDER", help="keep what was made for the search by meaning here, for the next time"
        )
        parser.add_argument("--json", metavar="FILE", help="write the figures to this file too (- for standard output)")

    def handle(self, *args: Any, folders: list[str], **options: Any) -> None:
        try:
            rows = [row for folder in folders for row in self._rows(read_collection(Path(folder)), options)]
        except CollectionError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"] == "-":
            self.stdout.write(_as_json(rows))
            return
        if options["json"]:
            Path(options["json"]).write_text(_as_json(rows), encoding="utf-8")
        _print(rows, Console(file=sys.stdout))

    def _rows(self, collection: Collection, options: dict[str, Any]) -> Iterator[tuple[str, str, Figures]]:
        with tempfile.TemporaryDirectory(prefix="evaluate-search-") as folder:
            engine = Engine(Path(folder) / "index")
            began = time.monotonic()
            count = engine.rebuild(collection.documents())
            self.stderr.write(f"{collection.name}: {count} documents in {time.monotonic() - began:.1f} s")

            yield from _both(collection, "search", _asking(engine))
            kept = Path(options["vectors"] or folder) / collection.name
            if (stage := stage_at(kept, os.cpu_count() or 1)) is not None:
                began = time.monotonic()
                made = fill(engine.snapshot(), stage)
                self.stderr.write(f"{collection.name}: {made} vectors in {time.monotonic() - began:.1f} s")
                yield from _both(collection, "search with meaning", _asking(Engine(Path(folder) / "index", stage)))
            if options["baseline"]:
                plain = PlainIndex(Path(folder) / "plain", collection.texts())

                def ask_plain(text: str) -> list[str]:
                    return plain.search(text, DEPTH)

                yield collection.name, "plain BM25", _measured(ask_plain, collection, collection.queries)


def _asking(engine: Engine) -> Ask:
    def ask(text: str) -> list[str]:
        return [hit.key for hit in engine.search(text, (AUDIENCE,), first=DEPTH, moments_per_hit=0).hits]

    return ask


def _both(collection: Collection, what: str, ask: Ask) -> Iterator[tuple[str, str, Figures]]:
    """The figures of the questions as they are, and mistyped if the collection has them so."""
    yield collection.name, what, _measured(ask, collection, collection.queries)
    if collection.typos:
        yield collection.name, f"{what}, mistyped", _measured(ask, collection, collection.typos)


def _measured(ask: Ask, collection: Collection, queries: tuple[JudgedQuery, ...]) -> Figures:
    answers, durations = {}, []
    for query in collection.judged(queries):
        began = time.perf_counter()
        answers[query.id] = ask(query.text)
        durations.append(time.perf_counter() - began)
    return figures(answers, collection.judgements, 1000 * statistics.median(durations) if durations else 0.0)


def _as_json(rows: list[tuple[str, str, Figures]]) -> str:
    return json.dumps([{"collection": name, "engine": what, **asdict(result)} for name, what, result in rows], indent=2)


def _print(rows: list[tuple[str, str, Figures]], console: Console) -> None:
    table = Table("collection", "engine", "nDCG@10", "Recall@100", "MRR", "zero results", "questions", "median")
    for name, what, result in rows:
        table.add_row(
            name,
            what,
            f"{result.ndcg_at_10:.4f}",
            f"{result.recall_at_100:.4f}",
            f"{result.reciprocal_rank:.4f}",
            f"{result.zero_result_rate:.1%}",
            str(result.queries),
            f"{result.median_milliseconds:.1f} ms",
        )
    console.print(table)
