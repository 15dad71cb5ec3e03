"""A request that repeats another to the last sign: the same answer without the endpoint, for as long as it is right."""

from __future__ import annotations

import datetime as dt
import time

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.access.models import ApiClient, ApiKey, ApiUsage, MemberOrganisation, TrustedDocument
from cms.api.http import endpoint as endpoint_module
from cms.api.http import wsgi
from cms.api.http.rates import RateLimiter
from cms.api.http.usage import usage
from cms.replay import StateCache, fingerprint_of, responses
from tests import factories

from .http import trusted
from .test_http import BOTH, JSON_TYPE, LONG, SHORT, SITE, by_the_short_way, environ

QUERY = "{ recordings { nodes { title } } }"
POSTED = orjson.dumps({"query": QUERY})


def key_in_use() -> str:
    """The text of a key whose use was noted just now; noting it changes its row, and so costs a repetition."""
    key = factories.api_key(factories.organisation("Alder Trust"))
    ApiKey.objects.update(last_used_at=timezone.now())
    return key


@pytest.fixture(autouse=True)
def replaying(settings):
    """Replay, whatever the environment of this run says."""
    settings.API_REPLAY_SECONDS = 0.005


class Way:
    """The short way of one process: what it answers, and how many of the answers took the endpoint."""

    def __init__(self, endpoint, monkeypatch) -> None:
        self.endpoint = endpoint
        self.endpoint_calls = 0
        real = endpoint_module.GraphQLEndpoint.answer

        def counting(endpoint, call):
            self.endpoint_calls += 1
            return real(endpoint, call)

        monkeypatch.setattr(endpoint_module.GraphQLEndpoint, "answer", counting)
        self.application = wsgi.ApiFirst(lambda *arguments: pytest.fail("this went through Django"), endpoint)

    def __call__(self, made: dict) -> tuple[int, dict[str, str], bytes]:
        return by_the_short_way(made, self.endpoint, self.application)

    def titles(self, key: str | None = None) -> list[str] | int:
        """The titles of the recordings, or the status that is not 200; asked three times, all alike."""
        named = {} if key is None else {"AUTHORIZATION": f"Bearer {key}"}
        got = [self(environ("POST", body=POSTED, **JSON_TYPE, **named)) for _ in range(3)]
        assert len({(status, body) for status, _, body in got}) == 1
        status, _, body = got[0]
        return (
            [node["title"] for node in orjson.loads(body)["data"]["recordings"]["nodes"]] if status == 200 else status
        )


@pytest.fixture
def way(endpoint, monkeypatch) -> Way:
    return Way(endpoint, monkeypatch)


@pytest.fixture
def kept_way(keeping, way, site) -> Way:
    for text in (LONG, SHORT):
        TrustedDocument.objects.register(text, name="Some")
    return way


@pytest.mark.django_db
@pytest.mark.parametrize("is_with_key", [False, True], ids=["public", "with a key"])
@pytest.mark.parametrize("name", BOTH)
def test_a_repetition_gets_what_the_endpoint_gave(kept_way, name, is_with_key):
    key = key_in_use()
    ApiClient.objects.update(allowed_origins=SITE)
    named = {"HTTP_AUTHORIZATION": f"Bearer {key}"} if is_with_key and name != "a wrong key" else {}
    kept_way({**BOTH[name](), **named})
    answers = []
    for _ in range(3):
        kept_way.endpoint.limiter = RateLimiter()
        status, headers, body = kept_way({**BOTH[name](), **named})
        answers.append((status, {**headers, "RateLimit": headers.get("RateLimit", "").count(";")}, body))
    assert answers[0] == answers[1] == answers[2]
    is_repeated = answers[0][0] in (200, 304) and name != "HEAD"
    assert kept_way.endpoint_calls == (1 if is_repeated else 4)


@pytest.mark.django_db
@pytest.mark.parametrize("is_with_key", [False, True], ids=["public", "with a key"])
def test_a_repetition_takes_one_statement_and_none_within_the_setting(kept_way, is_with_key, settings):
    settings.API_REPLAY_SECONDS = 60.0
    named = {"HTTP_AUTHORIZATION": f"Bearer {key_in_use()}"} if is_with_key else {}
    kept_way({**BOTH["GET"](), **named})
    for statements in (1, 0, 0):
        with CaptureQueriesContext(connection) as captured:
            assert kept_way({**BOTH["GET"](), **named})[0] == 200
        assert (len(captured), kept_way.endpoint_calls) == (statements, 1)


@pytest.mark.django_db
def test_what_differs_is_no_repetition(kept_way):
    plain = kept_way(BOTH["GET"]())
    others = [
        BOTH["GET, brotli"](), BOTH["GET by HTTPS"](), BOTH["GET that is known"](), BOTH["POST"](), BOTH["another website"](),
        environ("GET", query="documentId=" + trusted(SHORT)["documentId"]),
    ]  # fmt: skip
    for made in others:
        kept_way(made)
    assert kept_way.endpoint_calls == 1 + len(others)
    assert kept_way(BOTH["GET"]())[2] == plain[2]
    assert kept_way.endpoint_calls == 1 + len(others)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_content_is_seen_at_once(site, way):
    page = factories.recording(site, "One")
    assert way.titles() == ["One"]
    assert way.endpoint_calls == 1
    page.unpublish()
    assert way.titles() == []
    factories.recording(site, "Two")
    assert way.titles() == ["Two"]
    assert way.endpoint_calls == 3


def with_key(**fields) -> None:
    """Change the key as the admin does."""
    key = ApiKey.objects.get()
    for name, value in fields.items():
        setattr(key, name, value)
    key.save()


ENDINGS = {
    "revoked": lambda: ApiKey.objects.get().revoke(),
    "expired": lambda: with_key(expires_at=timezone.now() - dt.timedelta(seconds=1)),
    "replaced": lambda: ApiKey.objects.get().replace(overlap=dt.timedelta(0)),
    "deleted": lambda: ApiKey.objects.all().delete(),
    "another secret": lambda: with_key(secret_hash="0" * 64),
    "client deleted": lambda: ApiClient.objects.all().delete(),
    "organisation deleted": lambda: MemberOrganisation.objects.all().delete(),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_a_key_that_ends_ends_with_the_next_request(site, way, end):
    key = key_in_use()
    factories.recording(site, "For members", audience="members")
    assert way.titles(key) == ["For members"]
    assert way.endpoint_calls == 1
    end()
    assert way.titles(key) == 401
    assert way.titles() == []


@pytest.mark.django_db(transaction=True)
def test_a_client_whose_rights_change_is_met_anew(site, way):
    key = key_in_use()
    made = {"ORIGIN": SITE, "AUTHORIZATION": f"Bearer {key}", **JSON_TYPE}

    def answered() -> tuple[str | None, str]:
        got = [way(environ("POST", body=POSTED, **made))[1] for _ in range(3)]
        return got[-1].get("Access-Control-Allow-Origin"), got[-1]["RateLimit-Policy"].split(";")[1]

    usual = answered()
    client = ApiClient.objects.get()
    client.allowed_origins, client.cost_burst = SITE, 77
    client.save()
    assert answered() == (SITE, "q=77") != usual
    client.allowed_origins, client.cost_burst = "", None
    client.save()
    assert answered() == usual


@pytest.mark.django_db(transaction=True)
def test_what_is_changed_behind_the_product_s_back_is_seen_within_milliseconds(site, way, settings):
    key = key_in_use()
    factories.recording(site, "For members", audience="members")
    assert way.titles(key) == ["For members"]
    ApiKey.objects.update(revoked_at=timezone.now())
    time.sleep(settings.API_REPLAY_SECONDS)
    assert way.titles(key) == 401


@pytest.mark.django_db
def test_a_key_runs_out_while_it_is_in_use(kept_way, clock):
    key = key_in_use()
    ApiKey.objects.update(expires_at=timezone.now() + dt.timedelta(seconds=5))
    assert kept_way.titles(key) == []
    clock.forward(4.5)
    assert kept_way.titles(key) == []
    assert kept_way.endpoint_calls == 1
    clock.forward(1)
    assert kept_way.titles(key) == 401


@pytest.mark.django_db
def test_time_that_passes_is_seen(kept_way, clock, site):
    page = factories.recording(site, "Soon gone", expire_at=timezone.now() + dt.timedelta(seconds=300))
    page.save_revision().publish()
    assert kept_way.titles() == ["Soon gone"]
    clock.forward(299)
    assert kept_way.titles() == ["Soon gone"]
    clock.forward(2)
    assert kept_way.titles() == []


@pytest.mark.django_db
def test_the_endpoint_looks_again_now_and_then(kept_way, clock):
    for seconds, times in ((0, 1), (responses.REMEMBERED_SECONDS - 1, 1), (1, 2)):
        clock.forward(seconds)
        kept_way(BOTH["GET"]())
        assert kept_way.endpoint_calls == times


@pytest.mark.django_db
def test_repetitions_are_charged_and_refused_and_counted_like_others(kept_way, clock, settings):
    usage.flush()
    ApiUsage.objects.all().delete()
    settings.API_RATES = {kind: {"cost_per_minute": 60, "cost_burst": 10_000} for kind in ("client", "public")}
    statuses = [kept_way(BOTH["POST"]())[0] for _ in range(400)]
    answered = statuses.count(200)
    assert statuses == [200] * answered + [429] * (400 - answered)
    assert 2 < answered < 400
    # The first took the endpoint, and so did what was refused.
    assert kept_way.endpoint_calls == 1 + 400 - answered
    usage.flush()
    row = ApiUsage.objects.get()
    assert (row.requests, row.cached, row.limited) == (400, answered - 1, 400 - answered)


@pytest.mark.django_db
def test_what_is_remembered_is_bounded(kept_way, monkeypatch):
    monkeypatch.setattr(responses, "MAX_REMEMBERED", 5)
    for number in range(20):
        kept_way({**BOTH["GET"](), "HTTP_ORIGIN": f"https://{number}.example"})
    assert len(kept_way.application.replays._known) <= 5
    known = list(kept_way.application.replays._known)
    for made in ({"HTTP_ORIGIN": "x" * 3_000}, {"HTTP_IF_NONE_MATCH": "x" * 3_000}):
        assert kept_way({**BOTH["GET"](), **made})[0] == 200
    assert list(kept_way.application.replays._known) == known
    for length in ("", "-1", "2001", "9" * 5_000, "x", "²"):
        assert fingerprint_of({**BOTH["POST"](), "CONTENT_LENGTH": length}, False, None) is None


@pytest.mark.django_db
def test_a_database_that_fails_is_met_by_the_endpoint(kept_way, monkeypatch):
    from django.db import OperationalError

    kept_way(BOTH["GET"]())

    def down(prefix):
        raise OperationalError("down")

    kept_way.application.replays._states = StateCache(down)
    assert kept_way(BOTH["GET"]())[0] == 200
    assert kept_way.endpoint_calls == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_replayed_with_the_switch_off(site, way, settings):
    settings.API_REPLAY_SECONDS = 0
    page = factories.recording(site, "One")
    assert way.titles() == ["One"]
    assert way.endpoint_calls == 3
    page.unpublish()
    assert way.titles() == []
    assert way.endpoint_calls == 6
    assert way.application.replays._known == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ENDINGS.values(), ids=ENDINGS)
def test_a_key_ends_with_the_next_request_with_the_switch_off(site, way, end, settings):
    settings.API_REPLAY_SECONDS = 0
    key = key_in_use()
    factories.recording(site, "For members", audience="members")
    assert way.titles(key) == ["For members"]
    end()
    assert way.titles(key) == 401


@pytest.mark.django_db
def test_a_cached_or_replayed_answer_goes_out_in_the_type_of_each_caller(kept_way):
    # The same request but for its Accept header, again and again, by the short way that remembers whole answers.
    for accept, content_type in [
        ("*/*", "application/json; charset=utf-8"),
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
    ] * 3:
        made = environ("POST", body=b'{"query": "{ recordings { totalCount } }"}', ACCEPT=accept, **JSON_TYPE)
        status, headers, _ = kept_way(made)
        assert (status, headers["Content-Type"]) == (200, content_type)
