"""Why: suggestions come while somebody types, so their figures are taken where there are 100,000 titles and 10,000 names."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from search.engine import Engine, ResourceDocument
from search.language.name_index import NameIndex
from tests.bench.bench_search import VISITOR, Language

TITLES = 100_000
NAMES = 10_000
REPEATS = 100
PROMISED = "≤ 50 ms"


def run() -> list[tuple[str, str, str]]:
    """Return a row (what, measured, promised) for each way of typing."""
    language = Language()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(Path(folder))
        engine.rebuild(
            ResourceDocument(
                key=f"recording:{number}",
                kind="recording",
                title=" ".join(language.speak(6)),
                audience_tokens=("members",) if number % 10 == 0 else VISITOR,
            )
            for number in range(TITLES)
        )
        names = NameIndex((" ".join(language.speak(2)), number) for number in range(NAMES))

        def suggest(typed: str) -> None:
            engine.titles_like(typed, VISITOR)
            names.like(typed, 500)

        chance = random.Random(3)
        typed = [" ".join(language.speak(2)) for _ in range(REPEATS)]
        wrong = [f"{one[:3]}{chance.choice('qxz')}{one[3:]}" for one in typed]
        return [
            (f"suggestions among {TITLES:,} titles, {name}", _figures(suggest, each), PROMISED)
            for name, each in (
                ("two letters", [one[:2] for one in typed]),
                ("two words", typed),
                ("with a typo", wrong),
            )
        ]


def _figures(suggest: Callable[[str], None], typed: list[str]) -> str:
    milliseconds = []
    for one in typed:
        began = time.perf_counter()
        suggest(one)
        milliseconds.append((time.perf_counter() - began) * 1_000)
    milliseconds.sort()
    return f"median {statistics.median(milliseconds):.1f} ms, p95 {milliseconds[int(len(milliseconds) * 0.95)]:.1f} ms"
