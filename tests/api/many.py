"""A library of many recordings, made quickly: what counts is how many rows there are, not how they came about."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import orjson
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.images import get_image_model

from library.models import RecordingPage
from programmes.models import ProgrammeOutcome, SessionPerson
from search.indexing.index import rebuild
from tests import factories


def make_library(count: int = 100) -> None:
    """`count` recordings with speakers, topics, programme, session, materials, captions and bodies full of links."""
    site = factories.make_site()
    shared = picture()
    topics = [factories.topic() for _ in range(10)]
    people = [factories.person(f"Person {n}", organisation=organisation(n, shared), portrait=shared) for n in range(20)]
    programmes = [make_programme(site, n, topics) for n in range(10)]
    sessions = [make_session(site, n, programmes[n % 10], people) for n in range(20)]
    materials = [make_material(site, n, sessions[n], topics) for n in range(20)]
    for n in range(count):
        page = RecordingPage(
            title=f"Recording {n}", slug=f"recording-{n}", summary="Everyday words.", recorded_on=dt.date(2026, 1, 1 + n % 28),
            session=sessions[n % 20], programme=programmes[n % 10], media=factories.media(f"Recording {n}", poster=shared),
            body=body(n, shared.pk, sessions[n % 20].pk, materials[n % 20].pk),
        )  # fmt: skip
        page.speakers = [people[n % 20], people[(n + 7) % 20]]
        page.topics = [topics[n % 10], topics[(n + 3) % 10]]
        captions = factories.cues("everyday words", f"number {n}")
        page.caption_tracks = [factories.CaptionTrack(webvtt=factories.write_webvtt(captions))]
        page.chapters = [factories.Chapter(starts="0:01", title="Beginning")]
        page.recording_materials = [factories.RecordingMaterial(material=materials[(n + k) % 20]) for k in range(2)]
        add(site.resources, page)
    rebuild()


def picture() -> Any:
    file = io.BytesIO()
    Picture.new("RGB", (1300, 760), "teal").save(file, "PNG")
    image = get_image_model()(title="Picture", description="A room", file=ImageFile(file, name="picture.png"))
    image.save()
    return image


def organisation(n: int, logo: Any) -> Any:
    one = factories.organisation(f"Organisation {n}")
    one.logo = logo
    one.save()
    return one


def make_programme(site: Any, n: int, topics: list[Any]) -> Any:
    page = factories.ProgrammePage(title=f"Programme {n}", slug=f"programme-{n}", summary="Words.")
    page.topics = topics[:2]
    page.core_areas = [factories.core_area(f"Area {n % 3}")]
    page.priority_groups = [factories.priority_group(f"Group {n % 3}")]
    add(site.programmes, page)
    ProgrammeOutcome.objects.create(programme=page, text=f"Outcome {n}")
    return page


def make_session(site: Any, n: int, programme: Any, people: list[Any]) -> Any:
    starts_at = dt.datetime(2026, 1, 1 + n, 9, tzinfo=dt.UTC)
    page = factories.SessionPage(
        title=f"Session {n}", slug=f"session-{n}", summary="Words.", programme=programme, starts_at=starts_at
    )
    add(site.programmes, page)
    SessionPerson.objects.bulk_create([SessionPerson(session=page, person=people[(n + k) % 20]) for k in range(3)])
    return page


def make_material(site: Any, n: int, session: Any, topics: list[Any]) -> Any:
    page = factories.MaterialPage(
        title=f"Material {n}", slug=f"material-{n}", document=factories.document(pages=["everyday words"]),
        session=session, programme=session.programme,
    )  # fmt: skip
    page.topics = topics[:2]
    return add(site.resources, page)


def add(parent: Any, page: Any) -> Any:
    page.live = True
    return type(parent).objects.get(pk=parent.pk).add_child(instance=page)


def body(n: int, image: int, session: int, material: int) -> str:
    link = f'<p><a linktype="page" id="{session}">Session {n}</a></p>'
    return orjson.dumps(
        [
            {"type": "heading", "value": f"Heading {n}", "id": "1"},
            {"type": "text", "value": link, "id": "2"},
            {"type": "picture", "value": {"image": image, "alt_text": "Room", "caption": ""}, "id": "3"},
            {"type": "call_to_action", "value": {"button_text": "Go", "url": "", "page": session}, "id": "4"},
            {"type": "resource_link", "value": {"page": material, "note": ""}, "id": "5"},
            {"type": "accordion", "value": {"items": [{"heading": "More", "text": link}]}, "id": "6"},
        ]
    ).decode()
