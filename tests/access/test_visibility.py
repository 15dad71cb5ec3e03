"""Who sees what, as one table: principal x audience x state, for pages and for people, in the database and as tokens."""

from __future__ import annotations

import pytest

from cms.access.principals import EDITOR, VISITOR, PrincipalKind, principal_of_organisation
from library.models import RecordingPage
from programmes.models import Person
from tests import factories
from tests.factories import STATES

AUDIENCES = {
    # audience: the principals that see it, while it is live
    "public": {"visitor", "member of A", "member of B", "editor"},
    "members": {"member of A", "member of B", "editor"},
    "chosen": {"member of A", "editor"},
}


@pytest.fixture
def principals(db):
    a, b = factories.organisation("A"), factories.organisation("B")
    return a, {
        "visitor": VISITOR,
        "member of A": principal_of_organisation(a),
        "member of B": principal_of_organisation(b),
        "client of A": principal_of_organisation(a, PrincipalKind.CLIENT),
        "editor": EDITOR,
    }


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_page_is_seen_by_its_audience_and_only_while_live(site, principals, audience, state):
    a, everybody = principals
    page = factories.recording(site, audience=audience, organisations=[a] if audience == "chosen" else [], state=state)
    for name, principal in everybody.items():
        expected = state == "live" and name.replace("client", "member") in AUDIENCES[audience]
        assert RecordingPage.objects.visible_to(principal).filter(pk=page.pk).exists() == expected, name


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_person_is_seen_by_their_audience_and_only_while_live(principals, audience, state):
    a, everybody = principals
    one = factories.person(audience=audience, organisations=[a] if audience == "chosen" else [], state=state)
    for name, principal in everybody.items():
        expected = state == "live" and name.replace("client", "member") in AUDIENCES[audience]
        assert Person.objects.visible_to(principal).filter(pk=one.pk).exists() == expected, name


@pytest.mark.parametrize("audience", AUDIENCES)
def test_tokens_say_the_same_as_the_database(site, principals, audience):
    """Search filters by tokens and the database by fields: the two must never disagree."""
    a, everybody = principals
    page = factories.recording(site, audience=audience, organisations=[a] if audience == "chosen" else [])
    for name, principal in everybody.items():
        by_tokens = bool(principal.audience_tokens & set(page.audience_tokens()))
        assert by_tokens == RecordingPage.objects.visible_to(principal).filter(pk=page.pk).exists(), name


def test_organisations_left_over_from_an_earlier_choice_open_nothing(site, principals):
    """The list of chosen organisations stays when the audience changes to another one; it must not count then."""
    a, _ = principals
    page = factories.recording(site, audience="members", organisations=[a])
    assert set(page.audience_tokens()) == {"members", "editors"}
    assert not RecordingPage.objects.visible_to(VISITOR).filter(pk=page.pk).exists()


def test_a_page_shared_with_several_organisations_is_listed_once(site, principals):
    a, everybody = principals
    b = factories.organisation("B")
    factories.recording(site, audience="chosen", organisations=[a, b])
    assert RecordingPage.objects.visible_to(everybody["member of A"]).count() == 1


def test_removing_the_organisation_ends_what_it_saw(site, principals):
    a, everybody = principals
    page = factories.recording(site, audience="chosen", organisations=[a])
    a.delete()
    assert not RecordingPage.objects.visible_to(everybody["member of A"]).filter(pk=page.pk).exists()


def test_a_draft_change_of_audience_bites_only_when_published(site, principals):
    page = factories.recording(site, audience="public")
    page.audience = "members"
    revision = page.save_revision()
    assert RecordingPage.objects.visible_to(VISITOR).filter(pk=page.pk).exists()
    revision.publish()
    assert not RecordingPage.objects.visible_to(VISITOR).filter(pk=page.pk).exists()


def test_every_page_model_is_guarded():
    from django.core.checks import run_checks

    assert run_checks(tags=["access"]) == []


def test_the_check_names_a_page_model_without_an_audience(monkeypatch):
    from wagtail.models import Page

    from cms.access import checks

    class Naked(Page):
        class Meta:
            abstract = True
            app_label = "home"

    monkeypatch.setattr(checks, "get_page_models", lambda: [Naked])
    (message,) = checks.check_every_page_has_an_audience(None)
    assert message.id == "access.E001"
    assert "AudiencePage" in message.hint


def test_links_in_text_lead_only_to_what_may_be_seen(site, principals):
    """Hidden targets and nonsense lose their address; the words stay."""
    from wagtail.rich_text import expand_db_html

    from cms.access.principals import acting_for

    _, everybody = principals
    shown, hidden = factories.recording(site), factories.recording(site, audience="members")
    text = "".join(f'<a linktype="page" id="{one}">words</a> ' for one in (shown.pk, hidden.pk, "x", "", "9" * 30))
    with acting_for(VISITOR):
        assert expand_db_html(text).count("href") == 1
    with acting_for(everybody["member of B"]):
        assert expand_db_html(text).count("href") == 2


@pytest.mark.parametrize(
    ("group", "kind"), [("Academy editors", "editor"), ("Access managers", "visitor"), (None, "visitor")]
)
def test_only_those_who_work_on_pages_see_all_that_is_live(site, rf, django_user_model, group, kind):
    from django.contrib.auth.models import Group

    from cms.access.principals import principal_of_request
    from home.roles import ensure_roles

    ensure_roles()
    request = rf.get("/")
    request.user = django_user_model.objects.create_user("somebody")
    if group:
        request.user.groups.add(Group.objects.get(name=group))
    assert principal_of_request(request).kind == kind
