"""A full disk: the editor is told at the field or on a page of its own, and no half-written file stays."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from wagtail.images import get_image_model

from library.media.leftovers import orphaned_files
from library.media.room import NoRoomError
from library.models import MaterialDocument, RecordingMedia
from tests import factories
from tests.following.editors import picture_file
from tests.library.media_makers import make_video

Usage = namedtuple("Usage", "total used free")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class FullFile(ContentFile):
    """A file whose second part finds no room."""

    def chunks(self, chunk_size=None):
        yield b"the first part"
        raise OSError(errno.ENOSPC, "No space left on device")


def files_below(folder) -> list[Path]:
    return [path for path in Path(folder).rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", ["default", "private"])
def test_what_was_written_of_a_file_is_removed_when_the_disk_is_full(own_folders, name):
    storage = storages[name]
    kept = storage.save("folder/kept.txt", ContentFile(b"kept"))
    with pytest.raises(NoRoomError):
        storage.save("folder/other/half.txt", FullFile(b"whatever"))
    assert [path.name for path in files_below(storage.location)] == [Path(kept).name]


@pytest.fixture
def full_disk(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 1000, 1000))


def uploads(tmp_path):
    video = make_video(tmp_path / "talk.mp4")
    return {
        "/admin/media/video/add/": ("recording.mp4", video.read_bytes(), RecordingMedia),
        "/admin/documents/add/": ("paper.pdf", PDF, MaterialDocument),
        "/admin/images/add/": ("picture.png", picture_file(1).read(), get_image_model()),
    }


@pytest.mark.parametrize("number", range(3))
def test_the_form_says_that_there_is_no_room(site, admin_client, full_disk, tmp_path, number):
    url, (name, content, model) = list(uploads(tmp_path).items())[number]
    before = files_below(django_settings.MEDIA_ROOT) + files_below(django_settings.PRIVATE_MEDIA_ROOT)
    fields = {"title": "Taken", "file": SimpleUploadedFile(name, content), "collection": "1"}
    answer = admin_client.post(url, fields)
    assert answer.status_code == 200
    assert "There is not enough space on the server for this file" in answer.content.decode()
    assert "Tell your server administrator" in answer.content.decode()
    assert not model.objects.filter(title="Taken").exists()
    assert files_below(django_settings.MEDIA_ROOT) + files_below(django_settings.PRIVATE_MEDIA_ROOT) == before


@pytest.mark.parametrize("number", range(3))
def test_a_disk_that_fills_up_while_it_is_written_is_named_too(site, admin_client, monkeypatch, tmp_path, number):
    url, (name, content, model) = list(uploads(tmp_path).items())[number]

    def write_half(self, chunk_size=None):
        yield b"the first part"
        raise OSError(errno.ENOSPC, "No space left on device")

    def save(self, name, content):
        content.chunks = write_half.__get__(content)
        if hasattr(content, "temporary_file_path"):
            del content.temporary_file_path
        return whole(self, name, content)

    from library.media.storage import TidyFileStorage

    whole = TidyFileStorage._save
    monkeypatch.setattr(TidyFileStorage, "_save", save)
    admin_client.raise_request_exception = False
    fields = {"title": "Taken", "file": SimpleUploadedFile(name, content), "collection": "1"}
    answer = admin_client.post(url, fields)
    assert answer.status_code == 507
    assert "There is not enough space on the server for this file" in answer.content.decode()
    assert not model.objects.filter(title="Taken").exists()
    assert not [
        path for path in files_below(django_settings.PRIVATE_MEDIA_ROOT) if path.read_bytes() == b"the first part"
    ]


def test_files_without_rows_and_rows_without_files_are_found_and_mended(site, capsys):
    kept, lost = factories.media("Kept"), factories.media("Lost")
    image = get_image_model().objects.create(title="Shown", file=picture_file(1))
    rendition = image.get_rendition("width-320")
    os.unlink(lost.file.path)
    os.unlink(rendition.file.path)
    storage = kept.file.storage
    old, young = (
        storage.save("recordings/a/half.mp4", ContentFile(b"half")),
        storage.save("b/new.mp4", ContentFile(b"new")),
    )
    long_ago = (timezone.now() - timedelta(hours=2)).timestamp()
    os.utime(storage.path(old), (long_ago, long_ago))
    with pytest.raises(SystemExit) as ended:
        call_command("check_files")
    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert old in told and lost.file.name in told and rendition.file.name in told
    assert young not in told and kept.file.name not in told
    assert "1 files without a row; 2 rows without their file." in told
    with pytest.raises(SystemExit):
        call_command("check_files", mend=True)
    assert storage.exists(young) and storage.exists(kept.file.name) and not storage.exists(old)
    aside = Path(storage.location).with_name(f"{Path(storage.location).name}-orphaned") / old
    assert aside.read_bytes() == b"half"
    assert not image.renditions.exists()
    capsys.readouterr()
    storage.save(lost.file.name, ContentFile(b"brought back"))
    call_command("check_files")
    assert capsys.readouterr().out == "0 files without a row; 0 rows without their file.\n"


def test_a_check_goes_on_where_it_was_stopped(site):
    storage = storages["private"]
    names = [storage.save(f"recordings/{letter}.mp4", ContentFile(b"x")) for letter in "abc"]
    later = timezone.now() + timedelta(seconds=5)
    assert [file.name for file in orphaned_files(before=later)] == names
    assert [file.name for file in orphaned_files(names[1], before=later)] == names[2:]
