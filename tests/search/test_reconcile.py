"""The database is the truth: whatever the index has missed is found and mended, and nothing is missed in the first place."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.engine import Engine, ResourceDocument
from search.engine.schema import SCHEMA_VERSION
from search.indexing.index import all_documents, bring_up_to_date, documents_of_keys, engine, index_directory, rebuild
from search.indexing.reconcile import find_drift, mend
from search.indexing.resources import document_of, key_of
from search.language.passages import Passage
from tests import factories
from tests.search.engines import KINDS, opened

PUBLIC = ("public",)


def note(key: str, word: str) -> ResourceDocument:
    return ResourceDocument(key, "material", word, audience_tokens=PUBLIC, passages=(Passage(word, page_number=1),))


def held(engine: Engine) -> dict[str, str]:
    hits = engine.search("needle", PUBLIC, moments_per_hit=3).hits
    return {hit.key: hit.moments[0].text for hit in hits}


@pytest.fixture
def drifted(site) -> dict[str, str]:
    """An index that lacks one page, has an old state of another, and one that is no longer live; returns their keys."""
    pages = {name: factories.recording(site, name) for name in ("missing", "outdated", "ghost", "sound")}
    factories.settle()
    engine().delete([key_of(pages["missing"])])
    for name, change in (("outdated", {"title": "Renamed"}), ("ghost", {"live": False})):
        # Behind the models' back, as a restored backup would.
        type(pages[name]).objects.filter(pk=pages[name].pk).update(**change)
    return {name: key_of(page) for name, page in pages.items()}


def test_an_index_in_step_shows_no_drift(site):
    factories.recording(site, speakers=[factories.person()], captions=factories.cues("Small tests of change"))
    factories.material(site)
    factories.settle()
    drift = find_drift()
    assert (
        not drift and str(drift) == "0 missing, 0 outdated, 0 for content that is not live, 0 passages without an entry"
    )


def test_drift_is_named_and_mended(drifted):
    drift = find_drift()
    assert (drift.missing, drift.outdated, drift.ghosts) == tuple(
        (drifted[name],) for name in ("missing", "outdated", "ghost")
    )
    assert not mend(drift)
    assert not find_drift()


@pytest.mark.slow
def test_the_command_tells_mends_and_exits_accordingly(drifted):
    out = StringIO()
    with pytest.raises(CommandError, match="--check --mend"):
        call_command("rebuild_index", "--check", stdout=out)
    assert (
        "1 missing, 1 outdated, 1 for content that is not live" in out.getvalue() and drifted["ghost"] in out.getvalue()
    )
    call_command("rebuild_index", "--check", "--mend", stdout=out)
    assert "After mending: 0 missing" in out.getvalue()
    call_command("rebuild_index", "--check", stdout=out)
    with pytest.raises(CommandError, match="together with --check"):
        call_command("rebuild_index", "--mend")


def test_if_needed_builds_only_a_missing_index(site):
    factories.recording(site)
    out = StringIO()
    call_command("rebuild_index", "--if-needed", stdout=out)
    assert "1 resources" in out.getvalue()
    generation = engine().count()["generation"]
    call_command("rebuild_index", "--if-needed", stdout=out)
    assert engine().count()["generation"] == generation


def test_an_older_release_keeps_its_own_index_until_told_otherwise(site):
    factories.recording(site)
    older = index_directory().parent / f"schema-{SCHEMA_VERSION - 1}"
    Engine(older).put([note("a", "needle of the older release")])
    rebuild()
    assert held(Engine(older)) == {"a": "needle of the older release"}
    call_command("rebuild_index", "--remove-old", stdout=StringIO())
    assert not older.exists() and index_directory().exists()


def test_of_two_changes_of_one_page_the_state_in_the_database_wins_whichever_comes_last(site):
    page = factories.recording(site, "First title", summary="")
    factories.settle()
    late = documents_of_keys([key_of(page)])  # a slow follower of the first change: it has read nothing yet
    page.title = "Second title"
    page.save_revision().publish()
    factories.settle()
    engine().replace([key_of(page)], late)
    assert engine().search("second", PUBLIC).total == 1
    assert engine().search("first", PUBLIC).total == 0


@pytest.fixture(params=KINDS)
def own(request, tmp_path):
    """An engine of its own, of each kind in turn."""
    with opened(request.param, tmp_path) as made:
        yield made


def test_replace_puts_what_comes_and_takes_out_the_rest(own):
    engine = own
    engine.put([note("a", "needle one"), note("b", "needle two"), note("c", "needle three")])
    engine.replace(["a", "b", "unknown"], [note("b", "needle new")])
    assert held(engine) == {"b": "needle new", "c": "needle three"}
    assert engine.orphans() == 0


def test_changes_go_on_during_a_rebuild_and_are_in_the_new_index(own):
    engine, other = own, Engine(own._store)
    truth = {key: note(key, f"needle {key} old") for key in ("changed", "gone", "kept")}
    engine.put(truth.values())

    def slowly():
        yield from list(truth.values())
        # The rebuild has read everything by now; the world goes on.
        truth["changed"] = note("changed", "needle changed new")
        truth["new"] = note("new", "needle new")
        del truth["gone"]
        other.replace(["changed", "new", "gone"], [truth["changed"], truth["new"]])
        assert held(other) == {key: one.title for key, one in truth.items()}, "seen at once, in the index of before"

    engine.rebuild(slowly(), read_again=lambda keys: [truth[key] for key in keys if key in truth])
    assert held(engine) == {key: one.title for key, one in truth.items()}
    assert engine.orphans() == 0


def test_a_rebuild_that_fails_leaves_the_index_and_its_changes(own):
    engine = own
    engine.put([note("a", "needle old")])

    def failing():
        engine.put([note("a", "needle new")])
        yield note("a", "needle old")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(failing(), read_again=lambda keys: [])
    assert held(engine) == {"a": "needle new"}


def test_fingerprints_differ_with_anything_that_differs(site):
    page = factories.recording(site, captions=factories.cues("Small tests of change"))
    before = document_of(page)
    assert document_of(type(page).objects.get(pk=page.pk)).fingerprint() == before.fingerprint()
    page.summary = "Another summary."
    assert document_of(page).fingerprint() != before.fingerprint()
    assert note("a", "lone \ud800 surrogate").fingerprint() != note("a", "lone \ud801 surrogate").fingerprint()


def test_reading_everything_takes_a_fixed_number_of_statements(site):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(all_documents())
        return len(captured)

    factories.recording(site, speakers=[factories.person()])
    statements()  # the site's addresses are looked up once
    few = statements()
    for _ in range(5):
        factories.recording(site, speakers=[factories.person()])
    assert statements() == few


def test_nothing_to_do_is_nothing_done(tmp_path, site):
    bring_up_to_date([])
    assert not index_directory().exists()
