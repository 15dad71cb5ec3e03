"""What comes to the endpoint: every wrong request gets a short JSON error with a code, and none gets a 500."""

from __future__ import annotations

import datetime as dt

import orjson
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cms.access.models import ApiKey
from library.models import Chapter
from tests import factories

from .asking import ask, post

pytestmark = pytest.mark.django_db
GOOD = {"query": "{ viewer { kind } }"}


def test_a_good_request_is_answered():
    reply = post(GOOD)
    assert (reply.status, reply.data) == (200, {"viewer": {"kind": "VISITOR"}})


BODIES = {
    "blanks": b"  ",
    "no JSON": b"{query: 1}",
    "a number": b"1",
    "null": b"null",
    "a list (batching)": orjson.dumps([GOOD, GOOD]),
    "an empty list": b"[]",
    "no query": b"{}",
    "a query that is no text": b'{"query": 1}',
    "a blank query": b'{"query": "   "}',
    "variables that are no object": b'{"query": "{ viewer { kind } }", "variables": [1]}',
    "a name that is no text": b'{"query": "{ viewer { kind } }", "operationName": 7}',
    "a name of nothing": b'{"query": "{ viewer { kind } }", "operationName": "Other"}',
    "bad UTF-8": b'{"query": "{ viewer \xff { kind } }"}',
    "UTF-16": '{"query": "{ viewer { kind } }"}'.encode("utf-16"),
    "a lone surrogate": b'{"query": "{ viewer { kind } }", "variables": {"a": "\\ud800"}}',
    "a lone surrogate in the query": b'{"query": "{ recording(slug: \\"\\\\uD800\\") { id } }"}',
    "NUL in the query": orjson.dumps({"query": "{ viewer\x00 { kind } }"}),
    "NUL in a text": orjson.dumps({"query": '{ recording(slug: "a\\u0000b") { id } }'}),
    "NUL in a variable": orjson.dumps({"query": "query($s: String!) { recording(slug: $s) { id } }", "variables": {"s": "\x00"}}),
    "deep JSON": b"[" * 20_000 + b"]" * 20_000,
    "deep JSON in variables": b'{"query": "{ viewer { kind } }", "variables": {"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}}",
    "an unclosed query": b'{"query": "{ viewer { kind "}',
    "no such field": b'{"query": "{ secrets }"}',
    "no such type": b'{"query": "{ viewer { ... on Secret { kind } } }"}',
    "a fragment of itself": b'{"query": "{ ...A } fragment A on Query { ...A }"}',
    "only a fragment": b'{"query": "fragment A on Query { viewer { kind } }"}',
    "a mutation": b'{"query": "mutation { delete }"}',
    "a subscription": b'{"query": "subscription { changes }"}',
    "two operations and no name": b'{"query": "query A { viewer { kind } } query B { viewer { kind } }"}',
    "a missing variable": b'{"query": "query($s: String!) { recording(slug: $s) { id } }"}',
    "a variable of another type": b'{"query": "query($n: Int) { recordings(first: $n) { totalCount } }", "variables": {"n": "x"}}',
    "a huge number": b'{"query": "{ recordings(first: 99999999999999999999) { totalCount } }"}',
    "a schema instead of a query": b'{"query": "type Query { a: Int }"}',
    "variables nested deep": b'{"query": "{ viewer { kind } }", "variables": {"a": ' + b"[" * 600 + b"]" * 600 + b"}}",
    "a document id that is none": b'{"documentId": "../../etc/passwd"}',
    "a document id that is a number": b'{"documentId": 7}',
    "a query and a document id": orjson.dumps({**GOOD, "documentId": "a" * 64}),
    "extensions that are no object": orjson.dumps({**GOOD, "extensions": [1]}),
    "a persisted query of another version": b'{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "00"}}}',
    "a persisted query without a hash": b'{"extensions": {"persistedQuery": {"version": 1}}}',
    "a persisted query of another hash": (
        b'{"query": "{ viewer { kind } }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "' + b"a" * 64 + b'"}}}'
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_wrong_body_is_a_short_error_with_a_code(body):
    reply = post(body)
    assert reply.status == 400
    assert set(reply.codes) == {"BAD_USER_INPUT"}
    assert len(orjson.dumps(reply.body)) < 5_000
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"


ARGUMENTS = {
    "first below zero": "recordings(first: -1) { totalCount }",
    "first above the page": "recordings(first: 101) { totalCount }",
    "a cursor that is none": 'recordings(after: "zzz") { nodes { id } }',
    "a cursor that is empty": 'recordings(after: "") { nodes { id } }',
    "a cursor with a number": 'people(after: "WzFd") { nodes { id } }',
    "a long cursor": f'people(after: "{"A" * 5000}") {{ nodes {{ id }} }}',
    "a search cursor with a huge place": 'search(query: "a", after: "WyJzZWFyY2giLDk5OTk5OTk5OTk5OV0") { totalCount }',
    "a search cursor with a place below zero": 'search(query: "word", after: "WyJzZWFyY2giLC0xXQ") { totalCount }',
    "a search whose days are the wrong way round": (
        'search(query: "word", filter: {from: "2026-02-01", to: "2026-01-01"}) { totalCount }'
    ),
}


@pytest.mark.parametrize("field", ARGUMENTS.values(), ids=ARGUMENTS)
def test_a_wrong_argument_is_told_at_its_field(site, field):
    reply = ask(f"{{ {field} }}")
    assert (reply.status, reply.codes) == (200, ["BAD_USER_INPUT"])
    assert reply.body["errors"][0]["path"] == [field.partition("(")[0]]


@pytest.mark.parametrize("day", ["2026-02-30", "0000-01-01", "tomorrow", "20260101T00", ""])
def test_a_day_that_is_none_is_refused(day):
    assert ask(f'{{ sessions(from: "{day}") {{ totalCount }} }}').codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1970-01-01"])
def test_the_ends_of_the_calendar_are_days_too(site, day):
    assert ask(f'{{ sessions(from: "{day}", to: "{day}") {{ totalCount nodes {{ id }} }} }}').data


def test_one_field_that_fails_takes_no_other_with_it(site):
    reply = ask('{ viewer { kind } page(path: "/") { title } recordings(first: 1000) { totalCount } }')
    # The list may not be null, so the answer has no data; without it the rest stands.
    assert reply.codes == ["BAD_USER_INPUT"]
    reply = ask('{ viewer { kind } page(path: "/") { title } }')
    assert reply.data == {"viewer": {"kind": "VISITOR"}, "page": {"title": "Home"}}


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_are_refused(method):
    response = getattr(Client(), method)("/graphql/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert orjson.loads(response.content)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("post", "/graphql/schema.graphql", 405, "BAD_USER_INPUT"),
        ("put", "/graphql/schema.graphql", 405, "BAD_USER_INPUT"),
        ("post", "/graphql/explore/", 405, "BAD_USER_INPUT"),
        ("delete", "/graphql/explore", 405, "BAD_USER_INPUT"),
        ("get", "/graphql/nope/", 404, "NOT_FOUND"),
        ("get", "/graphql/nope", 404, "NOT_FOUND"),
        ("post", "/graphql/nope/", 404, "NOT_FOUND"),
        ("post", "/graphql/schema.graphql/", 404, "NOT_FOUND"),
    ],
)
def test_wrong_requests_below_the_apis_address_get_a_short_json_error_too(method, address, status, code):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
    assert orjson.loads(response.content)["errors"][0]["extensions"]["code"] == code
    assert response.get("Allow") == ("GET, HEAD" if status == 405 else None)


def test_the_explorers_address_without_its_slash_leads_there():
    response = Client().get("/graphql/explore")
    assert (response.status_code, response["Location"]) == (301, "/graphql/explore/")


def test_a_scanners_hosts_fill_no_log(settings, caplog):
    settings.ALLOWED_HOSTS = ["academy.example.org"]
    Client().get("/", HTTP_HOST="x" * 5_000)
    (line,) = [record for record in caplog.records if record.name == "django.security.DisallowedHost"]
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    assert len(line.getMessage()) <= 300


@pytest.mark.parametrize("host", ["elsewhere.example.org", "a b", "127.0.0.1:99999", ""])
def test_a_host_that_is_not_ours_is_refused_in_json_too(host, settings):
    settings.ALLOWED_HOSTS = ["academy.example.org"]
    reply = post({"query": "{ viewer { kind } }"}, HTTP_HOST=host)
    assert (reply.status, reply.codes) == (400, ["BAD_USER_INPUT"])
    below = Client().get("/graphql/schema.graphql", HTTP_HOST=host)
    assert orjson.loads(below.content)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    # Pages are refused with a page, as Django does.
    page = Client().get("/library/", HTTP_HOST=host)
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")


def test_options_tell_what_is_taken():
    response = Client().options("/graphql/")
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, POST, OPTIONS")


ADDRESSES = {
    "nothing": "",
    "a query": "query={viewer{kind}}",
    "a query beside an id": f"documentId={'a' * 64}&query={{viewer{{kind}}}}",
    "a query beside its hash": "query={viewer{kind}}&extensions={%22persistedQuery%22:{%22version%22:1,%22sha256Hash%22:%22a%22}}",
    "a mutation": "query=mutation{delete}",
    "only variables": "variables={}",
    "no id": "documentId=",
    "an id of another shape": "documentId=ABCDEF",
    "an id with a NUL": "documentId=%00",
    "an unknown name": f"documentId={'a' * 64}&callback=alert",
    "one name twice": f"documentId={'a' * 64}&documentId={'b' * 64}",
    "variables that are no JSON": f"documentId={'a' * 64}&variables={{",
    "variables that are a list": f"documentId={'a' * 64}&variables=[1]",
    "variables nested deeply": f"documentId={'a' * 64}&variables={'[' * 2000}",
    "extensions that are no JSON": "extensions=x",
    "extensions without a hash": "extensions={}",
    "bytes that are no UTF-8": f"documentId={'a' * 64}&operationName=%ff",
    "half a percent sign": "documentId&%",
    "many names": "&".join(f"a{n}=1" for n in range(50)),
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_a_wrong_address_is_a_short_error_with_a_code(address):
    response = Client().get("/graphql/", QUERY_STRING=address)
    (error,) = orjson.loads(response.content)["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    assert len(response.content) < 1_000
    assert response["Cache-Control"] == "no-store"


def test_an_address_that_is_too_long_is_refused_with_the_limit():
    response = Client().get("/graphql/", QUERY_STRING=f"documentId={'a' * 20_000}")
    assert (response.status_code, orjson.loads(response.content)["errors"][0]["extensions"]["limit"]) == (414, 16_000)


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", "application/graphql", "",
     "application/json; charset=utf-16"],
)  # fmt: skip
def test_only_json_is_taken(content_type):
    reply = post(orjson.dumps(GOOD), content_type=content_type)
    assert (reply.status, reply.codes) == (415, ["BAD_USER_INPUT"])


def test_a_charset_that_says_what_json_is_anyway_is_taken():
    assert post(orjson.dumps(GOOD), content_type="application/json; charset=UTF-8").status == 200


def test_a_query_in_the_address_is_refused():
    reply = post(GOOD, path="/graphql/?query={viewer{kind}}")
    assert (reply.status, reply.codes) == (400, ["BAD_USER_INPUT"])


def test_a_large_body_is_refused_with_the_limit():
    reply = post({"query": "{ viewer { kind } }", "variables": {"a": "x" * 300_000}})
    assert (reply.status, reply.codes) == (413, ["LIMIT_EXCEEDED"])
    assert reply.body["errors"][0]["extensions"]["limit"] == 200_000


def test_cookies_change_nothing(site, django_user_model):
    editor = django_user_model.objects.create_superuser("ed", password="x")
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    response = client.post("/graphql/", orjson.dumps({"query": "{ viewer { kind } }"}), content_type="application/json")
    assert orjson.loads(response.content)["data"] == {"viewer": {"kind": "VISITOR"}}
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


# --- keys


@pytest.fixture
def organisation():
    return factories.organisation("Alder Trust")


def test_a_key_is_its_organisation(organisation):
    data = ask("{ viewer { kind client audiences organisation { name } } }", key=factories.api_key(organisation)).data
    assert data["viewer"] == {
        "kind": "CLIENT",
        "client": "Intranet",
        "audiences": ["members", f"org:{organisation.uuid}", "public"],
        "organisation": {"name": "Alder Trust"},
    }


def authorisations(key: str) -> dict[str, str]:
    prefix = key.split("_")[1]
    return {
        "unknown": "Bearer acad_0123456789ab_" + "x" * 43,
        "no key at all": "Bearer",
        "blank": "Bearer   ",
        "empty header": "",
        "another scheme": f"Basic {key}",
        "no scheme": key,
        "cut short": f"Bearer {key[:-1]}",
        "with something after": f"Bearer {key}x",
        "only its prefix": f"Bearer acad_{prefix}_",
        "two keys": f"Bearer {key}, Bearer {key}",
        "very long": "Bearer " + "a" * 100_000,
        "not ASCII": "Bearer acad_é_ü",
        "NUL": "Bearer acad_\x00_\x00",
        "SQL": "Bearer acad_' OR 1=1 --_x",
    }


@pytest.mark.parametrize("case", authorisations("acad_x_y"))
def test_a_key_that_is_no_good_is_401_and_never_the_public(organisation, case):
    reply = post(GOOD, HTTP_AUTHORIZATION=authorisations(factories.api_key(organisation))[case])
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert "data" not in reply.body
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_ends_at_once_when_it_is_revoked_or_expires(organisation):
    now = timezone.now()
    for ended in ({"revoked_at": now - dt.timedelta(seconds=1)}, {"expires_at": now - dt.timedelta(seconds=1)}):
        key = factories.api_key(organisation)
        assert ask("{ viewer { kind } }", key=key).status == 200
        ApiKey.objects.filter(prefix=key.split("_")[1]).update(**ended)
        assert ask("{ viewer { kind } }", key=key).codes == ["UNAUTHENTICATED"]


def test_the_use_of_a_key_is_noted_once_in_a_while(organisation):
    key = factories.api_key(organisation)
    assert len(ask("{ viewer { kind } }", key=key).statements) == 2
    assert len(ask("{ viewer { kind } }", key=key).statements) == 1
    assert ApiKey.objects.get().last_used_at is not None


# --- what goes wrong inside


def test_an_error_of_ours_tells_a_number_and_nothing_else(site, caplog):
    recording = factories.recording(site, chapters=[("0:01", "Beginning")])
    Chapter.objects.update(starts="soon")
    reply = ask(f'{{ recording(slug: "{recording.slug}") {{ chapters {{ startSeconds }} }} }}')
    assert (reply.status, reply.codes) == (200, ["INTERNAL"])
    number = reply.body["errors"][0]["extensions"]["id"]
    assert number in reply.messages
    assert number in caplog.text
    told = orjson.dumps(reply.body).decode()
    assert not [word for word in ("Traceback", "Error", "soon", ".py", "library", "parse") if word in told]


def test_a_search_index_that_cannot_be_read_leaves_the_rest_standing(site, settings):
    settings.SEARCH_INDEX_DIR = "/dev/null/nowhere"
    reply = ask('{ search(query: "word") { totalCount } }')
    assert (reply.status, reply.codes) == (200, ["INTERNAL"])
    assert "nowhere" not in reply.messages
    assert ask('{ page(path: "/") { title } }').data == {"page": {"title": "Home"}}


@hypothesis_settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=300) | st.text(max_size=100).map(lambda text: orjson.dumps({"query": text})))
def test_whatever_comes_is_answered_in_json(body):
    reply = post(body)
    assert reply.status in {200, 400}
    assert set(reply.codes) <= {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), after=st.text(max_size=40))
def test_whatever_is_asked_for_is_found_or_not(site, words, after):
    if any("\ud800" <= word <= "\udfff" for word in words + after):
        return
    query = """query($words: String!, $after: String) {
      recording(slug: $words) { id } page(path: $words) { title }
      recordings(topic: $words, programme: $words, speaker: $words) { totalCount }
      search(query: $words) { totalCount hint }
      people(after: $after) { nodes { id } }
    }"""
    reply = ask(query, words=words, after=after)
    assert set(reply.codes) <= {"BAD_USER_INPUT"}
