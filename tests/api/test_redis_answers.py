"""Answers kept in Redis: made once for all processes, never of another release, and never believed blindly."""

from __future__ import annotations

import threading

import pytest
import redis

from cms.api.http import response_cache as caching
from cms.api.http.response_cache import CachedResponse, ResponseCache, etag_of
from cms.api.http.trusted_documents import PersistedQueries

from .http import document_id_of

KEY = b"k" * 20


def kept(body: bytes = b'{"data":1}', **fields) -> CachedResponse:
    return CachedResponse(body, 7, etag_of(body), **fields)


def never() -> CachedResponse:
    raise AssertionError("made again")


def test_an_answer_made_by_one_process_is_found_by_another(redis_url):
    one, other = ResponseCache(), ResponseCache()
    made, was_there = one.once(KEY, kept, 5)
    found, was_there_too = other.once(KEY, never, 5)
    assert (was_there, was_there_too) == (False, True)
    assert (found.body, found.etag, found.cost) == (made.body, made.etag, 7)
    assert other.find(KEY, 0) is not None


def test_an_answer_that_is_not_for_keeping_is_not_stored(redis_url):
    ResponseCache().once(KEY, lambda: CachedResponse(b"{}", 1), 5)
    assert redis.Redis.from_url(redis_url).keys("academy:answer:*") == []


def test_what_is_stored_ends_when_it_says(redis_url):
    import time

    ResponseCache().once(KEY, lambda: kept(until=time.time() + 30), 5)
    client = redis.Redis.from_url(redis_url)
    (name,) = client.keys("academy:answer:*")
    assert 0 < client.ttl(name) <= 30


@pytest.mark.parametrize("spoilt", [b"", b"nonsense", b'["etag",1,null]\nother body', b"[1]\n", b'{"a":1}\nx'])
def test_what_was_spoilt_in_redis_is_made_anew(redis_url, spoilt):
    ResponseCache().once(KEY, kept, 5)
    client = redis.Redis.from_url(redis_url)
    (name,) = client.keys("academy:answer:*")
    client.set(name, spoilt)
    found, was_there = ResponseCache().once(KEY, lambda: kept(b'{"data":2}'), 5)
    assert (found.body, was_there) == (b'{"data":2}', False)


def test_an_answer_of_another_release_is_not_taken(redis_url, monkeypatch):
    ResponseCache().once(KEY, kept, 5)
    monkeypatch.setattr(caching, "release_mark", lambda: "another")
    found, was_there = ResponseCache().once(KEY, lambda: kept(b'{"data":2}'), 5)
    assert (found.body, was_there) == (b'{"data":2}', False)


def test_processes_that_want_the_same_wait_for_the_one_that_makes_it(redis_url):
    started, may_end, results = threading.Event(), threading.Event(), []

    def slow() -> CachedResponse:
        started.set()
        assert may_end.wait(30)
        return kept()

    maker = threading.Thread(target=lambda: results.append(ResponseCache().once(KEY, slow, 5)))
    maker.start()
    assert started.wait(30)
    waiter = threading.Thread(target=lambda: results.append(ResponseCache().once(KEY, never, 5)))
    waiter.start()
    may_end.set()
    for one in (maker, waiter):
        one.join(30)
    assert sorted(was_there for _, was_there in results) == [False, True]


def test_a_process_that_died_while_making_holds_nobody_up_for_long(redis_url, monkeypatch):
    monkeypatch.setattr(caching, "OTHERS_SECONDS", 0.1)
    redis.Redis.from_url(redis_url).set(caching._lock_name(KEY), "gone")
    assert ResponseCache().once(KEY, kept, 5)[1] is False


def test_persisted_queries_are_known_in_every_process_and_believed_by_their_hash(redis_url):
    text = "{ viewer { kind } }"
    query_id = document_id_of(text)
    PersistedQueries("clients").put(query_id, text)
    assert PersistedQueries("clients").get(query_id) == text
    assert PersistedQueries("public").get(query_id) is None
    redis.Redis.from_url(redis_url).set(f"academy:query:clients:{query_id}", "{ other }")
    assert PersistedQueries("clients").get(query_id) is None
