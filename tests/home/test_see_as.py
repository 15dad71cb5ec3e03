"""Looking at a page as somebody else: the same rule as for them, for whoever may edit the page and for nobody else."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from search.models import LoggedQuery
from tests import factories
from tests.editors import new_editor, signed_in

NOT_FOUND = "<h1>Page not found"


@pytest.fixture
def editor(site, django_user_model):
    return signed_in(new_editor(django_user_model))


@pytest.fixture
def trusts(site):
    return factories.organisation("Ash Trust"), factories.organisation("Birch Trust")


def key(organisation) -> str:
    return f"org:{organisation.uuid}"


def looked(client, page, as_key: str, **query) -> BeautifulSoup:
    answer = client.get(reverse("academy_see_as", args=[page.pk]), {"as": as_key, **query})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    return BeautifulSoup(answer.content, "html.parser")


def section(soup: BeautifulSoup, name: str) -> str:
    return " ".join(soup.find(id=name).parent.get_text(" ").split())


def api(soup: BeautifulSoup) -> dict:
    return json.loads(soup.select_one("[aria-label=Answer]").get_text())["data"]


def frame(client, page, as_key: str):
    return client.get(reverse("academy_see_page_as", args=[page.pk]), {"as": as_key})


def test_each_gets_what_is_shared_with_them(site, editor, trusts):
    ash, birch = trusts
    page = factories.recording(site, title="Winter pressures", audience="chosen", organisations=[ash])
    factories.settle()
    seen = looked(editor, page, key(ash))
    assert "They see this page." in section(seen, "verdict")
    assert "Nothing is hidden" in section(seen, "verdict")
    assert api(seen)["recording"]["title"] == "Winter pressures"
    assert "This page is one of them." in section(seen, "in-search")
    assert "Winter pressures" in frame(editor, page, key(ash)).content.decode()
    for other in (key(birch), "member", "public"):
        hidden = looked(editor, page, other)
        assert "They do not see this page." in section(hidden, "verdict")
        assert "“Winter pressures” (recording): It is shared with Ash Trust only." in section(hidden, "verdict")
        assert api(hidden) == {"recording": None}
        assert "This page is not one of them." in section(hidden, "in-search")
        answer = frame(editor, page, other)
        assert NOT_FOUND in answer.content.decode()
        assert "Winter pressures" not in answer.content.decode()


def test_what_a_page_shows_to_fewer_is_named_with_the_reason(site, editor, trusts):
    members = factories.person("Members Speaker", audience="members")
    draft = factories.person("Draft Speaker", state="draft")
    late = factories.material(site, title="Old handout", state="expired")
    page = factories.recording(site, speakers=[members, draft], materials=[late])
    seen = section(looked(editor, page, "public"), "verdict")
    assert "They see this page." in seen
    assert "“Members Speaker” (person): It is shared with all member organisations only." in seen
    assert "“Draft Speaker” (person): It is not live." in seen
    assert "“Old handout” (material): It expired on" in seen
    seen = section(looked(editor, page, "member"), "verdict")
    assert "Members Speaker" not in seen
    assert "Draft Speaker" in seen


def test_the_page_is_rendered_for_them_and_stands_still(site, editor):
    page = factories.recording(site, speakers=[factories.person("Members Speaker", audience="members")])
    for as_key, is_named in (("public", False), ("member", True)):
        answer = frame(editor, page, as_key)
        shown = answer.content.decode()
        assert ("Members Speaker" in shown) == is_named
        assert "<script" not in shown
        assert "userbar" not in shown
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]


def test_each_kind_of_page_can_be_looked_at(site, editor):
    pages = [
        factories.recording(site),
        factories.material(site),
        factories.session(site),
        factories.programme(site),
        factories.standard_page(site),
        site.home,
        site.resources,
    ]
    for page in pages:
        soup = looked(editor, page, "public")
        (answered,) = api(soup).values()
        assert answered["title"] == page.title
        assert frame(editor, page, "public").status_code == 200


def test_an_unpublished_page_is_seen_by_nobody(site, editor):
    page = factories.recording(site, title="Not yet", state="draft")
    assert "“Not yet” (recording): It is not live." in section(looked(editor, page, "member"), "verdict")
    assert NOT_FOUND in frame(editor, page, "member").content.decode()


def test_looking_is_no_search_of_a_visitor(site, editor):
    from search.learning.recorder import recorder

    page = factories.recording(site)
    recorder.flush()
    LoggedQuery.objects.all().delete()
    looked(editor, page, "public", q="something rare")
    recorder.flush()
    assert not LoggedQuery.objects.exists()


def test_only_editors_of_the_page_may_look(site, editor, client, django_user_model, trusts):
    page = factories.recording(site, title="A secret", audience="chosen", organisations=trusts[:1])
    manager = django_user_model.objects.create_user("keys", password="x")
    from home.roles import ensure_roles

    manager.groups.add(ensure_roles()[1])
    for name in ("academy_see_as", "academy_see_page_as"):
        url = reverse(name, args=[page.pk])
        assert client.get(url, {"as": key(trusts[0])}).status_code == 302
        refused = signed_in(manager).get(url, {"as": key(trusts[0])})
        missing = signed_in(manager).get(reverse(name, args=[999_999]), {"as": key(trusts[0])})
        assert (refused.status_code, missing.status_code) == (404, 404)
        assert "A secret" not in refused.content.decode()
        assert editor.post(url, {"as": "public"}).status_code == 405
        assert editor.get(url, {"as": "org:nobody"}).status_code == 404
    assert "See it as" not in client.get(factories.recording(site).url).content.decode()


def test_it_is_offered_on_the_pages_own_screens_and_on_the_site(site, editor):
    page = factories.recording(site)
    url = reverse("academy_see_as", args=[page.pk])
    for screen in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_explore", args=[site.resources.pk]),
        page.url,
    ):
        assert url in editor.get(screen).content.decode(), screen


def preview(client, page, mode: str, **fields) -> str:
    from tests.editors import edit_url, form_fields

    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    sent = form_fields(client, edit_url(page)) | fields
    assert client.post(url, sent).json()["is_valid"]
    answer = client.get(url, {"mode": mode})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_draft_is_previewed_as_somebody_else(site, editor, trusts):
    page = factories.recording(site, title="Winter", speakers=[factories.person("Members Speaker", audience="members")])
    assert "Members Speaker" not in preview(editor, page, "as:public")
    assert "Members Speaker" in preview(editor, page, "as:member")
    shared = {"audience": "chosen", "audience_organisations": [trusts[0].pk]}
    assert "Winter" in preview(editor, page, f"as:{key(trusts[0])}", **shared)
    for other in (f"as:{key(trusts[1])}", "as:member", "as:public"):
        shown = preview(editor, page, other, **shared)
        assert "cannot see it" in shown
        assert "Winter" not in shown
    page.audience, page.audience_organisations = "chosen", list(trusts)
    assert [label for _, label in page.preview_modes][:5] == [
        "This site", "As the public", "As a member of any organisation", "As Ash Trust", "As Birch Trust",
    ]  # fmt: skip
