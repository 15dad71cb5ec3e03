"""What an editor meets in the admin: captions are parsed, files are looked into, and errors say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection

from cms.access.principals import VISITOR
from library.models import MaterialDocument, RecordingMedia, RecordingPage
from search.indexing.index import engine
from tests import factories
from tests.editors import edit_url, form_fields

DEMO = Path(__file__).resolve().parents[2] / "home" / "demo"


@pytest.fixture
def editor(site, client, django_user_model):
    """A signed-in editor with the rights of the group that `setup_site` makes, and no more."""
    from home.roles import ensure_roles

    user = django_user_model.objects.create_user("ed", password="x")
    user.groups.add(ensure_roles()[0])
    client.force_login(user)
    return client


def publish_captions(editor, page, name: str, content: bytes):
    fields = form_fields(editor, edit_url(page))
    upload = SimpleUploadedFile(name, content)
    return editor.post(
        edit_url(page), {**fields, "caption_tracks-0-upload": upload, "action-publish": "1"}, follow=True
    )


@pytest.fixture
def page(site) -> RecordingPage:
    return factories.recording(site, captions=factories.cues("the words of before"))


def test_uploaded_captions_become_clean_webvtt_and_are_found(editor, page):
    srt = "1\r\n00:00:01,000 --> 00:00:03,000\r\nA flamingo in the café – “really”\r\n".encode("cp1252")
    answer = publish_captions(editor, page, "zoom.srt", srt)
    assert answer.status_code == 200
    track = RecordingPage.objects.get(pk=page.pk).caption_tracks.get()
    assert track.webvtt.startswith("WEBVTT")
    assert track.cues[0].text == "A flamingo in the café – “really”"
    factories.settle()
    assert engine().search("flamingo", VISITOR.audience_tokens).total == 1
    assert engine().search("words of before", VISITOR.audience_tokens).total == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"WEBVTT\n\n00:10 --> banana\nhello\n", "line 3"),
        (b"<html><body>Sign in</body></html>", "line 1"),
        (b"\x00\x01\x02\x03" * 500, "line 1"),
    ],
)
def test_wrong_captions_are_an_error_that_names_the_line_and_nothing_is_lost(editor, page, content, told):
    answer = publish_captions(editor, page, "broken.vtt", content)
    assert told in answer.content.decode()
    assert RecordingPage.objects.get(pk=page.pk).caption_tracks.get().cues[0].text == "the words of before"


def test_mended_flaws_are_told_after_saving(editor, page):
    vtt = b"WEBVTT\n\n00:10.000 --> 00:12.000\nlater\n\n00:01.000 --> 00:02.000\nearlier\n"
    answer = publish_captions(editor, page, "order.vtt", vtt)
    assert "line 6" in BeautifulSoup(answer.content, "html.parser").select_one(".messages").get_text()
    assert [cue.text for cue in RecordingPage.objects.get(pk=page.pk).caption_tracks.get().cues] == ["earlier", "later"]


def test_an_edited_text_is_parsed_too(editor, page):
    fields = form_fields(editor, edit_url(page))
    fields |= {"caption_tracks-0-webvtt": "WEBVTT\n\n00:01 -> 00:02\nx", "action-publish": "1"}
    assert "line 3" in editor.post(edit_url(page), fields).content.decode()


def collection() -> str:
    return str(Collection.get_first_root_node().pk)


def upload_media(editor, name: str, content: bytes):
    fields = {"title": "A talk", "file": SimpleUploadedFile(name, content), "collection": collection(), "tags": ""}
    return editor.post("/admin/media/video/add/", fields)


def test_a_video_is_probed_on_upload(editor):
    upload_media(editor, "talk.mp4", (DEMO / "media" / "thinking-in-systems.mp4").read_bytes())
    media = RecordingMedia.objects.get()
    assert media.duration == pytest.approx(82.5, abs=2)
    assert (media.mime_type, media.width is not None, media.poster is not None) == ("video/mp4", True, True)
    with pytest.raises(ValueError, match="no public address"):
        assert media.file.url


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("page.mp4", b"<html><body>hello</body></html>", "it looks like a web page"),
        ("empty.mp4", b"", "empty"),
        ("list.mp4", b"#EXTM3U\nfile:///etc/hostname\n", "a playlist that points to other files"),
    ],
)
def test_what_is_no_video_is_refused_with_the_reason_and_leaves_nothing(editor, own_folders, name, content, told):
    answer = upload_media(editor, name, content)
    assert told in answer.content.decode()
    assert not RecordingMedia.objects.exists()
    assert not [path for path in (own_folders / "private").rglob("*") if path.is_file()]


def upload_document(editor, name: str, content: bytes):
    return editor.post(
        "/admin/documents/multiple/add/",
        {"title": "Notes", "files[]": SimpleUploadedFile(name, content), "collection": collection()},
        headers={"X-Requested-With": "XMLHttpRequest"},
    ).json()


def test_the_words_of_a_document_are_read_on_upload(editor):
    notes = (DEMO / "documents" / "thinking-in-systems-session-notes.pdf").read_bytes()
    assert upload_document(editor, "notes.pdf", notes)["success"]
    document = MaterialDocument.objects.get()
    assert (document.text_status, document.page_count) == ("extracted", 3)
    assert "dotted line" in " ".join(page["text"] for page in document.text_pages)


def test_a_document_that_is_not_what_its_name_says_is_refused(editor):
    told = upload_document(editor, "notes.pdf", b"<html></html>")
    assert not told["success"]
    assert "is not a PDF" in told["error_message"]
    assert not MaterialDocument.objects.exists()


@pytest.mark.parametrize(
    "make", [factories.recording, factories.material, factories.session, factories.programme, factories.standard_page]
)
def test_every_page_type_can_be_edited_and_previewed(editor, site, make):
    made = make(site)
    assert editor.get(edit_url(made)).status_code == 200
    fields = form_fields(editor, edit_url(made))
    preview = f"/admin/pages/{made.pk}/edit/preview/"
    assert editor.post(preview, fields).json()["is_valid"]
    assert made.title in editor.get(preview).content.decode()
