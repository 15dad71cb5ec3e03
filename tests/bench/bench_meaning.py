"""Why: finding by meaning is asked for with every question, so it must stay quick beside a library of 100,000 passages.

The library is that of `bench_search`, with vectors of chance (making real ones takes an hour; comparing takes as long whatever they
are), so that every question has neighbours. What the model costs is measured on real words.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from search.engine import Engine, nearness
from search.meaning.encoder import DIMENSIONS, installed_files
from search.meaning.filling import _slices
from search.meaning.stage import stage_at

from .bench_search import VISITOR, Language, Row, _milliseconds, _timed, library

PASSAGES = 100_000
REPEATS = 40
SPOKEN = (
    "We asked every ward to try one small change each week, to look at what happened, and to tell the others about it. "
)


def run() -> list[Row]:
    """Rows of name, figure and target for `make bench`."""
    if installed_files() is None:
        return [("meaning", "skipped: pip install -r requirements-semantic.txt", "")]
    with tempfile.TemporaryDirectory(prefix="bench-meaning-") as folder:
        return _measured(Path(folder))


def _measured(folder: Path) -> list[Row]:
    import numpy

    stage = stage_at(folder)
    assert stage is not None
    language = Language()
    words, both = Engine(folder / "index"), Engine(folder / "index", stage)
    words.rebuild(library(language, PASSAGES))
    chance = numpy.random.default_rng(5)
    passages = words.snapshot().passages
    for addresses in _slices(passages):
        keys = [int(key) for key in passages.fast_field_values("meaning", addresses)]
        stage.vectors.add(keys, chance.integers(-127, 128, (len(keys), DIMENSIONS), numpy.int8))
    nearness.LEAST_LIKENESS = -1.0  # vectors of chance are near to nothing
    questions = [" ".join(language.speak(9)) for _ in range(REPEATS)]
    both.search(questions[0], VISITOR)  # loads the model
    rows = []
    for name, engine in (("by words", words), ("by words and meaning", both)):
        took = [_timed(partial(engine.search, text, VISITOR)) for text in questions[1:]]
        median, worst = _milliseconds(took)
        target = "never above 120 ms" if engine is both else ""
        rows.append(
            (
                f"question of 9 words, {PASSAGES:,} passages, {name}",
                f"median {median:.0f} ms, p95 {worst:.0f} ms",
                target,
            )
        )
    began = time.process_time()
    stage.encoder.vectors([SPOKEN * 3] * 20)
    rows.append(
        ("vector of a passage of 66 words", f"{(time.process_time() - began) / 20 * 1000:.0f} ms of one core", "")
    )
    return rows


if __name__ == "__main__":
    for row in run():
        print(*row, sep=" · ")
