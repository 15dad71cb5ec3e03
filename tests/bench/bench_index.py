"""The index as a service: killed 50 times while writing, and read by two processes while one writes for minutes.

`BENCH_MINUTES` sets how long the readers read (5 by default).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
KILLS = 50
RESOURCES = 30

# Each writes from a truth of its own (a file of versions), as reactions write from the database.
WRITER = """
import json, random, sys
from pathlib import Path
from tests.bench.bench_index import document
from search.engine import Engine
folder, seed = Path(sys.argv[1]), int(sys.argv[2])
engine, truth, chance = Engine(folder / "index"), folder / "truth.json", random.Random(seed)
print("ready", flush=True)
while True:
    known = json.loads(truth.read_text())
    key = f"r{chance.randrange(30)}"
    known.pop(key) if key in known and chance.random() < 0.3 else known.update({key: known.get(key, 0) + 1})
    beside = folder / "truth.new"
    beside.write_text(json.dumps(known))
    beside.replace(truth)
    read = lambda keys: (document(each, known[each]) for each in keys if each in known)
    if chance.random() < 0.1:
        engine.rebuild((document(each, version) for each, version in known.items()), read_again=read)
    else:
        engine.replace([key], read([key]))
    print("done", flush=True)
"""
READER = """
import sys, time
from pathlib import Path
from search.engine import Engine
engine, until, count = Engine(Path(sys.argv[1]) / "index"), time.monotonic() + float(sys.argv[2]), 0
while time.monotonic() < until:
    result = engine.search("needle", ("public",), moments_per_hit=50, first=50)
    assert len(result.hits) == result.total, "a count that is not what is shown"
    for hit in result.hits:
        spoken = {moment.text.split()[1] for moment in hit.moments} | {hit.title_html.split()[-1]}
        assert len(spoken) == 1 and len(hit.moments) == 10, f"half a change was seen: {spoken}"
    count += 1
print(count)
"""


def document(key: str, version: int):
    """A resource whose every word names its version."""
    from search.engine import ResourceDocument
    from search.language.passages import Passage

    texts = tuple(Passage(f"needle version{version} place{n}", page_number=n + 1) for n in range(10))
    return ResourceDocument(
        key, "material", f"<mark>needle</mark> version{version}", audience_tokens=("public",), passages=texts
    )


def run() -> Iterator[tuple[str, str, str]]:
    """Yield the figures."""
    yield from _killed()
    yield from _read_while_written(float(os.environ.get("BENCH_MINUTES", "5")))


def _started(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )


def _killed() -> Iterator[tuple[str, str, str]]:
    import json

    from search.engine import Engine

    lost = ghosts = drifted = 0
    chance = random.Random(11)
    with tempfile.TemporaryDirectory(prefix="academy-kills-") as name:
        folder = Path(name)
        (folder / "truth.json").write_text("{}")
        for number in range(KILLS):
            writer = _started(WRITER, folder, number)
            assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.05, 0.6))
            writer.send_signal(signal.SIGKILL)
            writer.wait(10)
            engine = Engine(folder / "index")
            truth = json.loads((folder / "truth.json").read_text())
            wanted = {key: document(key, version).fingerprint() for key, version in truth.items()}
            held = engine.fingerprints()
            differing = [key for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)]
            drifted += len(differing)
            engine.replace(differing, [document(key, truth[key]) for key in differing if key in truth])
            held = Engine(folder / "index").fingerprints()
            lost += len(wanted.keys() - held.keys())
            ghosts += len(held.keys() - wanted.keys()) + sum(held[key] != wanted[key] for key in wanted.keys() & held)
    yield f"{KILLS} × kill -9: lost, ghosts after reconcile", f"{lost}, {ghosts} ({drifted} mended)", "0, 0"


def _read_while_written(minutes: float) -> Iterator[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory(prefix="academy-readers-") as name:
        folder = Path(name)
        (folder / "truth.json").write_text("{}")
        writer = _started(WRITER, folder, 1)
        readers = [_started(READER, folder, minutes * 60) for _ in range(2)]
        told = [reader.communicate()[0] for reader in readers]
        is_writing = writer.poll() is None
        writer.kill()
        written = writer.communicate()[0].count("done")
    errors = sum(reader.returncode != 0 for reader in readers) + (not is_writing)
    searches = sum(int(each or 0) for each in told)
    yield (
        f"2 readers, 1 writer, {minutes:g} min: errors",
        f"{errors} ({searches} searches, {written} changes)",
        "0",
    )
