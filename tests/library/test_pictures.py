"""Pictures: a damaged one is told of, and the media folder shows pictures only."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import UploadedFile

from library.models import MaterialDocument


def png() -> bytes:
    content = io.BytesIO()
    Pillow.effect_noise((64, 64), 50).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.png", png()[:60]),
        ("script.gif", b"GIF89a/*" + b"*/=alert(1)//" * 9),
        ("half.png", png()[: len(png()) // 2]),
    ],
)
@pytest.mark.parametrize("many", [True, False])
def test_a_damaged_picture_is_refused_in_words(site, admin_client, name, content, many):
    upload = SimpleUploadedFile(name, content)
    if many:
        answer = admin_client.post("/admin/images/multiple/add/", {"files[]": upload, "title": "A"})
    else:
        answer = admin_client.post("/admin/images/add/", {"file": upload, "title": "A"})
    assert answer.status_code == 200
    assert "picture is damaged" in answer.content.decode() or "not a valid image" in answer.content.decode().lower()
    assert not get_image_model().objects.exists()


def test_a_good_picture_is_taken_and_shown(site, admin_client, client):
    admin_client.post("/admin/images/add/", {"file": SimpleUploadedFile("noise.png", png()), "title": "Noise"})
    image = get_image_model().objects.get()
    answer = client.get(image.file.url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")


def test_a_document_whose_form_was_not_finished_is_seen_by_nobody(site, admin_client, client):
    upload = SimpleUploadedFile("secret.txt", b"the secret plan")
    admin_client.post("/admin/documents/multiple/add/", {"files[]": upload, "title": "x" * 300})
    waiting = UploadedFile.objects.get()
    assert not MaterialDocument.objects.exists()
    name = waiting.file.name
    assert (Path(settings.MEDIA_ROOT) / name).exists()
    for path in (
        name,
        f"./{name}",
        f"images/../{name}",
        f"/{name}",
        f"original_images/..//{name}",
        "../academy.sqlite3",
    ):
        assert client.get(f"/media/{path}").status_code == 404
