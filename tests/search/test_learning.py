"""What is learned from searches: counts without persons, a report for editors, and results that editors put first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from home.roles import EDITORS, ensure_roles
from search.language.normalised import LONGEST_WORDS, normalised
from search.learning.popular import popular_queries
from search.learning.recorder import forget, recorder
from search.learning.report import report_of
from search.models import (
    DayDigest,
    DaySecret,
    GlossaryTerm,
    LoggedQuery,
    PromotedResult,
    Searchers,
    SearchSettings,
    SettledQuery,
)
from tests import factories

RESULTS = "/search/"


@pytest.fixture(autouse=True)
def empty_recorder(db):
    recorder.flush()
    LoggedQuery.objects.all().delete()
    yield
    recorder._counts.clear()


def search(client, text: str, address: str = "10.0.0.1", **parameters):
    return client.get(RESULTS, {"q": text, **parameters}, REMOTE_ADDR=address)


def row(words: str) -> LoggedQuery:
    recorder.flush()
    return LoggedQuery.objects.get(words=words)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Small   TESTS of change? ", "small tests of change"),
        ("don’t panic", "dont panic"),
        ('"small tests"', "small tests"),
        ("small tests -targets", None),
        ("café", "café"),
        ("", None),
        ("?!", None),
        ("jo.bloggs@example.org", None),
        ("www.example.org/private", None),
        ("https://example.org", None),
        ("ring 020 7946 0018", None),
        ("943 476 5919", None),
        ("in 2026", "in 2026"),
        ("word " * 13, None),
        ("a" * (LONGEST_WORDS + 1), None),
    ],
)
def test_words_are_counted_in_one_form_and_what_may_tell_of_a_person_is_not(typed, kept):
    assert normalised(typed) == kept


@given(st.text(max_size=300))
def test_any_text_is_brought_into_a_form_that_stays_the_same(text):
    words = normalised(text)
    assert words is None or (words == words.strip() and len(words) <= LONGEST_WORDS and "@" not in words)


def test_searches_are_counted_once_for_each_visitor_and_day(client, site):
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        search(client, "Unicorns", address)
    counted = row("unicorns")
    assert (counted.searches, counted.people, counted.found_nothing, counted.last_total) == (3, 2, 3, 0)
    search(client, "unicorns", "10.0.0.2")
    assert (row("unicorns").searches, row("unicorns").people) == (4, 2)


def test_paging_and_narrowing_are_no_searches_of_their_own(client, site):
    search(client, "unicorns")
    search(client, "unicorns", page=2)
    search(client, "unicorns", kind="recording")
    assert row("unicorns").searches == 1


def test_nothing_that_is_kept_tells_who_searched(client, site):
    search(client, "unicorns", "203.0.113.77")
    search(client, "griffins", "203.0.113.77")
    recorder.flush()
    kept = [str(vars(one)) for model in (LoggedQuery, DayDigest) for one in model.objects.all()]
    assert not any("203.0.113" in one for one in kept)
    first, second = DayDigest.objects.values_list("digest", flat=True)
    assert first != second, "two searches of one visitor cannot be joined"


def test_what_is_old_is_forgotten_with_the_secret_of_the_day(client, site):
    today = timezone.localdate()
    DaySecret.objects.create(day=today - dt.timedelta(days=1), secret="x")
    DayDigest.objects.create(day=today - dt.timedelta(days=1), digest="x")
    for days in (0, 29, 31):
        LoggedQuery.objects.create(day=today - dt.timedelta(days=days), words="unicorns", searches=1)
    settings = SearchSettings.load()
    settings.log_days = 30
    settings.save()
    forget()
    assert not DaySecret.objects.exists() and not DayDigest.objects.exists()
    assert LoggedQuery.objects.count() == 2


def test_nothing_is_counted_when_the_settings_say_so(client, site):
    settings = SearchSettings.load()
    settings.log_days = 0
    settings.save()
    search(client, "unicorns")
    recorder.flush()
    assert not LoggedQuery.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"q": "unicorns", "rank": "1"}, 204),
        ({"q": "unicorns", "rank": "0"}, 400),
        ({"q": "unicorns", "rank": "101"}, 400),
        ({"q": "unicorns", "rank": "²"}, 400),
        ({"q": "unicorns", "rank": "9" * 5000}, 400),
        ({"q": "", "rank": "1"}, 400),
        ({"q": "x" * 1001, "rank": "1"}, 400),
        ({}, 400),
    ],
)
def test_a_click_says_words_and_place_or_is_refused(client, site, sent, status):
    assert client.post("/search/click/", sent).status_code == status


def test_clicks_count_once_for_a_visitor_and_place(client, site):
    for address, rank in (("10.0.0.1", 1), ("10.0.0.1", 1), ("10.0.0.1", 3), ("10.0.0.2", 1)):
        client.post("/search/click/", {"q": "Unicorns!", "rank": rank}, REMOTE_ADDR=address)
    assert (row("unicorns").clicks, row("unicorns").clicks_by_rank) == (3, {"1": 2, "3": 1})
    assert client.get("/search/click/").status_code == 405


def log(words: str, days_ago: int = 0, **counts) -> None:
    searchers = counts.pop("searchers", Searchers.PUBLIC)
    LoggedQuery.objects.create(
        day=timezone.localdate() - dt.timedelta(days=days_ago), words=words, searchers=searchers, **counts
    )


def test_the_report_tells_most_made_in_vain_unopened_and_rising():
    log("quality improvement", searches=10, people=8, clicks=9, clicks_by_rank={"1": 7, "2": 2})
    log("quality improvement", 40, searches=9, people=8)
    log("rota", searches=6, people=5, clicks=0)
    log("unicorns", 2, searches=4, people=3, found_nothing=4)
    log("griffins", searches=2, people=1, found_nothing=2)
    log("sometimes", searches=4, people=3, found_nothing=1)
    SettledQuery.objects.create(words="griffins")
    report = report_of(30)
    assert (report.searches, report.found_nothing, report.clicks) == (26, 7, 9)
    assert [one.words for one in report.top][:2] == ["quality improvement", "rota"]
    assert [one.words for one in report.in_vain] == ["unicorns"]
    assert [one.words for one in report.unopened] == ["rota"]
    assert [(one.words, one.before) for one in report.rising] == [("rota", 0)]
    assert report.clicks_by_rank == [("1", 7), ("2", 2)]
    assert len(report.by_day) == 30 and report.by_day[-1].searches == 22 and report.by_day[-1].height == 100


def test_what_the_public_looks_for_in_vain_is_told_though_members_find_it():
    log("closed doors", searches=2, people=2, found_nothing=2)
    log("closed doors", searches=3, people=2, searchers=Searchers.MEMBERS)
    log("found since", 3, searches=2, people=2, found_nothing=2)
    log("found since", searches=2, people=2)
    assert [one.words for one in report_of(30).in_vain] == ["closed doors"]


def test_the_report_takes_a_fixed_number_of_statements(django_assert_num_queries):
    for number in range(40):
        log(f"words {number}", searches=9, people=2, clicks=1, clicks_by_rank={"1": 1})
    with django_assert_num_queries(8):
        report_of(90)


@pytest.fixture
def editor(client, site):
    ensure_roles()
    user = User.objects.create_user("editor")
    user.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(user)
    return client


def test_editors_read_the_report_and_act_on_it(editor):
    log("unicorns", searches=4, people=3, found_nothing=4)
    page = editor.get(reverse("search_report"), {"days": "7"})
    assert page.status_code == 200
    content = page.content.decode()
    assert "unicorns" in content and "glossaryterm/add/?term=unicorns" in content
    form = editor.get(reverse("wagtailsnippets_search_glossaryterm:add"), {"term": "unicorns"}).content.decode()
    assert 'value="unicorns"' in form
    form = editor.get(reverse("wagtailsnippets_search_promotedresult:add"), {"words": "Unicorns!"}).content.decode()
    assert 'value="unicorns"' in form
    assert editor.post(reverse("search_settle_query"), {"words": "unicorns", "days": "7"}).status_code == 302
    assert "glossaryterm/add/?term=unicorns" not in editor.get(reverse("search_report")).content.decode()


@pytest.mark.parametrize(("path", "method"), [("search_report", "get"), ("search_settle_query", "post")])
def test_only_editors_may(client, site, path, method):
    user = User.objects.create_user("keys")
    client.force_login(user)
    assert getattr(client, method)(reverse(path), {"words": "unicorns"}).status_code in (302, 403)
    assert not SettledQuery.objects.exists()


def test_odd_periods_and_words_do_no_harm(editor):
    assert editor.get(reverse("search_report"), {"days": "-1"}).status_code == 200
    assert editor.post(reverse("search_settle_query"), {"words": "?"}).status_code == 400


def promote(words: str, page, order: int = 1) -> PromotedResult:
    one = PromotedResult(words=words, page=page, sort_order=order)
    one.full_clean()
    one.save()
    return one


def test_a_promoted_page_stands_first_and_the_others_stay(client, site):
    page = factories.standard_page(site, "Where to begin")
    found = factories.recording(site, "Welcome for new starters")
    promote("New  Starters!", page)
    factories.settle()
    content = search(client, "new starters").content.decode()
    assert (
        content.index("Recommended by the academy") < content.index("Where to begin") < content.index(found.title[:7])
    )
    assert "Recommended by the academy" not in search(client, "starters").content.decode()


def test_a_promoted_page_that_is_hidden_is_not_shown(client, site):
    page = factories.standard_page(site, "For members only", audience="members")
    promote("new starters", page)
    content = search(client, "new starters").content.decode()
    assert "For members only" not in content and "Recommended by the academy" not in content


def test_promotions_are_bounded_and_need_words(site):
    pages = [factories.standard_page(site) for _ in range(4)]
    for number, page in enumerate(pages[:3]):
        promote("new starters", page, number)
    with pytest.raises(ValidationError, match="already"):
        promote("new starters", pages[3])
    with pytest.raises(ValidationError, match="words"):
        promote("?!", pages[3])


def test_only_what_several_people_found_something_by_is_suggested(site):
    factories.recording(site, "Quality improvement in practice")
    factories.recording(site, "Quality rota secret", audience="members")
    factories.settle()
    public, members = ["public"], ["public", "members", "org:x"]
    log("quality improvement", searches=5, people=3)
    log("quality of one", searches=5, people=1)
    log("quality unicorns", searches=5, people=5, found_nothing=5)
    log("quality rota", searches=5, people=4, searchers=Searchers.MEMBERS)
    log("qualtiy improvement", searches=5, people=5)  # which is corrected, and so finds something
    log("quality secret", searches=5, people=4)  # by the public, but it finds nothing for them (any more)
    assert popular_queries("quali", public) == ["quality improvement"]
    assert popular_queries("quali", members) == ["quality rota", "quality secret", "quality improvement"]
    assert popular_queries("qualt", public) == []
    assert popular_queries("jo@example.org", public) == []


def test_a_term_that_is_explained_already_is_opened_not_made_again(editor):
    term = GlossaryTerm.objects.create(term="VCSE", expansion="voluntary sector")
    log("vcse", searches=2, people=2, found_nothing=2)
    content = editor.get(reverse("search_report")).content.decode()
    assert reverse("wagtailsnippets_search_glossaryterm:edit", args=[term.pk]) in content
