"""The demo: running it twice changes nothing, its people are named as fact, and its key and logins work."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from wagtail.models import Page

from cms.access.models import ApiKey
from cms.access.principals import VISITOR, principal_of_client
from library.models import MaterialDocument, RecordingMedia, RecordingPage
from search.indexing.index import engine
from tests.factories import settle

pytestmark = pytest.mark.django_db


def seed_demo() -> str:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    settle()
    return out.getvalue()


def test_the_demo_is_idempotent_and_its_key_and_logins_work(own_folders):
    told = seed_demo()
    counts = [model.objects.count() for model in (Page, RecordingMedia, MaterialDocument)]
    first_key = re.search(r"acad_\S+", told).group()
    principal = principal_of_client(ApiKey.objects.find(first_key).client)
    assert principal.organisation_name == "Example Hospitals NHS Trust"
    password = re.search(r"editor / (\S+)", told).group(1)
    assert authenticate(username="editor", password=password).has_perm("wagtailadmin.access_admin")

    again = seed_demo()
    assert "nothing new" in again
    assert counts == [model.objects.count() for model in (Page, RecordingMedia, MaterialDocument)]
    assert ApiKey.objects.find(first_key) is None, "an old demo key must not live on"


def test_what_is_said_in_the_demo_is_found_to_the_second(own_folders):
    seed_demo()
    hit = engine().search("meet twice before you give it a name", VISITOR.audience_tokens).hits[0]
    recording = RecordingPage.objects.get(slug="what-a-community-of-practice-is-for")
    assert hit.key == f"recording:{recording.translation_key}"
    moment = hit.moments[0]
    (cue,) = [
        cue for cue in recording.caption_tracks.get().cues if "meet twice before you give it a name" in cue.text.lower()
    ][:1]
    assert moment.start_seconds == pytest.approx(cue.start_seconds, abs=0.5)


def test_the_members_worksheet_is_for_members_only(own_folders):
    told = seed_demo()
    key = ApiKey.objects.find(re.search(r"acad_\S+", told).group())
    tokens = principal_of_client(key.client).audience_tokens
    assert engine().search("worksheet", VISITOR.audience_tokens, is_prefix_of_last_word=False).total == 0
    assert engine().search("worksheet", tokens, is_prefix_of_last_word=False).total >= 1
