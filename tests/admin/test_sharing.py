"""Who sees what, as editors meet it: the status panel, lists, filters, the report, and the bulk action."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission

from cms.access.models import MemberOrganisation
from library.models import RecordingPage
from programmes.models import Person, Topic
from tests import factories
from tests.editors import edit_url, new_editor, signed_in

BULK = "/admin/bulk/wagtailcore/page/change_audience/"
EXPLORER_STATEMENTS = 30


@pytest.fixture
def editor(site, django_user_model):
    return signed_in(new_editor(django_user_model))


@pytest.fixture
def trusts(site):
    return [factories.organisation(f"{name} Trust") for name in ("Ash", "Birch", "Cedar")]


def status_panel(client, page) -> str:
    soup = BeautifulSoup(client.get(edit_url(page)).content, "html.parser")
    return " ".join(soup.find(id="status-sidebar-audience").parent.get_text(" ").split())


def rows(client, url: str, **query) -> dict[str, str]:
    """The text of each line of a list of the admin, by the title at its head."""
    table = BeautifulSoup(client.get(url, query).content, "html.parser").select_one("table.listing")
    lines = [] if table is None else table.select("tbody tr")
    return {line.select_one("td.title a").get_text(strip=True): line.get_text(" ", strip=True) for line in lines}


def change(client, pages, audience: str, organisations=(), **more):
    url = f"{BULK}?{'&'.join(f'id={page.pk}' for page in pages)}&next=/admin/"
    return client.post(url, {"audience": audience, "audience_organisations": [one.pk for one in organisations], **more})


# --- The status panel


@pytest.mark.parametrize(
    ("audience", "count", "told"),
    [
        ("public", 0, "Live. Everybody can see it."),
        ("members", 0, "Live. All member organisations can see it."),
        ("chosen", 1, "Live. Ash Trust can see it."),
        ("chosen", 2, "Live. Ash Trust and Birch Trust can see it."),
        ("chosen", 3, "Live. Ash Trust and 2 others can see it."),
    ],
)
def test_the_status_panel_says_who_sees_a_page(site, editor, trusts, audience, count, told):
    page = factories.recording(site, audience=audience, organisations=trusts[:count])
    panel = status_panel(editor, page)
    assert told in panel
    assert "Change who sees it" in panel
    assert "Change privacy" not in editor.get(edit_url(page)).content.decode()


def test_the_status_panel_tells_apart_what_is_live_and_what_the_draft_will_be(site, editor, trusts):
    page = factories.recording(site)
    page.audience, page.audience_organisations = "chosen", trusts[:1]
    page.save_revision()
    assert "Live. Everybody can see it. Once the draft is published, Ash Trust can see it." in status_panel(
        editor, page
    )
    hidden = factories.recording(site, state="draft", audience="members")
    assert "Not live: nobody but editors can see it. Once live, all member organisations can see it." in status_panel(
        editor, hidden
    )


def test_a_page_shared_wider_than_what_it_shows_says_so(site, editor, trusts):
    person = factories.person("Hidden Speaker", audience="chosen", organisations=trusts[:1])
    page = factories.recording(site, audience="chosen", organisations=trusts[:2], speakers=[person])
    assert "“Hidden Speaker” (person) is shared with Ash Trust only." in status_panel(editor, page)
    narrow = factories.recording(site, audience="chosen", organisations=trusts[:1], speakers=[person])
    assert "Shared wider" not in status_panel(editor, narrow)
    gone = factories.recording(site, speakers=[factories.person("Not Yet", state="draft")])
    assert "“Not Yet” (person) is not live, so nobody sees it here." in status_panel(editor, gone)


def test_saving_tells_of_what_a_page_shows_to_fewer_people(site, editor, trusts):
    from tests.editors import form_fields

    person = factories.person("Hidden Speaker", audience="members")
    page = factories.recording(site, speakers=[person])
    answer = editor.post(edit_url(page), form_fields(editor, edit_url(page)) | {"action-publish": "1"}, follow=True)
    assert "“Hidden Speaker” (person) is shared with all member organisations only." in answer.content.decode()


# --- Lists


def test_lists_of_pages_say_who_sees_them_and_can_be_narrowed(site, editor, trusts):
    factories.recording(site, title="Open one")
    factories.recording(site, title="Members one", audience="members")
    factories.recording(site, title="Chosen one", audience="chosen", organisations=trusts)
    draft = factories.recording(site, title="Draft one", state="draft")
    draft.audience, draft.audience_organisations = "chosen", trusts[:1]
    draft.save_revision()
    explorer = reverse("wagtailadmin_explore", args=[site.resources.pk])
    use = reverse("wagtailadmin_pages:type_use", args=["library", "recordingpage"])
    report = reverse("academy_audience_report")
    for url in (explorer, use, report):
        listed = rows(editor, url)
        assert "Everybody" in listed["Open one"], url
        assert "All member organisations" in listed["Members one"]
        assert "Ash Trust and 2 others" in listed["Chosen one"]
        assert "Ash Trust" in listed["Draft one"]
        assert set(rows(editor, url, audience="chosen")) == {"Chosen one", "Draft one"}
        assert "Members one" in rows(editor, url, audience=["members", "public"])
        shared = rows(editor, url, shared_with=trusts[1].pk)
        assert {"Open one", "Members one", "Chosen one"} <= set(shared)
        assert "Chosen one" not in rows(editor, url, shared_with=factories.organisation("Dogwood Trust").pk)
    chooser = editor.get(reverse("wagtailadmin_choose_page_child", args=[site.resources.pk])).json()["html"]
    assert "All member organisations" in chooser
    exported = b"".join(editor.get(report, {"export": "csv"}).streaming_content).decode()
    assert "Chosen one,Ash Trust and 2 others,live,Recording" in exported


def is_search_index_there() -> bool:
    """Whether the migrations of Wagtail's own search have run: under SQLite they make a table that models cannot."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            return True
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'wagtailsearch_indexentry_fts'")
        row = cursor.fetchone()
    return row is not None and "VIRTUAL" in row[0]


def test_the_admins_search_says_who_sees_what_it_finds(site, editor, trusts):
    if not is_search_index_there():
        pytest.skip("the search's own table is made by its migrations, which did not run")
    factories.recording(site, title="Chosen one", audience="chosen", organisations=trusts)
    found = rows(editor, reverse("wagtailadmin_pages:search"), q="Chosen one")
    assert "Ash Trust and 2 others" in found["Chosen one"]


def test_the_explorer_asks_no_more_for_thousands_of_pages(site, editor, trusts):
    made = [
        factories.recording(site, title=f"Shared {number}", audience="chosen", organisations=trusts)
        for number in range(3)
    ]
    url = reverse("wagtailadmin_explore", args=[site.resources.pk])
    editor.get(url)
    few = CaptureQueriesContext(connection)
    with few:
        editor.get(url)
    # Rows beyond the first page of the list, written at once: the list must not notice them.
    many = [
        RecordingPage(
            title=f"Copy {number}",
            draft_title=f"Copy {number}",
            slug=f"copy-{number}",
            content_type=made[0].content_type,
            path=f"{site.resources.path}{number + 100:04d}",
            depth=site.resources.depth + 1,
            url_path=f"{site.resources.url_path}copy-{number}/",
            live=number % 2 == 0,
            locale=made[0].locale,
        )
        for number in range(5_000)
    ]
    for page in many:
        page.set_url_path(site.resources)
    _insert(many)
    site.resources.numchild += len(many)
    site.resources.save(update_fields=["numchild"])
    for query in ({}, {"audience": "public"}, {"audience": "chosen", "shared_with": trusts[0].pk}):
        asked = CaptureQueriesContext(connection)
        with asked:
            assert editor.get(url, query).status_code == 200
        assert len(asked) <= EXPLORER_STATEMENTS, "\n".join(q["sql"][:230] for q in asked.captured_queries)
    assert len(few) <= EXPLORER_STATEMENTS


def _insert(pages) -> None:
    """Write rows of a page type in two statements' worth of batches; Django's own bulk_create knows no parent tables."""
    from wagtail.models import Page

    fields = [field.name for field in Page._meta.local_concrete_fields if field.name != "id"]
    parents = Page.objects.bulk_create(
        [Page(**{name: getattr(page, name) for name in fields}) for page in pages], batch_size=500
    )
    own = [
        field
        for field in RecordingPage._meta.local_concrete_fields
        if not getattr(field.remote_field, "parent_link", False)
    ]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in own)
    marks = ", ".join(["%s"] * (len(own) + 1))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {connection.ops.quote_name(RecordingPage._meta.db_table)} (page_ptr_id, {columns}) VALUES ({marks})",
            [
                [parent.pk, *(field.get_db_prep_save(field.pre_save(page, True), connection) for field in own)]
                for parent, page in zip(parents, pages, strict=True)
            ],
        )


def test_people_say_who_sees_them(site, editor, trusts):
    person = factories.person("Ann", audience="chosen", organisations=trusts[:2])
    url = reverse(Person.snippet_viewset.get_url_name("edit"), args=[person.pk])
    assert "Live. Ash Trust and Birch Trust can see it." in editor.get(url).content.decode()
    listed = BeautifulSoup(editor.get(reverse(Person.snippet_viewset.get_url_name("list"))).content, "html.parser")
    assert "Ash Trust and Birch Trust" in listed.select_one("table.listing").get_text(" ")


# --- Many at once


def test_the_audience_of_many_pages_is_changed_at_once(site, editor, trusts):
    live = factories.recording(site, title="Live one")
    draft = factories.recording(site, title="Draft one", state="draft")
    edited = factories.recording(site, title="Edited one")
    edited.title = "Not published yet"
    edited.save_revision()
    assert change(editor, [live, draft, edited], "chosen", trusts[:1]).status_code == 302
    for page in (live, edited):
        page = RecordingPage.objects.get(pk=page.pk)
        assert (page.live, page.audience, list(page.audience_organisations.all())) == (True, "chosen", trusts[:1])
    edited = RecordingPage.objects.get(pk=edited.pk)
    assert (edited.title, edited.has_unpublished_changes) == ("Edited one", True)
    later = edited.get_latest_revision_as_object()
    assert (later.title, later.audience, list(later.audience_organisations.all())) == (
        "Not published yet",
        "chosen",
        trusts[:1],
    )
    later.save_revision().publish()
    assert RecordingPage.objects.get(pk=edited.pk).audience == "chosen"
    draft = RecordingPage.objects.get(pk=draft.pk)
    assert (draft.live, draft.get_latest_revision_as_object().audience) == (False, "chosen")


def test_many_pages_are_shared_with_somebody_or_not_at_all(site, editor):
    page = factories.recording(site)
    answer = change(editor, [page], "chosen")
    assert "Choose at least one organisation" in answer.content.decode()
    assert RecordingPage.objects.get(pk=page.pk).audience == "public"


def test_pages_whose_audience_may_not_be_changed_are_left_with_a_reason(site, django_user_model, trusts):
    writers = Group.objects.create(name="Writers")
    for codename in ("add_page", "change_page"):
        GroupPagePermission.objects.create(group=writers, page=site.resources, permission=_permission(codename))
    writers.permissions.add(_permission("access_admin"))
    user = django_user_model.objects.create_user("writer", password="x")
    user.groups.add(writers)
    writer = signed_in(user)
    live = factories.recording(site, title="Live one")
    draft = factories.recording(site, title="Draft one", state="draft")
    elsewhere = factories.standard_page(site)
    shown = writer.get(f"{BULK}?id={live.pk}&id={draft.pk}&id={elsewhere.pk}").content.decode()
    assert "Live one: It is live, and you may not publish." in shown
    assert f"{elsewhere.title}: You may not edit it." in shown
    change(writer, [live, draft, elsewhere], "members")
    assert RecordingPage.objects.get(pk=live.pk).audience == "public"
    assert RecordingPage.objects.get(pk=draft.pk).get_latest_revision_as_object().audience == "members"
    assert type(elsewhere).objects.get(pk=elsewhere.pk).get_latest_revision() is None or (
        type(elsewhere).objects.get(pk=elsewhere.pk).get_latest_revision_as_object().audience == "public"
    )


def test_aliases_locked_and_scheduled_pages_say_why_they_are_left_alone(site, editor, trusts, django_user_model):
    page = factories.recording(site, title="First")
    alias = page.create_alias(parent=site.resources, update_slug="alias-of-first")
    scheduled = factories.recording(site, title="Later", state="scheduled")
    locked = factories.recording(site, title="Held")
    locked.locked, locked.locked_by = True, django_user_model.objects.create_user("other", password="x")
    locked.save()
    shown = editor.get(f"{BULK}?id={alias.pk}&id={scheduled.pk}&id={locked.pk}").content.decode()
    assert "It is an alias" in shown
    assert "It is scheduled for publication" in shown
    assert "It is locked." in shown


def test_the_audience_of_many_people_is_changed_at_once(site, editor, trusts):
    ann, ben = factories.person("Ann"), factories.person("Ben", state="draft")
    url = f"/admin/bulk/programmes/person/change_audience/?id={ann.pk}&id={ben.pk}&next=/admin/"
    assert editor.post(url, {"audience": "chosen", "audience_organisations": [trusts[0].pk]}).status_code == 302
    ann, ben = Person.objects.get(pk=ann.pk), Person.objects.get(pk=ben.pk)
    assert (ann.live, ann.audience, list(ann.audience_organisations.all())) == (True, "chosen", trusts[:1])
    assert (ben.live, ben.get_latest_revision_as_object().audience) == (False, "chosen")
    assert editor.get(f"/admin/bulk/programmes/topic/change_audience/?id={factories.topic().pk}").status_code == 404


def _permission(codename: str):
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename=codename)


# --- What is missing from a chooser


def created(client, label: str, name: str):
    return client.post(reverse("academy_create_on_the_spot", args=[label]), {"name": name})


def test_a_topic_is_made_on_the_spot(site, editor):
    answer = created(editor, "programmes.topic", "  Flow   of patients ").json()
    topic = Topic.objects.get(name="Flow of patients")
    assert (answer["value"], answer["label"], topic.slug) == (topic.pk, "Flow of patients", "flow-of-patients")
    again = created(editor, "programmes.topic", "flow of PATIENTS").json()
    assert again["value"] == topic.pk
    assert created(editor, "programmes.topic", " ").json()["error"] == "Type a name first."
    assert "120" in created(editor, "programmes.topic", "x" * 121).json()["error"]


def test_a_person_made_on_the_spot_is_a_draft(site, editor):
    factories.person("Ann Example")
    answer = created(editor, "programmes.person", "Ann Example").json()
    person = Person.objects.get(pk=answer["value"])
    assert (person.live, person.slug) == (False, "ann-example-2")
    assert "draft" in answer["told"]


def test_nothing_is_made_without_the_right_to(site, editor, client):
    assert created(editor, "access.memberorganisation", "New Trust").status_code == 404
    assert created(editor, "auth.user", "root").status_code == 404
    assert created(editor, "no.such", "x").status_code == 404
    assert created(client, "programmes.topic", "x").status_code == 302
    assert editor.get(reverse("academy_create_on_the_spot", args=["programmes.topic"])).status_code == 405
    assert not MemberOrganisation.objects.filter(name="New Trust").exists()


def test_choosers_offer_to_make_only_what_the_editor_may_make(site, editor):
    soup = BeautifulSoup(editor.get(edit_url(factories.recording(site))).content, "html.parser")

    def create_url(name: str) -> str:
        return soup.find("select", {"name": name}).parent["data-academy-choose-many-create-url-value"]

    assert create_url("topics").endswith("programmes.topic/")
    assert create_url("audience_organisations") == ""


def test_no_screen_calls_a_narrower_page_visible_to_all(site, editor, trusts):
    page = factories.recording(site, audience="chosen", organisations=trusts[:1])
    for url in (edit_url(page), reverse("wagtailadmin_pages:history", args=[page.pk]), "/admin/"):
        shown = editor.get(url).content.decode()
        assert "Visible to all" not in shown, url
    assert "Live. Ash Trust can see it." in editor.get(edit_url(page)).content.decode()


# --- Files


def test_lists_of_files_say_who_sees_them_and_can_be_narrowed(site, editor, trusts):
    shared = factories.recording(site, title="Shared film", audience="chosen", organisations=trusts[:2]).media
    factories.recording(site, title="Same film for members", media=shared, audience="members")
    factories.recording(site, title="Chosen film", audience="chosen", organisations=trusts[:2])
    factories.recording(site, title="Draft film", state="draft")
    listed = rows(editor, reverse("wagtailmedia:index"))
    assert "All member organisations" in listed["Shared film"]
    assert "Ash Trust and Birch Trust" in listed["Chosen film"]
    assert "Nobody: no live page shows it" in listed["Draft film"]
    for audience, title in (("members", "Shared film"), ("chosen", "Chosen film"), ("nobody", "Draft film")):
        assert set(rows(editor, reverse("wagtailmedia:index"), audience=audience)) == {title}
        assert title in rows(editor, reverse("academy_media_results"), audience=audience)
    assert rows(editor, reverse("wagtailmedia:index"), audience="public") == {}
    documents = [
        factories.material(site, title=title, audience=who).document
        for title, who in (("A", "public"), ("B", "members"))
    ]
    listed = rows(editor, reverse("wagtaildocs:index"))
    assert "Everybody" in listed[documents[0].title]
    assert "All member organisations" in listed[documents[1].title]
    assert set(rows(editor, reverse("wagtaildocs:index"), audience="members")) == {documents[1].title}
