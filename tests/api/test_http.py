"""What HTTP adds to an answer: encodings, words to caches, conditions, other websites, and the same by both ways."""

from __future__ import annotations

import gzip
import io

import brotli
import orjson
import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms.access.models import ApiClient, ApiKey, ApiUsage, TrustedDocument
from cms.api.http import endpoint as endpoint_module
from cms.api.http import wsgi
from cms.api.http.compression import encoding_for
from cms.api.http.endpoint import is_known_to_caller
from cms.api.http.rates import RateLimiter
from cms.api.http.statement_timeout import unbind_statements
from cms.api.http.usage import Tally, usage
from tests import factories

from .asking import deadline_of
from .http import get, head, options, post_json, trusted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("replayed_or_not")]
LONG = "{ academy { longName shortName strapline url coreAreas { name } } __schema { types { name description } } }"
SHORT = '{ page(path: "/") { title } }'
SITE, OTHER = "https://intranet.alder.example", "https://elsewhere.example"


@pytest.fixture
def key() -> str:
    text = factories.api_key(factories.organisation("Alder Trust"))
    ApiClient.objects.update(allowed_origins=SITE)
    return text


@pytest.fixture(autouse=True)
def documents(db, site):
    for text in (LONG, SHORT):
        TrustedDocument.objects.register(text, name="Some")


# --- encodings

ACCEPTED = {
    "": "identity",
    "gzip": "gzip",
    "br": "br",
    "gzip, deflate, br": "br",
    "gzip;q=1.0, br;q=0.5": "gzip",
    "br;q=0, gzip": "gzip",
    "br;q=0, gzip;q=0": "identity",
    "*": "br",
    "*;q=0": "identity",
    "gzip;q=0.5, *;q=0.1": "gzip",
    "identity": "identity",
    "identity;q=1, gzip;q=0.5": "identity",
    "identity;q=0, gzip;q=0.1": "gzip",
    "zstd, deflate": "identity",
    "GZIP": "gzip",
    "gzip;q=abc": "identity",
    ",,;;==": "identity",
    "br;level=4;q=0.2": "br",
}


@pytest.mark.parametrize(("accepted", "encoding"), ACCEPTED.items(), ids=ACCEPTED)
def test_the_caller_chooses_the_encoding(accepted, encoding):
    assert encoding_for(accepted) == encoding


@given(st.text(max_size=200))
def test_any_text_for_an_encoding_chooses_one(accepted):
    assert encoding_for(accepted) in {"br", "gzip", "identity"}


@pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_compressed_answer_is_the_plain_one(keeping, encoding, unpack):
    for asked in (
        lambda **headers: post_json({"query": LONG}, **headers),
        lambda **headers: get(trusted(LONG), **headers),
    ):
        plain = asked()
        for _ in range(2):
            packed = asked(Accept_Encoding=encoding)
            assert packed.header("Content-Encoding") == encoding
            assert len(packed.content) < len(plain.content) / 2
            assert unpack(packed.content) == plain.content
            assert "Accept-Encoding" in packed.header("Vary")


def test_small_answers_stay_plain():
    assert "Content-Encoding" not in post_json({"query": SHORT}, Accept_Encoding="br").headers


def test_each_encoding_has_its_own_strong_etag_and_any_of_them_is_known(keeping):
    tags = {encoding: get(trusted(LONG), Accept_Encoding=encoding).header("ETag") for encoding in ("", "gzip", "br")}
    assert len(set(tags.values())) == 3
    assert all(tag.startswith('"') for tag in tags.values())
    for tag in (*tags.values(), f"W/{tags['br']}", f'"other", {tags[""]}', "*"):
        for accepted in ("", "gzip"):
            again = get(trusted(LONG), If_None_Match=tag, Accept_Encoding=accepted)
            assert (again.status, again.content) == (304, b"")
            assert again.header("ETag") == tags[accepted]
    assert get(trusted(LONG), If_None_Match='"other"').status == 200


@given(st.text(max_size=300))
def test_any_text_for_a_condition_is_a_condition(text):
    assert is_known_to_caller(text, "0" * 32) == ("0" * 32 in text or text.strip() == "*") or "0" in text


# --- words to caches


def test_what_caches_may_do(keeping, key, settings):
    public, own, by_post = get(trusted(SHORT)), get(trusted(SHORT), key=key), post_json({"query": SHORT})
    assert public.header("Cache-Control") == "public, max-age=30, stale-while-revalidate=30"
    assert public.header("Vary") == "Authorization, Accept, Accept-Encoding"
    assert own.header("Cache-Control") == "private, no-cache"
    assert own.header("Vary") == "Authorization, Accept, Accept-Encoding, Origin"
    assert own.header("ETag") == public.header("ETag")
    assert (by_post.header("Cache-Control"), by_post.header("ETag")) == ("no-store", "")
    settings.API_PUBLIC_MAX_AGE = 0
    assert get(trusted(SHORT)).header("Cache-Control") == "public, max-age=0, stale-while-revalidate=0"


@pytest.mark.parametrize("query", ["{ viewer { kind } }", "{ recordings(first: -1) { totalCount } }", "{ nothing }"])
def test_what_is_for_one_caller_or_went_wrong_is_stored_nowhere(keeping, query):
    TrustedDocument.objects.register(query, name="Some")
    got = get(trusted(query))
    assert (got.header("Cache-Control"), got.header("ETag")) == ("no-store", "")
    assert get(trusted(query), If_None_Match="*").status != 304


# --- other websites

ALLOW = "Access-Control-Allow-Origin"


def test_without_a_key_every_website_may_read(key):
    for origin in ({}, {"Origin": OTHER}, {"Origin": "null"}):
        got = post_json({"query": SHORT}, **origin)
        assert (got.header(ALLOW), "Access-Control-Allow-Credentials" in got.headers) == ("*", False)
    assert "Origin" not in get(trusted(SHORT), Origin=OTHER).header("Vary")


def test_with_a_key_only_the_websites_of_its_client_may_read(key):
    other_key = factories.api_key(factories.organisation("Birch Trust"))
    for origin, with_key, allowed in ((SITE, key, SITE), (OTHER, key, ""), (SITE, other_key, ""), ("null", key, "")):
        got = post_json({"query": SHORT}, key=with_key, Origin=origin)
        assert (got.status, got.header(ALLOW)) == (200, allowed)
        assert "Origin" in got.header("Vary")
    assert ALLOW not in post_json({"query": SHORT}, key=key).headers


def test_a_page_may_read_why_its_key_is_refused(key):
    refused = post_json({"query": SHORT}, key="acad_0123456789ab_x", Origin=SITE)
    assert (refused.status, refused.header(ALLOW)) == (401, SITE)
    assert ALLOW not in post_json({"query": SHORT}, key="acad_0123456789ab_x", Origin=OTHER).headers


def test_a_browser_that_asks_beforehand_is_told_by_all_registered_websites(key):
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "authorization, content-type"}
    known, other = options(Origin=SITE, **asked), options(Origin=OTHER, **asked)
    assert (known.status, known.header(ALLOW)) == (204, SITE)
    assert "authorization" in known.header("Access-Control-Allow-Headers")
    assert (other.header(ALLOW), other.header("Access-Control-Allow-Headers")) == ("*", "content-type")
    assert known.header("Vary") == other.header("Vary") == "Origin"
    assert "GET" in known.header("Access-Control-Allow-Methods")


# --- both ways


def by_django(environ: dict) -> tuple[int, dict[str, str], bytes]:
    response = Client().request(**environ)
    return response.status_code, dict(response.headers), response.content


def by_the_short_way(environ: dict, endpoint, application=None) -> tuple[int, dict[str, str], bytes]:
    seen = {}

    def start(status, headers, *more):
        seen.update(status=int(status.split()[0]), headers=dict(headers))

    def no_site(*arguments):
        raise AssertionError("this went through Django")

    body = b"".join((application or wsgi.ApiFirst(no_site, endpoint))(environ, start))
    return seen["status"], seen["headers"], body


def environ(method: str, *, query: str = "", body: bytes = b"", secure: bool = False, **headers: str) -> dict:
    made = {
        "REQUEST_METHOD": method, "PATH_INFO": "/graphql/", "SCRIPT_NAME": "", "QUERY_STRING": query, "HTTP_HOST": "testserver",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.1", "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "https" if secure else "http", "CONTENT_LENGTH": str(len(body)), "SERVER_PROTOCOL": "HTTP/1.1",
    }  # fmt: skip
    made.update({name if name == "CONTENT_TYPE" else f"HTTP_{name}": value for name, value in headers.items()})
    return made


JSON_TYPE = {"CONTENT_TYPE": "application/json"}
DOCUMENT = "documentId=" + trusted(LONG)["documentId"]
BOTH = {
    "POST": lambda: environ("POST", body=orjson.dumps({"query": LONG}), **JSON_TYPE),
    "POST, gzip": lambda: environ("POST", body=orjson.dumps({"query": LONG}), ACCEPT_ENCODING="gzip", **JSON_TYPE),
    "POST, gzip refused": lambda: environ(
        "POST", body=orjson.dumps({"query": LONG}), ACCEPT_ENCODING="gzip;q=0", **JSON_TYPE
    ),
    "GET": lambda: environ("GET", query=DOCUMENT),
    "GET, brotli": lambda: environ("GET", query=DOCUMENT, ACCEPT_ENCODING="br"),
    "GET by HTTPS": lambda: environ("GET", query=DOCUMENT, secure=True),
    "GET that is known": lambda: environ("GET", query=DOCUMENT, IF_NONE_MATCH="*"),
    "HEAD": lambda: environ("HEAD", query=DOCUMENT),
    "preflight": lambda: environ("OPTIONS", ORIGIN=OTHER),
    "another website": lambda: environ("POST", body=orjson.dumps({"query": SHORT}), ORIGIN=OTHER, **JSON_TYPE),
    "a wrong key": lambda: environ("POST", body=b"{}", AUTHORIZATION="Bearer x", **JSON_TYPE),
    "another method": lambda: environ("PUT", body=b"{}", **JSON_TYPE),
    "no JSON": lambda: environ("POST", body=b"{", **JSON_TYPE),
    "another type": lambda: environ("POST", body=b"{}", CONTENT_TYPE="text/plain"),
    "an unknown document": lambda: environ("GET", query="documentId=" + "0" * 64),
    "a body shorter than it says": lambda: {**environ("POST", body=b"{}", **JSON_TYPE), "CONTENT_LENGTH": "9"},
    "a body larger than allowed": lambda: environ("POST", body=b" " * 200_001, **JSON_TYPE),
}


@pytest.mark.parametrize("made", BOTH.values(), ids=BOTH)
def test_the_short_way_answers_as_the_way_through_django(keeping, made):
    with override_settings(SECURE_HSTS_SECONDS=3_600):
        wsgi.safety_headers.cache_clear()
        # Kept from now on, so that both ways charge the same.
        by_django(made())
        keeping.limiter = RateLimiter()
        status, headers, body = by_django(made())
        if status in (204, 304):
            # Django tells a length for what has no body.
            headers.pop("Content-Length", None)
        keeping.limiter = RateLimiter()
        short = by_the_short_way(made(), keeping)
        # What is left of the rate grows with every moment between the two.
        assert [header.pop("RateLimit", "").count(";") for header in (headers, short[1])] in ([0, 0], [2, 2], [4, 4])
        assert (status, headers, body) == short
    wsgi.safety_headers.cache_clear()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("changed", "in_force"),
    [
        ({"HTTP_HOST": "evil.example"}, {"ALLOWED_HOSTS": ["testserver"]}),
        ({"HTTP_HOST": ""}, {}),
        ({"PATH_INFO": "/graphql/schema.graphql"}, {}),
        ({"PATH_INFO": "/graphql"}, {}),
        ({"SCRIPT_NAME": "/below"}, {}),
        ({}, {"SECURE_SSL_REDIRECT": True}),
        (
            {"HTTP_X_FORWARDED_PROTO": "http"},
            {"SECURE_SSL_REDIRECT": True, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")},
        ),
    ],
)  # fmt: skip
def test_whatever_is_not_plain_goes_through_django(endpoint, changed, in_force):
    wsgi.is_ours.cache_clear()
    with override_settings(**in_force):
        answer = wsgi.ApiFirst(lambda *arguments: [b"the site"], endpoint)({**environ("POST"), **changed}, None)
    wsgi.is_ours.cache_clear()
    assert answer == [b"the site"]


# --- the one statement


@pytest.mark.django_db(transaction=True)
def test_a_key_is_found_anew_when_the_database_closed_the_connection(site, endpoint):
    text = factories.api_key(factories.organisation("Alder Trust"))
    body = orjson.dumps({"query": "{ viewer { kind organisation { name } } }"})

    def who() -> dict:
        made = environ("POST", body=body, AUTHORIZATION=f"Bearer {text}", **JSON_TYPE)
        return orjson.loads(by_the_short_way(made, endpoint)[2])["data"]["viewer"]

    expected = {"kind": "CLIENT", "organisation": {"name": "Alder Trust"}}
    assert [who() for _ in range(2)] == [expected] * 2
    # As a restart of the database, or a firewall that tires of waiting, leaves it: closed, and the client does not know.
    connection.connection.close()
    assert who() == expected
    ApiKey.objects.update(revoked_at=timezone.now())
    made = environ("POST", body=body, AUTHORIZATION=f"Bearer {text}", **JSON_TYPE)
    assert by_the_short_way(made, endpoint)[0] == 401


# --- use


def test_use_is_written_down_by_client_and_hour(keeping, key):
    usage.flush()
    ApiUsage.objects.all().delete()
    client = ApiClient.objects.get()
    for _ in range(3):
        post_json({"query": SHORT}, key=key)
    get(trusted(SHORT), key=key, If_None_Match="*")
    post_json({"query": "{ nothing }"}, key=key)
    post_json({"query": SHORT})
    assert not ApiUsage.objects.exists()
    usage.flush()
    row = ApiUsage.objects.get(client=client)
    assert row.starts_at == timezone.now().replace(minute=0, second=0, microsecond=0)
    assert (row.requests, row.cached, row.unchanged, row.errors, row.limited) == (5, 3, 1, 1, 0)
    assert (row.cost, row.sent_bytes > 100) == (2 + 1 + 1 + 1 + 100, True)
    post_json({"query": SHORT}, key=key)
    usage.flush()
    row.refresh_from_db()
    assert row.requests == 6
    assert ApiUsage.objects.get(client=None).requests == 1


def test_use_is_added_up_in_one_statement_for_all_clients(django_assert_num_queries):
    clients = [
        ApiClient.objects.create(organisation=factories.organisation(name), name="X") for name in ("A", "B", "C")
    ]
    usage.flush()
    for client in clients:
        for _ in range(5):
            usage.note(client.pk, 3_600.0 * 7 + 5, Tally(requests=1))
    usage.note(10**9, 3_600.0 * 7, Tally(requests=1))
    # One finds the clients that are still there, one writes.
    with django_assert_num_queries(2):
        usage.flush()
    assert [one.requests for one in ApiUsage.objects.filter(client__in=clients)] == [5, 5, 5]


def test_what_the_database_does_not_take_waits(monkeypatch, caplog):
    from django.db import OperationalError

    from cms.api.http import usage as module

    def down(waiting):
        raise OperationalError("down")

    usage.flush()
    client = ApiClient.objects.create(organisation=factories.organisation("A"), name="X")
    usage.note(client.pk, 0.0, Tally(requests=1))
    with monkeypatch.context() as patched:
        patched.setattr(module, "write", down)
        usage.flush()
    usage.note(client.pk, 0.0, Tally(requests=2))
    usage.flush()
    assert ApiUsage.objects.get(client=client).requests == 3


# --- the database's time


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL ends statements by the clock")
def test_a_statement_is_ended_at_the_deadline_and_the_site_is_not_bound(endpoint, monkeypatch):
    real = endpoint_module.answer

    def slow(documents, request, *more):
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("200ms",)
        return real(documents, request, *more)

    monkeypatch.setattr(endpoint_module, "answer", slow)
    with override_settings(API_LIMITS={"deadline_seconds": 0.2}):
        assert post_json({"query": SHORT}).status == 200
    unbind_statements()
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL ends statements by the clock")
@pytest.mark.django_db(transaction=True)
def test_a_slow_statement_is_told_as_the_deadline(site, endpoint, monkeypatch):
    from cms.api.loading import planning

    real = planning.LoadPlan.fetch

    def slow(plan, rows):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        return real(plan, rows)

    monkeypatch.setattr(planning.LoadPlan, "fetch", slow)
    with deadline_of(0.2):
        reply = post_json({"query": "{ recordings { nodes { title } } }"})
    assert (reply.status, reply.code) == (200, "LIMIT_EXCEEDED")
    monkeypatch.undo()
    assert head(trusted(SHORT)).status == 200


def test_a_forgotten_slash_loses_neither_method_nor_question():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/graphql", {"query": SHORT}, content_type="application/json")
    assert (answer.status_code, answer["Location"]) == (308, "/graphql/")
    assert client.get("/graphql?documentId=a&b=%20")["Location"] == "/graphql/?documentId=a&b=%20"
