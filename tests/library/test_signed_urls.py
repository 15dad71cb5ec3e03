"""Signed addresses: the API hands a partner one that opens one private file for a few minutes, in any player, without a key."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cms.access import signed_urls
from cms.access.models import ApiKey
from cms.access.principals import PrincipalKind, principal_of_organisation
from cms.api.loading.request import ApiRequest
from cms.api.queries.documents import Documents
from cms.api.queries.execution import answer
from cms.schema import schema
from tests import factories
from tests.api.asking import ask

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 40
FILES = """query($recording: String!, $material: String!) {
  recording(slug: $recording) { media { url } captionTracks { url } } material(slug: $material) { file { url } } }"""
SIGNED = "?signed="


@pytest.fixture
def a():
    return factories.organisation("Alder Trust")


@pytest.fixture
def b():
    return factories.organisation("Birch Trust")


@pytest.fixture
def shared(site):
    """Make a recording and a material for an audience."""

    def make(audience="chosen", organisations=()):
        words = {"audience": audience, "organisations": organisations}
        media = factories.media("Film", content=CONTENT)
        recording = factories.recording(site, media=media, captions=factories.cues("words"), **words)
        return recording, factories.material(site, **words)

    return make


def addresses(recording, material, key=None) -> dict[str, str]:
    data = ask(FILES, key=key, recording=recording.slug, material=material.slug).data
    urls = {
        "recording": data["recording"]["media"]["url"],
        "captions": data["recording"]["captionTracks"][0]["url"],
        "document": data["material"]["file"]["url"],
    }
    return {what: url.removeprefix("http://127.0.0.1:8000") for what, url in urls.items()}


def statuses(urls, **headers) -> set[int]:
    return {Client().get(url, headers=headers).status_code for url in urls.values()}


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def test_public_files_have_the_same_plain_address_for_everybody(shared, a):
    things = shared("public")
    plain = addresses(*things)
    assert addresses(*things, key=factories.api_key(a)) == plain
    assert not [url for url in plain.values() if "?" in url]
    assert statuses(plain) == {HTTPStatus.OK}


@pytest.mark.parametrize("audience", ["members", "chosen"])
def test_a_private_file_opens_by_its_signed_address_and_by_no_other(shared, a, audience):
    urls = addresses(*shared(audience, [a]), key=factories.api_key(a))
    assert all(SIGNED in url for url in urls.values())
    assert statuses(urls) == {HTTPStatus.OK}
    assert statuses({what: url.partition("?")[0] for what, url in urls.items()}) == {HTTPStatus.NOT_FOUND}


def test_a_player_jumps_about_in_it(shared, a):
    url = addresses(*shared(organisations=[a]), key=factories.api_key(a))["recording"]
    part = Client().get(url, headers={"Range": "bytes=10000-10009"})
    assert (part.status_code, body(part)) == (HTTPStatus.PARTIAL_CONTENT, CONTENT[10000:10010])
    assert part["Content-Range"] == f"bytes 10000-10009/{len(CONTENT)}"
    head = Client().head(url)
    assert (head.status_code, head["Content-Length"], body(head)) == (HTTPStatus.OK, str(len(CONTENT)), b"")
    again = Client().get(url, headers={"If-None-Match": part["ETag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert again["Access-Control-Allow-Origin"] == "*"


def test_nothing_between_keeps_it_and_nothing_it_opens_learns_it(shared, a):
    for url in addresses(*shared(organisations=[a]), key=factories.api_key(a)).values():
        response = Client().get(url)
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        # A page of the intranet may read captions and frames: the address alone opened the file, no cookie did.
        assert response["Access-Control-Allow-Origin"] == "*"


def test_what_a_cookie_opened_no_other_site_may_read(shared, a, django_user_model):
    recording, _ = shared(organisations=[a])
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("edith"))
    response = client.get(recording.media.url)
    assert response.status_code == HTTPStatus.OK
    assert "Access-Control-Allow-Origin" not in response


def test_it_opens_no_other_file(shared, a):
    urls = addresses(*shared(organisations=[a]), key=factories.api_key(a))
    others = addresses(*shared(organisations=[a]), key=factories.api_key(a))
    for what, url in urls.items():
        for other in others.values():
            swapped = f"{other.partition('?')[0]}?{url.partition('?')[2]}"
            assert Client().get(swapped).status_code == HTTPStatus.NOT_FOUND, what


def test_it_ends_at_once_when_the_audience_is_narrowed(shared, a, b):
    recording, material = shared("members")
    urls = addresses(recording, material, key=factories.api_key(a))
    for page in (recording, material):
        page.audience, page.audience_organisations = "chosen", [b]
        page.save_revision().publish()
    assert statuses(urls) == {HTTPStatus.NOT_FOUND}


@pytest.mark.parametrize("ending", ["unpublished", "deleted"])
def test_it_ends_at_once_with_the_page(shared, a, ending):
    recording, material = shared("members")
    urls = addresses(recording, material, key=factories.api_key(a))
    for page in (recording, material):
        page.unpublish() if ending == "unpublished" else page.delete()
    assert statuses(urls) == {HTTPStatus.NOT_FOUND}


@pytest.mark.parametrize("ending", ["revoked_at", "expires_at"])
def test_it_ends_at_once_with_the_last_key_of_its_organisation(shared, a, ending):
    urls = addresses(*shared("members"), key=factories.api_key(a))
    second = factories.api_key(a)
    ended = {ending: timezone.now() - dt.timedelta(seconds=1)}
    ApiKey.objects.exclude(prefix=second.split("_")[1]).update(**ended)
    # One key of several ends its addresses with their own time, at most ten minutes: they are signed for the organisation.
    assert statuses(urls) == {HTTPStatus.OK}
    ApiKey.objects.update(**ended)
    assert statuses(urls) == {HTTPStatus.NOT_FOUND}


def test_it_ends_with_its_organisation(shared, a):
    urls = addresses(*shared("members"), key=factories.api_key(a))
    a.delete()
    assert statuses(urls) == {HTTPStatus.NOT_FOUND}


def broken(url: str) -> dict[str, str]:
    address, _, text = url.partition(SIGNED)
    kind, identity, expires, signature = text.split(":")
    other = Signer(salt="another").sign(f"x:{kind}:{identity}:{expires}").rpartition(":")[2]
    forged = {
        "no signature": f"{kind}:{identity}:{expires}",
        "nothing": "",
        "one sign changed": text[:-1] + ("A" if text[-1] != "A" else "B"),
        "a later end": f"{kind}:{identity}:{int(expires) + 3600}:{signature}",
        "another organisation": f"{kind}:{uuid4()}:{expires}:{signature}",
        "another kind": f"preview:{identity}:{expires}:{signature}",
        "another purpose's signature": f"{kind}:{identity}:{expires}:{other}",
        "more after it": f"{text}:1",
        "a huge text": "a" * 5_000,
        "no ASCII": "ä:é:ü:ß",
        "NUL": "%00:%00:%00",
        "separators": ":::::::",
    }
    return {name: f"{address}{SIGNED}{value}" for name, value in forged.items()}


def test_a_bad_an_expired_and_no_signature_answer_as_if_there_were_no_such_file(shared, a, monkeypatch):
    urls = addresses(*shared(organisations=[a]), key=factories.api_key(a))
    for url in urls.values():
        missing = Client().get("/files/recordings/" + str(uuid4()) + "/film.mp4")
        for name, wrong in broken(url).items():
            response = Client().get(wrong)
            assert response.status_code == HTTPStatus.NOT_FOUND, name
            # The link to sign in leads back to the address asked for, which has a length of its own.
            heads = [{**told.headers, "Content-Length": ""} for told in (response, missing)]
            assert heads[0] == heads[1], name
            said = [
                re.sub(rb'csrfmiddlewaretoken" value="\w+"|next=[^"]*"', b"", told.content)
                for told in (response, missing)
            ]
            assert said[0] == said[1], name
    late = timezone.now() + dt.timedelta(seconds=2 * signed_urls.WINDOW_SECONDS)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert statuses(urls) == {HTTPStatus.NOT_FOUND}


def test_hidden_missing_and_forged_take_the_same_statements(shared, a):
    for url in addresses(*shared(organisations=[a]), key=factories.api_key(a)).values():
        hidden = url.partition("?")[0]
        missing = "/".join([*hidden.split("/")[:3], str(uuid4()), hidden.rpartition("/")[2]])
        forged = "?" + url.partition("?")[2][:-3] + "AAA"
        Client().get(missing)  # fills what the page of a 404 remembers
        for query in ("", forged):
            asked = []
            for path in (missing, hidden):
                with CaptureQueriesContext(connection) as captured:
                    assert Client().get(path + query).status_code == HTTPStatus.NOT_FOUND
                asked.append(len(captured))
            assert asked[0] == asked[1], (path, asked)


@given(st.datetimes(min_value=dt.datetime(2020, 1, 1), max_value=dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)))
def test_every_address_lives_five_to_ten_minutes_and_is_the_same_within_a_window(at):
    end = signed_urls.window_end(at)
    assert dt.timedelta(0) < end - at <= dt.timedelta(minutes=5)
    address = signed_urls.signed("/file", "media:1", "org:2", at)
    assert address == signed_urls.signed("/file", "media:1", "org:2", end - dt.timedelta(microseconds=1))
    assert address != signed_urls.signed("/file", "media:1", "org:2", end)
    expires = dt.datetime.fromtimestamp(int(address.split(":")[-2]), dt.UTC)
    assert dt.timedelta(minutes=5) < expires - at <= dt.timedelta(minutes=10)


@given(st.text(max_size=300))
def test_no_text_opens_anything(text):
    assert signed_urls.principal_of_signature(text, "media:1", timezone.now()) is None


def test_two_keys_of_one_organisation_get_the_same_addresses_and_two_organisations_do_not(shared, a, b):
    things = shared("members")
    first = addresses(*things, key=factories.api_key(a))
    assert addresses(*things, key=factories.api_key(a)) == first
    assert not set(addresses(*things, key=factories.api_key(b)).values()) & set(first.values())


def test_an_address_names_no_key_and_no_client(shared, a):
    key = factories.api_key(a)
    for url in addresses(*shared("members"), key=key).values():
        assert parse_qs(urlsplit(url).query).keys() == {"signed"}
        assert key.split("_")[1] not in url
        assert "Intranet" not in url


def test_an_answer_with_signed_addresses_says_when_it_must_be_made_anew(shared, a):
    recording, _ = shared("members")
    documents, query = (
        Documents(schema.graphql_schema),
        f'{{ recording(slug: "{recording.slug}") {{ media {{ url }} }} }}',
    )
    request = ApiRequest(principal_of_organisation(a, PrincipalKind.CLIENT))
    done = answer(documents, request, query, {}, None)
    assert SIGNED in done.body["data"]["recording"]["media"]["url"]
    assert done.is_cacheable
    assert request.answer_valid_until == signed_urls.window_end(request.at)
    plain = ApiRequest(request.principal)
    assert answer(documents, plain, query.replace("media { url }", "title"), {}, None).is_cacheable
    assert plain.answer_valid_until is None
