"""What is OpenSearch's own: locks that outlive nobody, requests as the API names them, and errors that say what to do."""

from __future__ import annotations

import time

import pytest

from search.engine import Engine, EngineUnavailable
from search.engine.clauses import ClauseFactory, FieldType, Occur
from search.indexing import index
from tests.search.opensearch_double import served
from tests.search.test_reconcile import held, note

pytest.importorskip("opensearchpy", reason="the client of OpenSearch is not installed")
from search.opensearch.dsl import MAPPINGS, dsl_of
from search.opensearch.store import OpenSearchStore, client_of


@pytest.fixture
def store():
    with served() as url:
        client, name = client_of(f"{url}/academy")
        yield OpenSearchStore(client, name, 1, wait_seconds=0.2)


TERM = ClauseFactory.term_query(None, "all", "test")


@pytest.mark.parametrize(
    ("clause", "dsl"),
    [
        (TERM, {"term": {"all": {"value": "test"}}}),
        (ClauseFactory.term_set_query(None, "tags", ["a", "b"]), {"terms": {"tags": ["a", "b"]}}),
        (
            ClauseFactory.phrase_query(None, "all", ["small", "test"]),
            {"match_phrase": {"all": {"query": "small test"}}},
        ),
        (
            ClauseFactory.range_query(None, "day", FieldType.Integer, 1, None, include_lower=False),
            {"range": {"day": {"gt": 1}}},
        ),
        (
            ClauseFactory.boost_query(ClauseFactory.boost_query(TERM, 2.0), 3.0),
            {"term": {"all": {"value": "test", "boost": 6.0}}},
        ),
        (
            ClauseFactory.boolean_query(
                [(Occur.Must, ClauseFactory.const_score_query(TERM, 0.0)), (Occur.Should, TERM)], 1
            ),
            {"bool": {"filter": [dsl_of(TERM)], "should": [dsl_of(TERM)], "minimum_should_match": 1}},
        ),
        (ClauseFactory.const_score_query(TERM, 2.0), {"constant_score": {"filter": dsl_of(TERM), "boost": 2.0}}),
        (ClauseFactory.disjunction_max_query([TERM]), {"dis_max": {"queries": [dsl_of(TERM)]}}),
        (ClauseFactory.all_query(), {"match_all": {}}),
    ],
)
def test_clauses_in_the_query_dsl(clause, dsl):
    assert dsl_of(clause) == dsl


def test_the_mapping_names_every_field_of_an_entry():
    from search.engine.schema import entries
    from tests.search.test_engine import recording

    made = entries(recording("one", "words"))
    for fields in (made.resource, *made.passages):
        assert set(fields) <= set(MAPPINGS["properties"])


def test_the_lock_of_a_killed_writer_is_taken_over_when_its_time_is_over(store):
    engine = Engine(store)
    engine.put([note("a", "needle one")])
    body = {"owner": "somebody", "until": time.time() + 60}
    store.client.create(index=f"{store.prefix}-locks", id="writer", body=body)
    with pytest.raises(EngineUnavailable, match="another process"):
        engine.put([note("b", "needle two")])
    store.client.delete(index=f"{store.prefix}-locks", id="writer")
    store.client.create(index=f"{store.prefix}-locks", id="writer", body={**body, "until": time.time() - 1})
    engine.put([note("b", "needle two")])
    assert set(held(engine)) == {"a", "b"}


def test_a_rebuild_keeps_the_generation_before_for_searches_that_are_on_their_way(store):
    engine = Engine(store)
    for word in ("one", "two", "three"):
        engine.rebuild([note("a", f"needle {word}")])
    assert store._generations() == {2, 3} and held(engine) == {"a": "needle three"}
    assert {*store.client.indices.get_alias(name=f"{store.prefix}-passages")} == {f"{store.prefix}-passages-3"}


def test_a_server_that_is_away_is_told_in_a_sentence(monkeypatch):
    with served() as url:
        client, name = client_of(f"{url}/academy")
    engine = Engine(OpenSearchStore(client, name, 1))
    with pytest.raises(EngineUnavailable, match="SEARCH_URL"):
        engine.search("needle", ["public"])
    is_healthy, sentence = engine.is_healthy()
    assert not is_healthy and "SEARCH_URL" in sentence


@pytest.mark.parametrize(
    "url", ["localhost:9200", "ftp://host/academy", "https:///academy", "https://host/a/b?c", "://"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(EngineUnavailable, match="SEARCH_URL is not a valid address"):
        client_of(url)


def test_an_entry_that_the_server_refuses_is_an_error_and_not_a_loss_in_silence(store):
    engine = Engine(store)
    with pytest.raises(EngineUnavailable, match="refused 1 entries"):
        engine.put([note("k" * 600, "needle")])


def test_the_setting_chooses_the_engine(settings):
    with served() as url:
        settings.SEARCH_URL = f"{url}/academy"
        index._engine.cache_clear()
        index.engine().put([note("a", "needle one")])
        assert held(index.engine()) == {"a": "needle one"}
    index._engine.cache_clear()
