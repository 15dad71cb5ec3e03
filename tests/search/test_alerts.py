"""Saved searches: the feed of any search, and mail to those who asked for it twice, about what is new and theirs to see."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from hypothesis import example, given
from hypothesis import strategies as st
from wagtail.models import Site

from cms.access.models import Membership
from home.models import AcademySettings
from search.alerts.digest import forget_unconfirmed, is_due, run_alerts
from search.alerts.feed import in_xml
from search.alerts.tokens import CONFIRM, STOP, token_for, uuid_of
from search.models import Frequency, GlossaryTerm, SearchAlert, SearchSettings
from tests import factories
from tests.visitors import browsers

pytestmark = pytest.mark.slow

ATOM = "{http://www.w3.org/2005/Atom}"
MONDAY_8 = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def fresh(db):
    cache.clear()
    mail.outbox.clear()


def sign_up(client, email: str = "reader@example.org", search: str = "?q=small+tests", **more):
    return client.post("/search/alerts/new/", {"email": email, "frequency": "daily", "search": search, **more})


def link_in(message: str, act: str) -> str:
    found = re.search(rf"{settings.BASE_URL}(/search/alerts/{act}/[^/\s]+/)", message)
    assert found, message
    return found[1]


def confirmed(client, **more) -> SearchAlert:
    sign_up(client, **more)
    client.post(link_in(mail.outbox[-1].body, "confirm"))
    mail.outbox.clear()
    return SearchAlert.objects.latest("pk")


def say(site, title: str, *spoken: str, **fields):
    page = factories.recording(site, title, captions=factories.cues(*spoken), **fields)
    factories.settle()
    return page


def tomorrow() -> dt.datetime:
    return timezone.now() + dt.timedelta(days=1, hours=1)


# --- signing up and off ---------------------------------------------------------------------------------------------


def test_nothing_is_sent_before_the_address_confirms_and_a_link_checker_confirms_nothing(client, site):
    assert sign_up(client).status_code == 200
    (message,) = mail.outbox
    assert message.to == ["reader@example.org"] and "small tests" in message.subject
    # Somebody in a hospital must know whose mail it is, before they open it and after.
    academy = AcademySettings.objects.get()
    assert message.from_email.startswith(f"{academy.long_name} <") and message.subject.startswith(academy.short_name)
    assert academy.long_name in message.body and academy.long_name in message.alternatives[0][0]
    path = link_in(message.body, "confirm")
    assert "Start the emails" in client.get(path).content.decode()
    say(site, "A talk", "Small tests of change")
    assert run_alerts(tomorrow()) == 0
    assert "You are following this search" in client.post(path).content.decode()
    assert SearchAlert.objects.get().confirmed_at


def test_the_form_works_without_cookies_and_sets_none(site):
    strict = Client(enforce_csrf_checks=True)
    assert not strict.get("/search/alerts/new/?q=small+tests").cookies
    assert sign_up(strict).status_code == 200 and not strict.cookies
    path = link_in(mail.outbox[-1].body, "confirm")
    assert not strict.get(path).cookies
    assert strict.post(path).status_code == 200 and SearchAlert.objects.get().confirmed_at


def test_somebody_signed_in_follows_only_by_the_form_of_the_site(site):
    """The alert would find what they may see: nobody else's page may sign them up."""
    member = browsers(factories.organisation("A"), factories.organisation("B"))["member of A"]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = member.cookies
    refused = sign_up(strict)
    assert refused.status_code == 403 and b"could not check that this was sent from our own page" in refused.content
    assert not SearchAlert.objects.exists()
    assert sign_up(member).status_code == 200


def test_an_error_is_told_in_the_title_and_in_a_summary_that_leads_to_the_field(client, site):
    response = sign_up(client, email="x")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 400 and page.title.string.startswith("Error: ")
    summary = page.select_one(".error-summary[role=alert]")
    assert "autofocus" in summary.attrs
    assert page.select_one(summary.a["href"])["aria-invalid"] == "true"


def test_one_click_in_the_mail_program_ends_it_and_deletes_the_address(client, site):
    confirmed(client)
    say(site, "A talk", "Small tests of change")
    run_alerts(tomorrow())
    (message,) = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = link_in(message.extra_headers["List-Unsubscribe"], "stop").rstrip(">")
    assert "Stop the emails" in client.get(path).content.decode() and SearchAlert.objects.exists()
    strict = type(client)(enforce_csrf_checks=True)
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not SearchAlert.objects.exists()
    assert "Emails stopped" in client.get(path).content.decode()


def test_every_answer_is_the_same_whether_the_address_is_known_or_not(client, site):
    first = sign_up(client).content
    client.post(link_in(mail.outbox[-1].body, "confirm"))
    assert sign_up(client).content == first
    assert len(mail.outbox) == 1, "and nobody is bothered by others typing his address"


def test_a_stranger_cannot_change_how_often_mail_comes(client, site):
    alert = confirmed(client)
    sign_up(client, frequency="weekly")
    alert.refresh_from_db()
    assert alert.frequency == Frequency.DAILY


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"email": "no address"}, "correct format"),
        ({"search": "?q="}, "Search for something first"),
        ({"search": ""}, "required"),
        ({"frequency": "hourly"}, "How often"),
    ],
)
def test_bad_input_is_told_and_sends_nothing(client, site, sent, told):
    response = client.post(
        "/search/alerts/new/", {"email": "reader@example.org", "frequency": "daily", "search": "?q=small", **sent}
    )
    assert response.status_code == 400 and told in response.content.decode()
    assert not mail.outbox


def test_robots_and_floods_send_nothing(client, site):
    assert sign_up(client, website="https://example.org").status_code == 200
    assert not mail.outbox
    for number in range(9):
        sign_up(client, search=f"?q=word{number}")
    assert len(mail.outbox) == 5, "to one address"


@pytest.mark.parametrize("token", ["x", "", "ä" * 300, "a:b:c"])
def test_forged_links_do_nothing(client, site, token):
    alert = confirmed(client)
    other = token_for(alert.uuid, CONFIRM)
    for act in ("confirm", "stop"):
        assert client.post(f"/search/alerts/{act}/{token or 'x'}/").status_code == 404
    assert client.post(f"/search/alerts/stop/{other}/").status_code == 404, "a token is good for one act"
    assert SearchAlert.objects.exists() and uuid_of(token_for(alert.uuid, STOP), STOP) == alert.uuid


def test_unconfirmed_addresses_are_forgotten(client, site):
    sign_up(client)
    SearchAlert.objects.update(created_at=timezone.now() - dt.timedelta(days=8))
    assert forget_unconfirmed() == 1 and not SearchAlert.objects.exists()


def test_alerts_can_be_switched_off(client, site):
    chosen = SearchSettings.load()
    chosen.are_alerts_offered = False
    chosen.save()
    assert client.get("/search/alerts/new/").status_code == 404
    assert "Email me when" not in client.get("/search/?q=small").content.decode()


def test_the_form_the_mails_and_their_pages_name_the_filters_as_the_results_page_does(client, site):
    topic = factories.topic("Trust & hope")
    search = f"?q=small+tests&kind=recording&topic={topic.slug}&from=2021-05-01"
    named = "“small tests” (Recordings, Trust & hope, From 01/05/2021)"
    assert escape(named) in client.get(f"/search/alerts/new/{search}").content.decode()
    sign_up(client, search=search)
    (message,) = mail.outbox
    assert named in message.subject and named.replace("“", "").replace("”", "") in message.body
    assert "(Recordings, Trust &amp; hope, From 01/05/2021)" in message.alternatives[0][0]
    path = link_in(message.body, "confirm")
    for response in (client.get(path), client.post(path)):
        assert escape(named) in response.content.decode()
    say(site, "A talk", "Small tests of change", topics=[topic], recorded_on=dt.date(2021, 6, 1))
    run_alerts(tomorrow())
    message = mail.outbox[-1]
    assert named in message.subject and named in message.body and escape(named) in message.alternatives[0][0]
    assert escape(named) in client.get(link_in(message.body, "stop")).content.decode()


def test_a_hidden_programme_is_not_named_to_who_follows_it(client, site):
    factories.programme(site, "Secret plans", slug="a-programme", audience="members")
    content = client.get("/search/alerts/new/?q=small&programme=a-programme").content.decode()
    assert "(a-programme)" in content and "Secret plans" not in content


# --- digests --------------------------------------------------------------------------------------------------------


def test_only_what_is_new_is_told_once_and_leads_to_the_second(client, site):
    say(site, "Old talk", "Small tests of change")
    confirmed(client)
    assert run_alerts(tomorrow()) == 0, "what was there before is not new"
    say(site, "New talk", "Nothing of it here", "and then small tests, as it was said")
    assert run_alerts(tomorrow() + dt.timedelta(days=1)) == 1
    (message,) = mail.outbox
    assert "New talk" in message.body and "Old talk" not in message.body
    assert f"{settings.BASE_URL}/library/new-talk/?t=" in message.body
    html = message.alternatives[0][0]
    assert "<mark>" in html and "Old talk" not in html
    assert run_alerts(tomorrow() + dt.timedelta(days=2)) == 0


def test_captions_that_come_later_make_a_recording_new(client, site):
    page = say(site, "A talk")
    confirmed(client)
    page.caption_tracks = [
        type(say(site, "Other", "else").caption_tracks.first())(
            language="en", origin="human", webvtt="WEBVTT\n\n00:01.000 --> 00:02.000\nsmall tests\n"
        )
    ]
    page.save_revision().publish()
    factories.settle()
    assert run_alerts(tomorrow()) == 1
    assert "A talk" in mail.outbox[0].body


def test_the_names_that_the_glossary_holds_for_the_same_find_each_other(client, site):
    GlossaryTerm.objects.create(term="IT", expansion="information technology")
    confirmed(client, search="?q=IT")
    say(site, "A talk", "We bought information technology")
    assert run_alerts(tomorrow()) == 1


def test_mail_about_a_word_is_not_mail_about_its_neighbour(client, site):
    say(site, "Old talk", "Leadership in systems")
    confirmed(client, search="?q=sistems")
    say(site, "New talk", "More leadership in systems")
    assert run_alerts(tomorrow()) == 0
    say(site, "The talk", "They call it sistems")
    assert run_alerts(tomorrow() + dt.timedelta(days=1)) == 1
    assert "The talk" in mail.outbox[0].body and "New talk" not in mail.outbox[0].body


def test_the_text_of_a_mail_is_plain_text(client, site):
    confirmed(client)
    say(site, "Q & A", "R&D by small tests, <b> for bold")
    run_alerts(tomorrow())
    (message,) = mail.outbox
    assert "Q & A" in message.body and "R&D by small tests, <b> for bold" in message.body


@pytest.mark.parametrize(
    ("audience", "is_of_organisation", "sees_it"),
    [("public", False, True), ("members", False, False), ("members", True, True), ("chosen", True, False)],
)
def test_a_digest_tells_what_its_owner_may_see_now(client, site, audience, is_of_organisation, sees_it):
    ours, theirs = factories.organisation("Ours"), factories.organisation("Theirs")
    user = User.objects.create_user("member", email="member@example.org")
    membership = Membership.objects.create(user=user, organisation=ours)
    client.force_login(user)
    confirmed(client, email="member@example.org")
    if not is_of_organisation:
        membership.delete()
    chosen = [theirs] if audience == "chosen" else []
    say(site, "Hidden talk", "small tests", audience=audience, organisations=chosen)
    assert run_alerts(tomorrow()) == int(sees_it)
    assert bool(mail.outbox) == sees_it


def test_a_mail_that_cannot_be_sent_is_tried_again(client, site, monkeypatch):
    confirmed(client)
    say(site, "A talk", "small tests")
    with monkeypatch.context() as broken:
        broken.setattr(
            "django.core.mail.EmailMultiAlternatives.send", lambda self: (_ for _ in ()).throw(OSError("away"))
        )
        assert run_alerts(tomorrow()) == 0
    assert run_alerts(tomorrow()) == 1


@pytest.mark.parametrize(
    ("frequency", "last", "now", "due"),
    [
        ("daily", dt.timedelta(hours=2), MONDAY_8, True),
        ("daily", dt.timedelta(minutes=30), MONDAY_8, False),
        ("daily", dt.timedelta(hours=10), MONDAY_8 - dt.timedelta(hours=2), False),
        ("daily", dt.timedelta(hours=30), MONDAY_8 - dt.timedelta(hours=2), True),
        ("weekly", dt.timedelta(hours=2), MONDAY_8, True),
        ("weekly", dt.timedelta(minutes=30), MONDAY_8, False),
        ("weekly", dt.timedelta(days=3), MONDAY_8 + dt.timedelta(days=2), True),
        ("weekly", dt.timedelta(days=1), MONDAY_8 + dt.timedelta(days=2), False),
    ],
)
def test_digests_go_out_in_the_morning_after(frequency, last, now, due):
    assert is_due(SearchAlert(frequency=frequency, last_run_at=now - last), now) is due


# --- the feed -------------------------------------------------------------------------------------------------------


def entries(response) -> list[str]:
    tree = ElementTree.fromstring(response.content)
    return [entry.findtext(f"{ATOM}title") or "" for entry in tree.iter(f"{ATOM}entry")]


def test_the_feed_holds_the_latest_published_first_with_the_words_said(client, site):
    first = say(site, "First talk", "Small tests of change")
    second = say(site, "Second talk", "We run small tests")
    say(site, "Other talk", "Something else")
    type(first).objects.filter(pk=first.pk).update(first_published_at=timezone.now() - dt.timedelta(days=3))
    response = client.get("/search/feed/?q=small+tests")
    assert response["Content-Type"].startswith("application/atom+xml")
    assert entries(response) == ["Second talk", "First talk"]
    entry = next(ElementTree.fromstring(response.content).iter(f"{ATOM}entry"))
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{second.translation_key}"
    assert "We run <mark>small tests</mark>" in (entry.findtext(f"{ATOM}summary") or "")
    assert entry.find(f"{ATOM}link").get("href").startswith(f"{settings.BASE_URL}/library/second-talk/")
    again = client.get("/search/feed/?q=small+tests", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_the_feed_shows_each_asker_what_is_theirs(client, site):
    ours, theirs = factories.organisation("Ours"), factories.organisation("Theirs")
    say(site, "Public talk", "small tests")
    say(site, "Members talk", "small tests", audience="members")
    say(site, "Chosen talk", "small tests", audience="chosen", organisations=[ours])
    for key, titles in (
        (None, {"Public talk"}),
        (factories.api_key(ours), {"Public talk", "Members talk", "Chosen talk"}),
        (factories.api_key(theirs), {"Public talk", "Members talk"}),
    ):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        response = client.get("/search/feed/?q=small+tests", headers=headers)
        assert set(entries(response)) == titles
        assert ("private" in response.get("Cache-Control", "")) == bool(key)
    assert client.get("/search/feed/?q=small", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_the_feed_takes_the_names_in_the_glossary_for_the_same(client, site):
    say(site, "A talk", "Our integrated care system")
    assert entries(client.get("/search/feed/?q=ICS")) == []
    GlossaryTerm.objects.create(term="ICS", expansion="integrated care system")
    assert entries(client.get("/search/feed/?q=ICS")) == ["A talk"]


def test_the_feed_corrects_as_the_page_does_unless_the_words_are_meant_as_typed(client, site):
    say(site, "A talk", "Leadership in systems")
    assert entries(client.get("/search/feed/?q=sistems")) == ["A talk"]
    assert entries(client.get("/search/feed/?q=sistems&spelling=exact")) == []


def test_a_feed_says_who_writes_it_and_what_it_is_narrowed_by(client, site):
    academy = AcademySettings.for_site(Site.objects.get())
    academy.long_name = "Care & Cure\x0b Academy"
    academy.save()
    topic = factories.topic("Trust & hope")
    response = client.get(f"/search/feed/?q=small&kind=recording&topic={topic.slug}")
    tree = ElementTree.fromstring(response.content)
    assert tree.findtext(f"{ATOM}author/{ATOM}name") == "Care & Cure Academy"
    assert tree.findtext(f"{ATOM}title") == "Search: small (Recordings, Trust & hope)"


def test_a_summary_in_the_feed_is_html_of_which_only_the_marks_are_ours(client, site):
    say(site, "A talk", "We run <i>small</i> tests & more", summary="R&D <b>bold</b>")
    response = client.get("/search/feed/?q=small")
    summary = next(ElementTree.fromstring(response.content).iter(f"{ATOM}summary"))
    assert summary.get("type") == "html"
    first, second = (summary.text or "").split("<br>")
    assert first == "R&amp;D &lt;b&gt;bold&lt;/b&gt;"
    assert second.endswith("&lt;i&gt;<mark>small</mark>&lt;/i&gt; tests &amp; more")


@pytest.mark.parametrize("typed", ["sys\x0btems", "\0\x0b\x1b", "\ufffe systems", "\x7f\x85 systems\uffff", "a\r\n\tb"])
def test_a_feed_is_well_formed_whatever_is_searched_for(client, site, typed):
    response = client.get("/search/feed/", {"q": typed, "topic": typed})
    assert response.status_code == 200 and entries(response) == []


def test_a_feed_is_well_formed_whatever_stands_in_the_library(client, site):
    say(site, "Small\x0b \ufffetalk", "We run small\x1b\uffff tests", slug="a-talk", summary="A\x01 talk\x0c")
    assert entries(client.get("/search/feed/?q=small")) == ["Small talk"]


@given(st.text(st.characters(exclude_categories=())))
@example("\ud800\udfff\ufffe\uffff\x00\x1f")
def test_what_xml_cannot_hold_is_left_out_and_nothing_else(text):
    kept = in_xml(text)
    read = ElementTree.fromstring(f"<a>{escape(kept)}</a>".encode()).text or ""
    # A parser of XML reads every end of a line as a line feed.
    assert read == kept.replace("\r\n", "\n").replace("\r", "\n")
    assert all(
        ord(one) < 0x20 or 0xD800 <= ord(one) <= 0xDFFF or one in "\ufffe\uffff" for one in set(text) - set(kept)
    )


@pytest.mark.parametrize("query", ["", "?q=", "?q=the", "?q=%00", "?q=" + "x" * 3000, "?q=%22&kind=none&from=never"])
def test_a_feed_of_nothing_is_an_empty_feed(client, site, query):
    response = client.get(f"/search/feed/{query}")
    assert response.status_code == 200 and entries(response) == []


def test_the_results_page_names_its_feed(client, site):
    content = client.get("/search/?q=small+tests&kind=recording").content.decode()
    assert 'href="/search/feed/?q=small+tests&amp;kind=recording"' in content


def test_a_feed_of_nothing_stays_the_same(client, site):
    """Readers are told of a change when there is one: an empty feed has a fixed time, and is not sent again."""
    first = client.get("/search/feed/?q=zzzznothing")
    assert b"<updated>2000-01-01T00:00:00+00:00</updated>" in first.content
    again = client.get("/search/feed/?q=zzzznothing", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
