"""Previews on a front end: the editor's form, by way of the real admin, as the API shows it to whoever holds the token."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from cms.access import previews
from cms.access.models import Preview
from library.models import RecordingPage
from tests import factories
from tests.editors import edit_url, form_fields, new_editor, signed_in

from .asking import ask

pytestmark = pytest.mark.django_db
FRONT_END = "https://intranet.example.org/preview?site=1"
MODE = "on:Staff intranet"
BASE = "http://127.0.0.1:8000"
RECORDING = """query($slug: String!, $token: String) { recording(slug: $slug, previewToken: $token) {
  id slug title summary url updatedAt durationSeconds
  speakers { name } topics { name } chapters { title startSeconds } materials { title }
  session { title people { role person { name } } } programme { title recordings { totalCount nodes { title } } }
  transcript { text } captionTracks { language url } accessibility { isCaptioned }
  media { url } poster { url } body { __typename ... on HeadingBlock { value } ... on CallToActionBlock { page { title } } } } }"""


@pytest.fixture(autouse=True)
def front_end(settings):
    settings.HEADLESS_PREVIEWS = {"Staff intranet": FRONT_END}


@pytest.fixture
def edith(site, django_user_model):
    return new_editor(django_user_model, "edith")


@pytest.fixture
def editor(edith) -> Client:
    return signed_in(edith)


def opened(editor: Client, preview_url: str, fields: dict) -> dict[str, str]:
    """Post a form to the preview and open it on the front end: what the front end is told in its address."""
    assert editor.post(preview_url, fields).json() == {"is_valid": True, "is_available": True}
    response = editor.get(preview_url, {"mode": MODE})
    assert response.status_code == HTTPStatus.FOUND
    assert "no-store" in response["Cache-Control"]
    parts = urlsplit(response["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://intranet.example.org/preview"
    told = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert told.pop("site") == "1"
    return told


def edited(editor: Client, page, **changes) -> dict[str, str]:
    fields = form_fields(editor, edit_url(page))
    return opened(editor, f"/admin/pages/{page.pk}/edit/preview/", {**fields, **changes})


def new_url(parent, kind: str) -> str:
    return f"/admin/pages/add/{kind}/{parent.pk}/"


def written(editor: Client, parent, kind: str, **fields) -> dict[str, str]:
    """Preview a page that is not saved."""
    form = form_fields(editor, new_url(parent, kind))
    return opened(editor, f"{new_url(parent, kind)}preview/", {**form, **fields})


def shown(told: dict[str, str], query: str = RECORDING, **variables) -> dict:
    reply = ask(query, key=variables.pop("key", None), slug=told["slug"], token=told["previewToken"], **variables)
    return reply.data["recording"]


def heading(words: str) -> dict[str, str]:
    return {
        "body-count": "1", "body-0-deleted": "", "body-0-order": "0", "body-0-type": "heading", "body-0-id": "",
        "body-0-value": words,
    }  # fmt: skip


def button(page) -> dict[str, str]:
    return {
        **heading(""), "body-0-type": "call_to_action", "body-0-value-button_text": "Go", "body-0-value-url": "",
        "body-0-value-page": str(page.pk),
    }  # fmt: skip


# --- what is shown


def test_the_front_end_gets_the_form_and_the_site_keeps_what_is_published(editor, site):
    page = factories.recording(site, "Published", topics=[factories.topic("Old topic")])
    topic, person = factories.topic("New topic"), factories.person("New Speaker")
    told = edited(
        editor,
        page,
        title="Draft",
        summary="Not yet said.",
        topics=[topic.pk],
        speakers=[person.pk],
        **heading("Unsaved"),
    )
    assert told.keys() == {"kind", "slug", "path", "previewToken"}
    assert (told["kind"], told["slug"], told["path"]) == ("recording", page.slug, f"/library/{page.slug}/")
    draft = shown(told)
    assert (draft["title"], draft["summary"]) == ("Draft", "Not yet said.")
    assert draft["topics"] == [{"name": "New topic"}]
    assert draft["speakers"] == [{"name": "New Speaker"}]
    assert draft["body"] == [{"__typename": "HeadingBlock", "value": "Unsaved"}]
    assert draft["id"] == str(page.translation_key)
    published = ask(RECORDING, slug=page.slug).data["recording"]
    assert (published["title"], published["topics"]) == ("Published", [{"name": "Old topic"}])


def test_a_page_that_was_never_saved_is_shown_with_all_its_parts(editor, site):
    media, material = factories.media("Unused film"), factories.material(site, "Handout")
    session = factories.session(site, "A day", people=[factories.person("Host")])
    captions = "WEBVTT\n\n00:01.000 --> 00:02.000\nNever published words\n"
    rows = RecordingPage.objects.count()
    told = written(
        editor, site.resources, "library/recordingpage", title="New talk", slug="new-talk", media=media.pk, session=session.pk,
        **{
            "caption_tracks-TOTAL_FORMS": "1", "caption_tracks-0-language": "en", "caption_tracks-0-origin": "human",
            "caption_tracks-0-webvtt": captions, "caption_tracks-0-ORDER": "1",
            "chapters-TOTAL_FORMS": "2", "chapters-0-starts": "0:30", "chapters-0-title": "Second", "chapters-0-ORDER": "2",
            "chapters-1-starts": "0:01", "chapters-1-title": "First", "chapters-1-ORDER": "1",
            "recording_materials-TOTAL_FORMS": "1", "recording_materials-0-material": material.pk,
        },
    )  # fmt: skip
    assert RecordingPage.objects.count() == rows
    assert (told["slug"], told["path"]) == ("new-talk", "/library/new-talk/")
    draft = shown(told)
    assert draft["title"] == "New talk"
    assert draft["url"] == f"{BASE}/library/new-talk/"
    assert [one["title"] for one in draft["chapters"]] == ["First", "Second"]
    assert draft["materials"] == [{"title": "Handout"}]
    assert draft["session"] == {"title": "A day", "people": [{"role": "SPEAKER", "person": {"name": "Host"}}]}
    assert draft["transcript"] == [{"text": "Never published words"}]
    assert draft["accessibility"] == {"isCaptioned": True}
    assert ask(RECORDING, slug="new-talk").data == {"recording": None}
    # The film is on no page yet, and the captions are in no table: their signed addresses open them all the same.
    film = Client().get(draft["media"]["url"].removeprefix(BASE))
    words = Client().get(draft["captionTracks"][0]["url"].removeprefix(BASE))
    assert (film.status_code, words.status_code) == (HTTPStatus.OK, HTTPStatus.OK)
    assert "Never published words" in words.content.decode()
    assert words["Cache-Control"] == film["Cache-Control"] == "private, no-store"


def test_every_kind_of_page_has_a_preview(editor, site):
    topic = factories.topic("Topic")
    programme = factories.programme(site, "Course", topics=[topic])
    session = factories.session(site, "Day", programme=programme, people=[factories.person("Host")])
    material = factories.material(site, "Handout")
    about = factories.standard_page(site, "About")
    for page, field in ((programme, "programme"), (session, "session"), (material, "material")):
        told = edited(editor, page, title="Draft")
        arguments = f'slug: "{told["slug"]}", previewToken: "{told["previewToken"]}"'
        assert ask(f"{{ {field}({arguments}) {{ title topics {{ name }} }} }}").data[field]["title"] == "Draft"
    for page in (programme, session, material, about, site.home, site.resources, site.programmes):
        told = edited(editor, page, title="Draft")
        assert told["kind"] == page._meta.verbose_name
        arguments = f'path: "{told["path"]}", previewToken: "{told["previewToken"]}"'
        assert ask(f"{{ page({arguments}) {{ title kind resource {{ title }} }} }}").data["page"] == {
            "title": "Draft",
            "kind": told["kind"],
            "resource": {"title": "Draft"},
        }


def test_a_new_plain_page_is_shown_by_its_path(editor, site):
    told = written(editor, site.home, "home/standardpage", title="Ünsaved", slug="unsaved", **heading("Words"))
    query = (
        "query($path: String!, $token: String) { page(path: $path, previewToken: $token) { title body { rawValue } } }"
    )
    data = ask(query, path=told["path"], token=told["previewToken"]).data
    assert data == {"page": {"title": "Ünsaved", "body": [{"rawValue": "Words"}]}}


def test_nothing_else_that_is_hidden_comes_with_it(editor, site):
    org = factories.organisation("Alder Trust")
    kinds = {
        "draft": {"state": "draft"},
        "members": {"audience": "members"},
        "chosen": {"audience": "chosen", "organisations": [org]},
    }
    sessions = {name: factories.session(site, f"Session {name}", **words) for name, words in kinds.items()}
    people = {name: factories.person(f"Person {name}", **words) for name, words in kinds.items()}
    page = factories.recording(site)
    seen = {None: set(), factories.api_key(org): {"members", "chosen"}}
    for key, visible in seen.items():
        for name, session in sessions.items():
            speakers = [person.pk for person in people.values()]
            told = edited(editor, page, session=session.pk, speakers=speakers, **button(session))
            draft = shown(told, key=key)
            assert (draft["session"] is not None) == (name in visible)
            assert {one["name"] for one in draft["speakers"]} == {f"Person {one}" for one in visible}
            assert len(draft["body"]) == (name in visible)


def test_two_unsaved_pages_of_one_second_are_kept_apart(editor, site, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    first = written(editor, site.resources, "library/recordingpage", title="First", slug="first")
    second = written(editor, site.resources, "library/recordingpage", title="Second", slug="second")
    assert first["previewToken"] != second["previewToken"]
    assert [shown(one)["title"] for one in (first, second)] == ["First", "Second"]


def test_each_editor_sees_their_own_form(site, django_user_model):
    page = factories.recording(site, "Published")
    told = {
        name: edited(signed_in(new_editor(django_user_model, name)), page, title=f"By {name}")
        for name in ("anna", "ben")
    }
    assert {name: shown(one)["title"] for name, one in told.items()} == {"anna": "By anna", "ben": "By ben"}


# --- the admin


def test_the_panel_offers_the_front_end_beside_this_site(editor, site):
    page = factories.recording(site, "Published")
    choices = BeautifulSoup(editor.get(edit_url(page)).content, "html.parser").select("#id_preview_mode option")
    offered = [(choice["value"], choice.text) for choice in choices]
    assert (offered[0], offered[-1]) == (("", "This site"), (MODE, "On Staff intranet"))


def test_the_panel_holds_the_front_end_in_a_frame(editor, site):
    page = factories.recording(site, "Published")
    preview = f"/admin/pages/{page.pk}/edit/preview/"
    editor.post(preview, form_fields(editor, edit_url(page)))
    response = editor.get(preview, {"mode": MODE, "in_preview_panel": "true"})
    assert response.status_code == HTTPStatus.OK
    frame = BeautifulSoup(response.content, "html.parser").iframe
    assert frame["src"].startswith(f"{FRONT_END}&kind=recording&")
    assert frame["referrerpolicy"] == "no-referrer"
    assert "frame-src https://intranet.example.org;" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_wagtails_own_preview_stays_the_first(editor, site):
    page = factories.recording(site, "Published")
    preview = f"/admin/pages/{page.pk}/edit/preview/"
    editor.post(preview, {**form_fields(editor, edit_url(page)), "title": "Draft"})
    assert "<h1" in editor.get(preview).content.decode()
    assert Preview.objects.count() == 0


def test_without_a_front_end_there_is_no_choice(editor, site, settings):
    settings.HEADLESS_PREVIEWS = {}
    page = factories.recording(site, "Published")
    assert not [mode for mode, _ in page.preview_modes if mode.startswith("on:")]
    preview = f"/admin/pages/{page.pk}/edit/preview/"
    editor.post(preview, form_fields(editor, edit_url(page)))
    assert editor.get(preview, {"mode": "on:https://evil.example"}).status_code == HTTPStatus.OK


def test_only_the_newest_few_are_kept(editor, edith, site, monkeypatch):
    monkeypatch.setattr("cms.access.models.previews.MOST_KEPT", 3)
    page = factories.recording(site, "Published")
    tokens = [Preview.objects.start(page, edith) for _ in range(5)]
    now = timezone.now()
    assert [Preview.objects.opened_by(token, now) is not None for token in tokens] == [False, False, True, True, True]
    Preview.objects.update(expires_at=now)
    Preview.objects.start(page, edith)
    assert Preview.objects.count() == 1


# --- what opens nothing


def refusal(told: dict[str, str], **changes: str) -> dict:
    told = {**told, **changes}
    reply = ask(RECORDING, slug=told["slug"], token=told["previewToken"])
    assert reply.status == HTTPStatus.OK
    assert reply.headers["Cache-Control"] == "no-store"
    return reply.body


def spoilt(told: dict[str, str], editor: Client, edith, site) -> dict[str, dict]:
    """The answers to tokens that are wrong in each way there is."""
    token = told["previewToken"]
    nonce, stamp, signature = token.split(":")
    other = factories.recording(site, "Another")
    page = RecordingPage.objects.get(slug=told["slug"])
    answers = {
        "tampered": refusal(told, previewToken=f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}"),
        "another nonce": refusal(
            told, previewToken=f"{Preview.objects.start(other, edith).split(':')[0]}:{stamp}:{signature}"
        ),
        "another purpose": refusal(told, previewToken=TimestampSigner(salt="other").sign(nonce)),
        "empty": refusal(told, previewToken=""),
        "long": refusal(told, previewToken="a" * 5_000),
        "strange": refusal(told, previewToken="ü:語:\N{SNOWMAN}"),
        "for another page": refusal(edited(editor, other), slug=told["slug"]),
        "for a missing page": refusal(told, slug="no-such-page"),
        "of another type": refusal(
            {**told, "previewToken": Preview.objects.start(factories.session(site, slug=page.slug), edith)}
        ),
    }
    Preview.objects.filter(nonce=nonce).update(expires_at=timezone.now())
    answers["expired"] = refusal(told)
    Preview.objects.filter(nonce=nonce).update(expires_at=timezone.now() + dt.timedelta(minutes=5))
    assert shown(told)
    edith.groups.clear()
    answers["no editor any more"] = refusal(told)
    edith.groups.add(new_editor(type(edith), "other").groups.get())
    edith.is_active = False
    edith.save()
    answers["sent away"] = refusal(told)
    Preview.objects.filter(nonce=nonce).delete()
    answers["swept away"] = refusal(told)
    return answers


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(editor, edith, site):
    told = edited(editor, factories.recording(site, "Published"), title="Draft")
    answers = spoilt(told, editor, edith, site)
    first = answers["tampered"]
    assert first["data"] == {"recording": None}
    assert [error["extensions"]["code"] for error in first["errors"]] == ["NOT_FOUND"]
    assert {name: answer for name, answer in answers.items() if answer != first} == {}


def test_the_signature_itself_ends_after_fifteen_minutes(edith, site, monkeypatch):
    token = Preview.objects.start(factories.recording(site), edith)
    Preview.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    later = timezone.now() + previews.LIFETIME + dt.timedelta(seconds=2)
    assert Preview.objects.opened_by(token, later) is not None
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert Preview.objects.opened_by(token, later) is None


def test_files_end_with_their_preview(editor, site):
    told = edited(editor, factories.recording(site, audience="members", captions=factories.cues("words")))
    draft = shown(told)
    urls = [one["url"].removeprefix(BASE) for one in (draft["media"], *draft["captionTracks"])]
    assert {Client().get(url).status_code for url in urls} == {HTTPStatus.OK}
    swapped = urls[1].replace("/0.vtt", "/1.vtt")
    assert Client().get(swapped).status_code == HTTPStatus.NOT_FOUND
    Preview.objects.all().delete()
    assert {Client().get(url).status_code for url in urls} == {HTTPStatus.NOT_FOUND}


def test_a_preview_of_a_new_page_ends_when_its_editor_may_add_none_there(editor, edith, site):
    told = written(editor, site.resources, "library/recordingpage", title="New talk", slug="new-talk")
    assert shown(told)["title"] == "New talk"
    edith.groups.clear()
    assert refusal(told)["data"] == {"recording": None}
