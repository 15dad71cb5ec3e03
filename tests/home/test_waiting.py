"""What waits for an editor: each count on the admin's first page leads to a list of exactly these things."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupPagePermission

from home.waiting.needs import NEEDS
from library.captions import Cue
from library.models import MaterialDocument
from tests import factories
from tests.editors import new_editor, signed_in


@pytest.fixture
def editor(site, django_user_model):
    return signed_in(new_editor(django_user_model))


def waiting(client) -> dict[str, str]:
    """The lines of the panel with their addresses."""
    soup = BeautifulSoup(client.get("/admin/").content, "html.parser")
    panel = soup.find(id="waiting-panel").parent
    return {link.get_text(strip=True): link["href"] for link in panel.find_all("a")}


def listed(client, url: str) -> set[str]:
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    return {link.get_text(strip=True) for link in soup.select("table.listing td.title a")}


def test_each_line_leads_to_a_list_of_exactly_these(site, editor, own_folders):
    cues = [Cue(0.0, 2.0, "Hello")]
    factories.recording(site, title="Never out", state="draft", captions=cues)
    factories.recording(site, title="Silent film")
    factories.recording(site, title="Unchecked film", captions=cues, origin="machine")
    factories.recording(site, title="Good film", captions=cues, origin="human")
    scan = factories.material(site, title="A scan")
    MaterialDocument.objects.filter(pk=scan.document_id).update(text_status="no text")
    read = factories.material(site, title="A text")
    MaterialDocument.objects.filter(pk=read.document_id).update(text_status="extracted")
    leaving = factories.standard_page(site, title="Leaving soon")
    leaving.expire_at = timezone.now() + dt.timedelta(days=5)
    leaving.save()
    told = waiting(editor)
    wanted = {
        "1 draft that was never published": "Never out",
        "1 recording without captions": "Silent film",
        "1 recording with machine-made captions that nobody has checked": "Unchecked film",
        "1 material whose file has no words that search can read": "A scan",
        "1 page that expires within 30 days": "Leaving soon",
    }
    assert len(wanted) == len(NEEDS)
    for sentence, title in wanted.items():
        assert listed(editor, told[sentence]) == {title}, sentence
    assert listed(editor, "/admin/reports/waiting/") == set(wanted.values())


def test_pictures_without_a_description_wait(site, editor):
    from wagtail.images import get_image_model

    model = get_image_model()
    model.objects.all().delete()
    model.objects.create(title="A bare picture", file=get_test_image_file())
    model.objects.create(title="A told picture", description="Two people talk.", file=get_test_image_file())
    url = waiting(editor)["1 picture without a description"]
    assert listed(editor, url) == {"A bare picture"}


def test_nobody_hears_of_pages_that_are_not_theirs(site, client, django_user_model):
    factories.recording(site, title="Silent film")
    group = Group.objects.create(name="About only")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    page = factories.standard_page(site, title="Their page", state="draft")
    GroupPagePermission.objects.create(
        group=group, page=page, permission=Permission.objects.get(codename="change_page")
    )
    user = django_user_model.objects.create_user("sam", password="x")
    user.groups.add(group)
    theirs = signed_in(user)
    assert set(waiting(theirs)) == {"1 draft that was never published"}
    assert listed(theirs, "/admin/reports/waiting/") == {"Their page"}


def test_nothing_waits_where_all_is_well(site, editor):
    assert "Nothing waits for you" in editor.get("/admin/").content.decode()
