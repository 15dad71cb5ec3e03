"""From half-remembered words to the place where they are said: suggestions, correction, facets, moments, and the field's words."""

from __future__ import annotations

import re

import pytest

from .conftest import DESK, PHONE
from .test_visitors import RECORDING, moment_of, stands_at

pytestmark = pytest.mark.browser
TOUCH = {"has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_whole_way_with_typos(visit, viewport):
    page = visit("/", viewport=viewport)
    box = page.get_by_role("combobox", name="Search recordings")
    box.press_sequentially("smal tests")
    box.fill("thinkng in")
    option = page.get_by_role("option").filter(has_text="a first look")
    option.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.fill("smal tests of chanje")
    box.press("Enter")
    page.wait_for_url("**/search/?q=smal*")
    assert "small tests of change" in page.locator(".correction").inner_text()
    before = page.locator(".card").count()
    if viewport is PHONE:
        page.locator(".facets summary").first.click()
    page.locator(".facets a", has_text="Recordings").click()
    page.wait_for_url("**kind=recording*")
    assert 0 < page.locator(".card").count() < before
    page.go_back()
    assert page.locator(".card").count() == before
    link, seconds = moment_of(page)
    link.click()
    page.wait_for_url(f"**{RECORDING}?t={seconds}&q=*#at")
    stands_at(page, seconds)
    inside = page.get_by_role("searchbox", name="Find in the transcript")
    inside.fill("relationships")
    inside.press("Enter")
    page.locator("[data-step-told]").get_by_text(re.compile("1 of")).wait_for()
    assert "relationships" in page.locator("[data-transcript] mark").first.inner_text().lower()


def test_suggestions_are_reached_by_keyboard_and_the_focus_stays_in_the_box(visit):
    page = visit("/library/")
    box = page.get_by_role("combobox", name="Search recordings")
    assert (box.get_attribute("aria-autocomplete"), box.get_attribute("aria-expanded")) == ("list", "false")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    box.press_sequentially("thinking")
    first = options.first
    first.wait_for()
    assert not box.get_attribute("aria-activedescendant")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert first.get_attribute("aria-selected") == "true"
    assert page.evaluate("() => document.activeElement.name") == "q"
    # Up from the first leads back to the box, up again to the last.
    box.press("ArrowUp")
    assert not box.get_attribute("aria-activedescendant")
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == options.last.get_attribute("id")
    box.press("Escape")
    assert (box.get_attribute("aria-expanded"), box.input_value()) == ("false", "thinking")
    assert not options.count()
    box.press("ArrowDown")
    first.wait_for()
    box.press("ArrowDown")
    where = first.get_attribute("data-url")
    box.press("Enter")
    page.wait_for_url(f"**{where}")


def test_a_suggestion_is_chosen_by_pressing_it_and_leaving_the_box_closes_the_list(visit):
    page = visit("/library/")
    box = page.get_by_role("combobox", name="Search recordings")
    box.press_sequentially("systems thi")
    topic = page.get_by_role("group", name="Topics").get_by_role("option").first
    topic.wait_for()
    box.press("Tab")
    assert not page.get_by_role("listbox", name="Suggestions").is_visible()
    box.focus()
    box.press("ArrowDown")
    topic.click()
    page.wait_for_url("**/search/?q=Systems+thinking&topic=systems-thinking")
    assert page.locator(".card").count()


def test_a_word_of_the_field_is_explained_where_it_is_said(visit):
    page = visit(RECORDING)
    term = page.locator("[data-transcript] a.term").first
    box = page.get_by_role("tooltip")
    term.hover()
    box.wait_for()
    assert "strengthens or dampens" in box.inner_text()
    page.keyboard.press("Escape")
    assert not box.is_visible()
    page.mouse.move(5, 5)
    term.evaluate("term => term.previousElementSibling ?? term.closest('p').querySelector('a.time').focus()")
    page.keyboard.press("ArrowRight")
    box.wait_for()
    assert page.evaluate("() => document.activeElement.className") == "term"
    # What a screen reader says is the meaning on the page, with or without the box.
    described = term.get_attribute("aria-describedby")
    assert "strengthens or dampens" in page.locator(f"#{described}").inner_text()


def test_on_a_phone_a_tap_explains_a_word_and_the_place_is_kept(visit):
    page = visit(RECORDING, viewport=PHONE, **TOUCH)
    term = page.locator("[data-transcript] a.term").first
    term.scroll_into_view_if_needed()
    term.tap()
    page.get_by_role("tooltip").wait_for()
    assert "#" not in page.url


def test_without_javascript_everything_is_a_link(visit):
    page = visit(f"{RECORDING}?q=feedback+loop#transcript", java_script_enabled=False)
    assert page.locator("[data-transcript] mark").count()
    place = page.locator(".places a").first
    place.click()
    seconds = re.search(r"t=(\d+)", page.url)[1]
    assert page.locator("video").get_attribute("src").endswith(f"#t={seconds}")
    assert page.get_by_role("searchbox", name="Find in the transcript").input_value() == "feedback loop"
    page.locator("[data-transcript] a.term").first.click()
    assert page.locator(":target dt").inner_text() == "Feedback loop"
    # The site's own box is a plain one.
    plain = page.get_by_role("searchbox", name="Search recordings, materials and sessions")
    plain.fill("small tests")
    plain.press("Enter")
    page.wait_for_url("**/search/?q=small+tests")
    assert page.locator(".card").count()
