"""Several processes on one index: readers that were forked, writers that wait for each other, writers that are
killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.engine import Engine, EngineUnavailable, ResourceDocument
from search.engine.store import IndexStore
from search.language.passages import Passage

pytestmark = pytest.mark.slow

PUBLIC = ("public",)
REPOSITORY = Path(__file__).resolve().parents[2]

# Puts version after version of three resources, or rebuilds all, telling each that is done; it is killed in the
# middle of one.
WRITER = """
import sys
from tests.search.test_engine_processes import Engine, Path, library
engine, mode = Engine(Path(sys.argv[1])), sys.argv[2]
version = int(sys.argv[3])
print("ready", flush=True)
while True:
    version += 1
    print("begin", version, flush=True)
    engine.put(library(version)) if mode == "put" else engine.rebuild(library(version))
    print("done", version, flush=True)
"""


def library(version: int, passages: int = 40) -> list[ResourceDocument]:
    """Three resources, all words of which name their version."""
    texts = tuple(Passage(f"needle version{version} place{place}", page_number=place + 1) for place in range(passages))
    return [
        ResourceDocument(f"r{number}", "material", f"needle version{version}", audience_tokens=PUBLIC, passages=texts)
        for number in range(3)
    ]


def versions(engine: Engine) -> set[str]:
    """All versions that anything found by the one word speaks of."""
    result = engine.search("needle", PUBLIC, moments_per_hit=50)
    assert result.total == len(result.hits) == 3
    spoken = set()
    for hit in result.hits:
        assert len(hit.moments) == 40
        spoken |= {
            word
            for text in (hit.title_html, *(m.text for m in hit.moments))
            for word in text.split()
            if "version" in word
        }
    return spoken


def start_writer(folder: Path, mode: str, version: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), mode, str(version)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("mode", ["put", "rebuild"])
def test_a_killed_writer_leaves_the_old_state_or_the_new_whole(tmp_path, mode):
    chance = random.Random(5)
    reader = Engine(tmp_path)
    reader.put(library(0))
    version = 0
    for _ in range(6):
        writer = start_writer(tmp_path, mode, version)
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.01, 0.25))
        writer.send_signal(signal.SIGKILL)
        told = writer.stdout.read().splitlines()
        writer.wait(10)
        done = max([version, *(int(line.split()[1]) for line in told if line.startswith("done"))])
        begun = max([version, *(int(line.split()[1]) for line in told if line.startswith("begin"))])
        for engine in (reader, Engine(tmp_path)):
            (spoken,) = versions(engine)
            assert spoken in {f"version{number}" for number in range(done, begun + 1)}
        version = begun
        reader.put(library(version))
        assert versions(Engine(tmp_path)) == {f"version{version}"}
        assert reader.count()["passages"] == 120


def test_a_forked_reader_opens_the_index_anew(tmp_path):
    engine = Engine(tmp_path)
    engine.put(library(1))
    for _ in range(10):  # so often that all threads beside it have been started
        assert versions(engine) == {"version1"}
    child = os.fork()
    if child == 0:
        # Nothing but the exit status leaves the child: pytest must not go on in two processes.
        deadline = time.monotonic() + 20
        try:
            while versions(engine) != {"version2"} and time.monotonic() < deadline:
                time.sleep(0.02)
            os._exit(0 if time.monotonic() < deadline else 1)
        except BaseException:
            os._exit(2)
    engine.put(library(2))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_readers_in_other_processes_never_see_half_a_change(tmp_path):
    reader = Engine(tmp_path)
    reader.put(library(0))
    writers = [start_writer(tmp_path, "put", 100), start_writer(tmp_path, "rebuild", 900)]
    try:
        seen: set[str] = set()
        began = time.monotonic()
        # Long enough to meet many changes; on a busy machine longer, until there were some.
        while time.monotonic() < began + 3 or (len(seen) <= 2 and time.monotonic() < began + 120):
            found = versions(reader)
            assert len(found) == 1
            seen |= found
    finally:
        for writer in writers:
            writer.kill()
            writer.wait(10)
            assert writer.stdout is not None
            writer.stdout.close()
    assert len(seen) > 2


def test_a_writer_that_waits_too_long_says_so(tmp_path):
    patient, impatient = IndexStore(tmp_path), IndexStore(tmp_path, wait_seconds=0.05)

    def meanwhile(writers) -> None:
        with pytest.raises(EngineUnavailable, match="another process"):
            impatient.write(lambda writers: None)

    patient.write(meanwhile)
    impatient.write(lambda writers: None)
