"""Files: only those who may see a page that carries the file get its bytes, and they get exactly those they asked for."""

from __future__ import annotations

import datetime as dt
import re
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.utils.http import http_date

from tests import factories
from tests.visitors import KINDS, SEES, browsers

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def everybody(db):
    a, b = factories.organisation("A"), factories.organisation("B")
    return a, browsers(a, b)


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def urls_of(recording, material) -> dict[str, str]:
    track = recording.caption_tracks.get()
    return {
        "recording": recording.media.url,
        "document": material.document.url,
        "captions": f"/files/captions/{recording.translation_key}/{track.pk}.vtt",
    }


def without(answer, address: str) -> bytes:
    """What an answer says but for its own address, and for the token of the form that signs out, which is new each time."""
    return re.sub(rb'csrfmiddlewaretoken" value="\w+"', b"", answer.content.replace(address.encode(), b""))


@pytest.mark.parametrize("state", factories.STATES)
@pytest.mark.parametrize("audience", SEES)
def test_a_file_goes_to_those_who_see_a_page_that_carries_it(site, everybody, audience, state):
    a, clients = everybody
    shared = {"audience": audience, "organisations": [a] if audience == "chosen" else [], "state": state}
    recording = factories.recording(site, captions=factories.cues("words"), **shared)
    material = factories.material(site, **shared)
    for what, url in urls_of(recording, material).items():
        for name, client in clients.items():
            # An editor opens any file: it is being chosen for a page.
            is_seen = name == "editor" or (state == "live" and name in SEES[audience])
            response = client.get(url)
            assert response.status_code == (HTTPStatus.OK if is_seen else HTTPStatus.NOT_FOUND), (what, name)
            if is_seen:
                is_open = state == "live" and audience == "public"
                assert response["Cache-Control"] == ("public, max-age=300" if is_open else "private, no-store"), (
                    what,
                    name,
                )


def test_one_public_page_is_enough_to_open_a_file(site, client):
    media = factories.media()
    factories.recording(site, media=media, audience="members")
    assert client.get(media.url).status_code == HTTPStatus.NOT_FOUND
    factories.recording(site, media=media)
    assert client.get(media.url).status_code == HTTPStatus.OK


@pytest.mark.parametrize("name", KINDS)
def test_hidden_and_missing_look_alike(site, everybody, name):
    _, clients = everybody
    hidden = factories.recording(
        site, captions=factories.cues("words"), audience="chosen", organisations=[factories.organisation("C")]
    )
    material = factories.material(site, audience="chosen", organisations=[factories.organisation("C")])
    if name == "editor":
        return
    for url in urls_of(hidden, material).values():
        parts = url.split("/")
        parts[3] = str(uuid4())
        refused, missing = clients[name].get(url), clients[name].get("/".join(parts))
        assert refused.status_code == missing.status_code == HTTPStatus.NOT_FOUND
        assert without(refused, url) == without(missing, "/".join(parts))
        assert dict(refused.headers) == dict(missing.headers)


def test_a_file_that_the_storage_lost_is_missing(site, client):
    media = factories.media()
    factories.recording(site, media=media)
    media.file.storage.delete(media.file.name)
    assert client.get(media.url).status_code == HTTPStatus.NOT_FOUND


@pytest.fixture
def recording_url(site):
    return factories.recording(site, media=factories.media("Film", content=CONTENT)).media.url


@pytest.mark.parametrize(
    ("header", "status", "sent", "content_range"),
    [
        (None, 200, CONTENT, None),
        ("bytes=0-99", 206, CONTENT[:100], f"bytes 0-99/{len(CONTENT)}"),
        ("bytes=10000-", 206, CONTENT[10000:], f"bytes 10000-10239/{len(CONTENT)}"),
        ("bytes=-16", 206, CONTENT[-16:], f"bytes 10224-10239/{len(CONTENT)}"),
        ("bytes=0-1,5-9", 200, CONTENT, None),
        ("nonsense", 200, CONTENT, None),
        ("bytes=10240-", 416, b"", f"bytes */{len(CONTENT)}"),
    ],
)
def test_parts_of_a_file(client, recording_url, header, status, sent, content_range):
    response = client.get(recording_url, headers={"Range": header} if header else {})
    assert response.status_code == status
    assert body(response) == sent
    assert response.get("Content-Range") == content_range
    assert response["Accept-Ranges"] == "bytes"
    if status != 416:
        assert response["Content-Length"] == str(len(sent))
        assert response["Content-Type"] == "video/mp4"


def test_a_file_is_never_compressed_on_the_way(client, recording_url):
    """A compressed part would be no part of the file; the compressing middleware must keep off."""
    response = client.get(recording_url, headers={"Range": "bytes=0-9999", "Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response
    assert body(response) == CONTENT[:10000]
    assert response["ETag"].startswith('"')


def test_head_tells_all_but_the_bytes(client, recording_url):
    whole, head = client.get(recording_url), client.head(recording_url)
    assert body(head) == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified", "Accept-Ranges"):
        assert head[name] == whole[name], name


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_files_are_only_read(client, recording_url, method):
    assert getattr(client, method)(recording_url).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_what_the_browser_has_is_not_sent_again(client, recording_url):
    first = client.get(recording_url)
    for condition in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(recording_url, headers=condition)
        assert again.status_code == HTTPStatus.NOT_MODIFIED
        assert again["ETag"] == first["ETag"]
        assert again["Cache-Control"] == first["Cache-Control"]
    assert client.get(recording_url, headers={"If-None-Match": '"other"'}).status_code == HTTPStatus.OK
    assert client.get(recording_url, headers={"If-Match": '"other"'}).status_code == HTTPStatus.PRECONDITION_FAILED


def test_a_part_of_another_version_is_not_mixed_in(client, recording_url):
    first = client.get(recording_url)
    old = http_date(dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp())
    for condition, status in [
        (first["ETag"], 206),
        (first["Last-Modified"], 206),
        ('"old"', 200),
        (old, 200),
        ("x", 200),
    ]:
        response = client.get(recording_url, headers={"Range": "bytes=5-9", "If-Range": condition})
        assert response.status_code == status, condition
        assert body(response) == (CONTENT[5:10] if status == 206 else CONTENT)


@pytest.mark.parametrize(
    ("mime_type", "sent_type", "disposition"),
    [
        ("application/pdf", "application/pdf", "inline"),
        ("text/html", "text/html", "attachment"),
        ("text/csv", "text/csv", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
def test_a_document_cannot_become_a_page_of_ours(site, client, mime_type, sent_type, disposition):
    material = factories.material(site, document=factories.document("Notes", content=b"<script>alert(1)</script>"))
    type(material.document).objects.filter(pk=material.document.pk).update(mime_type=mime_type)
    response = client.get(material.document.url)
    assert response["Content-Type"] == sent_type
    assert response["Content-Disposition"].split(";")[0] == disposition
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert ("sandbox" in policy) == (disposition == "attachment")


def test_a_recording_of_a_type_that_no_player_knows_is_only_saved(site, client):
    url = factories.recording(site, media=factories.media(mime_type="text/html")).media.url
    response = client.get(url)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


def test_captions_are_webvtt(site, client):
    recording = factories.recording(site, captions=factories.cues("Tea & <b>cake</b>", speaker="Host"))
    url = f"/files/captions/{recording.translation_key}/{recording.caption_tracks.get().pk}.vtt"
    response = client.get(url)
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.content.decode() == (
        "WEBVTT - clean\n\n00:00:00.000 --> 00:00:04.000\n<v Host>Tea &amp; &lt;b&gt;cake&lt;/b&gt;\n"
    )
    assert client.get(url, headers={"If-None-Match": response["ETag"]}).status_code == HTTPStatus.NOT_MODIFIED


def test_captions_are_found_only_under_their_own_recording(site, client):
    mine = factories.recording(site, captions=factories.cues("mine"))
    other = factories.recording(site, captions=factories.cues("other"), audience="members")
    url = f"/files/captions/{mine.translation_key}/{other.caption_tracks.get().pk}.vtt"
    assert client.get(url).status_code == HTTPStatus.NOT_FOUND
