"""How much a caller may ask for in a time: by cost, in a burst and in the long run, each client and each address by itself."""

from __future__ import annotations

import re
import socket

import pytest

from cms.access.models import ApiClient
from cms.api.http.rates import MAX_CALLERS, Meter, Rate, RateLimiter
from cms.limits.addresses import address_of
from cms.shared_memory import shared_memory
from tests import factories

from .http import get, post_json, trusted

pytestmark = pytest.mark.django_db
# Costs 2: a page and its title.
QUERY = {"query": '{ page(path: "/") { title } }'}
RATES = {"client": {"cost_per_minute": 60, "cost_burst": 10}, "public": {"cost_per_minute": 60, "cost_burst": 4}}


def left_of(meter: Meter) -> int:
    """What may still be asked for at once, as the caller is told."""
    return int(re.search(r"r=(\d+)", meter.headers()["RateLimit"])[1])


@pytest.fixture
def narrow(site, settings, clock, endpoint):
    """One unit of cost a second; a burst of 10 for clients and of 4 for the public."""
    settings.API_RATES = RATES
    return clock


def test_a_burst_is_answered_and_then_the_rate(narrow):
    assert [post_json(QUERY).status for _ in range(4)] == [200, 200, 429, 429]
    narrow.forward(2)
    assert [post_json(QUERY).status for _ in range(2)] == [200, 429]
    narrow.forward(3_600)
    assert [post_json(QUERY).status for _ in range(4)] == [200, 200, 429, 429]


def test_a_refusal_says_when_to_come_again(narrow):
    refused = [post_json(QUERY) for _ in range(3)][-1]
    assert (refused.status, refused.code) == (429, "LIMIT_EXCEEDED")
    assert refused.json["errors"][0]["extensions"]["limit"] == 60
    seconds = int(refused.header("Retry-After"))
    assert 1 <= seconds <= 2
    assert f"Wait {seconds} s" in refused.json["errors"][0]["message"]
    narrow.forward(seconds)
    assert post_json(QUERY).status == 200


def test_each_answer_tells_what_is_left(narrow):
    key = factories.api_key(factories.organisation("Alder Trust"))
    first, second = post_json(QUERY, key=key), post_json(QUERY, key=key)
    assert first.header("RateLimit-Policy") == '"burst";q=10;w=10, "sustained";q=60;w=60'
    assert [one.header("RateLimit") for one in (first, second)] == ['"burst";r=8;t=2', '"burst";r=6;t=4']
    assert post_json({"query": "{ nothing }"}, key=key).header("RateLimit").startswith('"burst";r=0;')


def test_each_client_and_each_address_has_its_own(narrow):
    alder, birch = (factories.api_key(factories.organisation(name)) for name in ("Alder Trust", "Birch Trust"))
    other_key_of_alder = factories.api_key(factories.organisation("Alder Trust"))
    assert [post_json(QUERY, key=alder).status for _ in range(6)] == [200] * 5 + [429]
    assert post_json(QUERY, key=other_key_of_alder).status == 429
    assert post_json(QUERY, key=birch).status == 200
    assert post_json(QUERY).status == 200


def test_a_client_may_have_figures_of_its_own(narrow):
    key = factories.api_key(factories.organisation("Alder Trust"))
    ApiClient.objects.update(cost_per_minute=6_000, cost_burst=100)
    assert post_json(QUERY, key=key).header("RateLimit-Policy") == '"burst";q=100;w=1, "sustained";q=6000;w=60'


def test_limits_are_told_to_whoever_asks(narrow):
    query = {"query": "{ viewer { limits { costPerMinute costBurst } } }"}
    key = factories.api_key(factories.organisation("Alder Trust"))
    assert post_json(query).json["data"]["viewer"]["limits"] == {"costPerMinute": 60, "costBurst": 4}
    ApiClient.objects.update(cost_per_minute=6_000)
    assert post_json(query, key=key).json["data"]["viewer"]["limits"] == {"costPerMinute": 6_000, "costBurst": 10}


def test_a_kept_answer_costs_a_hundredth(narrow, keeping, settings):
    settings.API_RATES = {**RATES, "public": {"cost_per_minute": 60, "cost_burst": 1_000}}
    query = {"query": "{ recordings(first: 100) { nodes { title } } }"}
    first, again = post_json(query), post_json(query)
    cost = first.json["extensions"]["cost"]
    left = [int(one.header("RateLimit").split(";")[1].removeprefix("r=")) for one in (first, again)]
    assert left[0] in (1_000 - cost, 1_001 - cost)
    assert left[0] - left[1] == max(1, cost // 100)


@pytest.mark.parametrize("body", [{"query": "{ nothing }"}, {"documentId": "a" * 64}, {"query": ""}])
def test_what_is_refused_costs_too(narrow, body):
    assert [post_json(body).status for _ in range(2)][1] == 429


def test_guessing_keys_is_slowed_down_by_address(narrow):
    assert [post_json(QUERY, key="acad_0123456789ab_x").status for _ in range(2)] == [401, 429]


def test_public_answers_that_others_may_keep_tell_nobodys_figures(site, keeping):
    from cms.access.models import TrustedDocument

    TrustedDocument.objects.register(QUERY["query"], name="Home")
    assert "RateLimit" not in get(trusted(QUERY["query"])).headers
    key = factories.api_key(factories.organisation("Alder Trust"))
    assert "RateLimit" in get(trusted(QUERY["query"]), key=key).headers


ADDRESSES = {
    "no proxy": (0, "192.0.2.1", None, "192.0.2.1"),
    "no proxy, and a header that anybody may write": (0, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
    "one proxy": (1, "10.0.0.1", "198.51.100.7", "198.51.100.7"),
    "one proxy, and a caller who lies": (1, "10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
    "two proxies": (2, "10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
    "fewer proxies than expected": (2, "10.0.0.1", "198.51.100.7", "10.0.0.1"),
    "no header where one is expected": (1, "10.0.0.1", None, "10.0.0.1"),
    "a network of IPv6": (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
    "IPv4 in IPv6": (0, "::ffff:192.0.2.1", None, "192.0.2.1"),
    "nonsense": (1, "10.0.0.1", "what; DROP TABLE", "unknown"),
    "a socket of the system": (0, "", None, "unknown"),
}


@pytest.mark.parametrize(("proxies", "remote", "forwarded", "address"), ADDRESSES.values(), ids=ADDRESSES)
def test_the_address_is_what_our_own_proxies_saw(settings, proxies, remote, forwarded, address):
    settings.API_PROXIES = proxies
    environ = {"REMOTE_ADDR": remote} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    assert address_of(environ) == address


def test_what_callers_owe_takes_bounded_memory():
    debts = RateLimiter()
    for number in range(MAX_CALLERS + 10):
        debts.meter(f"address:{number}", Rate(60, 10)).charge(5)
    assert len(debts._debts) == MAX_CALLERS
    assert left_of(debts.meter("address:0", Rate(60, 10))) == 10


# --- several processes


def test_processes_bring_their_debts_together_in_redis(redis_url, clock):
    here, there = RateLimiter(), RateLimiter()
    rate = Rate(60, 100)
    here.meter("client:1", rate).charge(40)
    meter = there.meter("client:1", rate)
    meter.check()
    assert 58 <= left_of(meter) <= 61
    meter.charge(50)
    clock.forward(1.5)
    own = here.meter("client:1", rate)
    own.check()
    assert left_of(own) <= 13


@pytest.fixture
def silent_server():
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield f"redis://127.0.0.1:{one.getsockname()[1]}/0"


def test_a_redis_that_does_not_answer_makes_no_difference(site, keeping, silent_server, settings, caplog):
    for url in ("redis://127.0.0.1:1/0", silent_server):
        settings.REDIS_URL = url
        settings.CACHES = {"default": {"BACKEND": "cms.redis_cache.OpenRedisCache", "LOCATION": url}}
        caplog.clear()
        answers = [post_json(QUERY) for _ in range(5)]
        assert {(answer.status, answer.content) for answer in answers} == {(200, answers[0].content)}
        # It is asked once, then left alone for a while.
        assert len([record for record in caplog.records if "Redis does not answer" in record.message]) == 1
        assert shared_memory()._rests_until > 0
        keeping.forget()


def test_django_s_cache_in_redis_may_be_missing(settings):
    from django.core.cache import caches

    settings.CACHES = {"default": {"BACKEND": "cms.redis_cache.OpenRedisCache", "LOCATION": "redis://127.0.0.1:1/1"}}
    cache = caches["default"]
    assert cache.get("a", "other") == "other"
    assert cache.set("a", 1) is None
    assert cache.get_many(["a"]) == {}
    assert cache.add("a", 1) is True
    assert cache.get_or_set("a", lambda: 7) == 7
    assert (cache.delete("a"), cache.touch("a"), cache.has_key("a"), cache.incr("a")) == (False, False, False, 1)
    assert cache.set_many({"a": 1}) == ["a"]
    cache.delete_many(["a"])
    cache.clear()
