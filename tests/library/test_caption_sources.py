"""A caption file is kept as it came: read again by a better reader or in another encoding, and let go of in time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from library.models import CaptionSource, RecordingPage
from library.models.caption_sources import forget_caption_sources, hash_of_text
from library.periodic import forget_old_caption_sources
from tests import factories
from tests.editors import edit_url, form_fields
from tests.library.office_makers import paragraph, word_file

SRT = "1\n00:00:01,000 --> 00:00:03,000\n{}\n"


@pytest.fixture
def editor(site, client, django_user_model):
    """A signed-in editor with the rights of the group that `setup_site` makes, and no more."""
    from home.roles import ensure_roles

    user = django_user_model.objects.create_user("ed", password="x")
    user.groups.add(ensure_roles()[0])
    client.force_login(user)
    return client


@pytest.fixture
def page(site) -> RecordingPage:
    return factories.recording(site, captions=factories.cues("the words of before"))


def send(editor, page, name: str = "", content: bytes = b"", **fields: str):
    data = {**form_fields(editor, edit_url(page)), **fields, "action-publish": "1"}
    if name:
        data["caption_tracks-0-upload"] = SimpleUploadedFile(name, content)
    return editor.post(edit_url(page), data, follow=True)


def track_of(page):
    return RecordingPage.objects.get(pk=page.pk).caption_tracks.get()


def test_the_file_is_kept_as_it_came_and_once(editor, page):
    content = SRT.format("A flamingo").encode()
    send(editor, page, "talk.srt", content)
    send(editor, page, "talk.srt", content)
    source = CaptionSource.objects.get()
    assert (source.content(), source.name, source.size_bytes) == (content, "talk.srt", len(content))
    assert track_of(page).source_sha256 == source.sha256
    with pytest.raises(ValueError, match="no public address"):
        assert source.file.url


def test_another_encoding_reads_the_kept_file_again(editor, page):
    send(editor, page, "talk.srt", SRT.format("günaydın şimdi").encode("cp1254"))
    assert "şimdi" not in track_of(page).webvtt
    send(editor, page, **{"caption_tracks-0-encoding": "windows-1254"})
    assert track_of(page).cues[0].text == "günaydın şimdi"
    assert CaptionSource.objects.get().encoding == "windows-1254"


def test_an_encoding_without_a_kept_file_is_an_error_that_says_what_to_do(editor, page):
    answer = send(editor, page, **{"caption_tracks-0-encoding": "windows-1250"})
    assert "We no longer have the file. Choose it again" in answer.content.decode()
    assert track_of(page).cues[0].text == "the words of before"


def test_a_transcript_in_word_becomes_captions(editor, page, tmp_path):
    lines = ["Amina Odu   0:03", "Good morning.", "Tom Reyes   0:15", "Hello there."]
    word = word_file(tmp_path / "transcript.docx", "".join(map(paragraph, lines)))
    send(editor, page, "transcript.docx", word.read_bytes())
    assert [(cue.start_seconds, cue.speaker, cue.text) for cue in track_of(page).cues] == [
        (3, "Amina Odu", "Good morning."),
        (15, "Tom Reyes", "Hello there."),
    ]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("sprites.vtt", b"WEBVTT\n\n00:00.000 --> 00:05.000\ns.jpg#xywh=0,0,1,1\n", "addresses of preview pictures"),
        ("data.vtt", b'WEBVTT\n\n00:00.000 --> 00:05.000\n{"a":1}\n', "data for programs"),
        (
            "talk.txt",
            b"Amina Odu: Hello.\nTom Reyes: Hello you.\n",
            "a transcript without times (2 turns of 2 speakers)",
        ),
        ("talk.docx", b"PK\x03\x04 damaged", "this document cannot be read"),
    ],
)
def test_what_is_no_captions_is_refused_with_the_reason(editor, page, name, content, told):
    assert told in send(editor, page, name, content).content.decode()
    assert track_of(page).cues[0].text == "the words of before"
    assert not CaptionSource.objects.exists()


def test_captions_that_do_not_fit_are_told_after_saving(editor, page):
    french = (
        "Bonjour à tous et bienvenue à notre réunion sur la confiance entre les équipes, que nous allons voir avec vous"
    )
    answer = send(editor, page, "talk.srt", SRT.format(french).replace("00:00:0", "09:00:0").encode())
    told = answer.content.decode()
    assert "All captions are after the end of the recording" in told
    assert "The words look like French, but the track says English." in told


def reads_badly(page) -> None:
    """Put what an older reader would have made of the kept file into the page."""
    newest = RecordingPage.objects.get(pk=page.pk)
    track = newest.caption_tracks.get()
    track.webvtt = track.webvtt.replace("flamingo", "flam")
    track.save()
    newest.save_revision().publish()
    CaptionSource.objects.update(written_sha256=hash_of_text(track.webvtt))


def test_a_better_reader_reads_the_kept_file_again(editor, page, capsys):
    send(editor, page, "talk.srt", SRT.format("A flamingo").encode())
    reads_badly(page)
    call_command("read_captions_again")
    assert "1 caption tracks would change" in capsys.readouterr().out
    assert "flamingo" not in track_of(page).webvtt
    call_command("read_captions_again", "--apply", "--publish")
    assert track_of(page).cues[0].text == "A flamingo"
    call_command("read_captions_again", "--apply")
    assert "0 caption tracks read anew" in capsys.readouterr().out


def test_captions_that_somebody_edited_are_left_as_they_are(editor, page, capsys):
    send(editor, page, "talk.srt", SRT.format("A flamingo").encode())
    edited = track_of(page).webvtt.replace("A flamingo", "Two flamingos")
    send(editor, page, **{"caption_tracks-0-webvtt": edited})
    call_command("read_captions_again", "--apply", "--publish")
    assert "edited since it was read" in capsys.readouterr().out
    assert track_of(page).cues[0].text == "Two flamingos"


def test_kept_files_are_deleted_after_the_days_of_the_setting(editor, page, settings, own_folders):
    send(editor, page, "talk.srt", SRT.format("A flamingo").encode())
    forget_old_caption_sources()
    assert CaptionSource.objects.exists()
    CaptionSource.objects.update(received_at=timezone.now() - dt.timedelta(days=settings.CAPTION_SOURCE_DAYS + 1))
    assert forget_caption_sources() == 1
    assert not CaptionSource.objects.exists()
    assert not [path for path in (own_folders / "private" / "caption-sources").rglob("*") if path.is_file()]
    assert track_of(page).cues[0].text == "A flamingo"
