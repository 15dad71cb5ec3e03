"""The page of a moment, for everybody: on a phone, by keyboard, without JavaScript, in forced colours and by its own controls."""

from __future__ import annotations

import pytest

from .conftest import PHONE
from .test_visitors import PHRASE, RECORDING, moment_of, stands_at

pytestmark = pytest.mark.browser
MOMENT = f"{RECORDING}?t=55&q=feedback#at"
LONG_TITLE = "What we learned about leading across organisations when nobody had the time to meet one another at all"
IN_VIEW = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  const player = document.querySelector('.recording__player').getBoundingClientRect();
  const isBeside = player.left >= box.right || box.left >= player.right;
  const isCovered = selector === '#at' && !isBeside && box.top < player.bottom && player.top < box.bottom;
  return box.top >= 0 && box.bottom <= innerHeight && !isCovered;
}"""


@pytest.mark.parametrize("viewport", [PHONE, {"width": 844, "height": 390}, {"width": 1280, "height": 800}])
@pytest.mark.parametrize("fragment", ["", "#at"])
def test_player_and_sentence_stand_in_the_first_screen_whatever_the_title(visit, viewport, fragment):
    assert len(LONG_TITLE) >= 100
    long = (
        f"addEventListener('DOMContentLoaded', () => {{ document.querySelector('h1').textContent = '{LONG_TITLE}' }})"
    )
    page = visit(f"{RECORDING}?t=55{fragment}", long, viewport=viewport)
    stands_at(page, 55)
    assert page.locator("h1").inner_text() == LONG_TITLE
    page.wait_for_function(f"() => ({IN_VIEW})('#at') && ({IN_VIEW})('[data-player]')")


def test_on_a_phone_the_player_stays_in_view_while_one_reads(visit):
    page = visit(RECORDING, viewport=PHONE)
    page.evaluate("() => scrollTo(0, 900)")
    assert page.evaluate("() => document.querySelector('[data-player]').getBoundingClientRect().top") == 0


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}])
def test_without_javascript_the_address_of_a_line_shows_it(visit, viewport):
    page = visit(MOMENT, viewport=viewport, java_script_enabled=False)
    assert page.locator("#at").get_attribute("aria-current") == "true"
    assert page.locator("#at").is_visible()
    box = page.locator("#at").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= viewport["height"]
    assert page.locator("video").get_attribute("controls") is not None
    assert not page.locator("[data-controls]").is_visible()
    page.get_by_role("link", name="Skip the transcript").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#about")


def test_the_words_searched_for_come_along_and_one_step_leads_back(visit):
    page = visit(f"/search/?q={PHRASE}&kind=recording")
    link, seconds = moment_of(page)
    link.scroll_into_view_if_needed()
    before = page.evaluate("() => scrollY")
    link.click()
    page.wait_for_url(f"**{RECORDING}?t={seconds}&q=*#at")
    assert page.get_by_role("searchbox", name="Find in the transcript").input_value() == PHRASE
    assert page.locator("#at mark").count()
    page.get_by_role("link", name="Back to the results").click()
    page.wait_for_url("**/search/?q=*kind=recording")
    page.wait_for_function("y => Math.abs(scrollY - y) < 5", arg=before)


def test_without_javascript_one_step_leads_back_to_the_same_result(visit):
    page = visit(f"/search/?q={PHRASE}&kind=recording", java_script_enabled=False)
    link, _ = moment_of(page)
    link.click()
    back = page.get_by_role("link", name="Back to the results")
    assert "kind=recording" in back.get_attribute("href")
    back.click()
    target = page.locator(":target")
    assert RECORDING in target.locator(".card__title a").get_attribute("href")


def test_one_link_leads_a_screen_reader_to_the_words_and_the_line_is_told(visit):
    page = visit(f"{RECORDING}?t=55")
    page.get_by_role("link", name="Go to the words").press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "at"
    assert PHRASE in page.get_by_role("mark").filter(has_text=PHRASE).first.inner_text()
    assert page.locator("#at").get_attribute("aria-current") == "true"


def test_the_transcript_is_one_tab_stop_with_arrows_inside(visit):
    page = visit(RECORDING)
    page.locator("#find").focus()
    stops = []
    while len(stops) < 12:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("() => !!document.activeElement.closest('.transcript')"))
        if not stops[-1]:
            break
    assert len(stops) <= 3
    here = "() => document.activeElement.textContent.trim()"
    page.locator("[data-transcript] a[tabindex='0']").focus()
    first = page.evaluate(here)
    page.keyboard.press("ArrowDown")
    second = page.evaluate(here)
    assert second != first
    page.keyboard.press("ArrowUp")
    assert page.evaluate(here) == first
    page.keyboard.press("End")
    last = page.locator("[data-transcript] a.time").last
    assert page.evaluate(here) == last.inner_text()
    page.keyboard.press("Enter")
    stands_at(page, float(last.get_attribute("data-seek")))


def test_few_tabs_lead_to_the_first_result(visit):
    page = visit(f"/search/?q={PHRASE}")
    is_there = []
    while len(is_there) < 6 and True not in is_there:
        page.keyboard.press("Tab")
        is_there.append(page.evaluate("() => !!document.activeElement.closest('ol.cards')"))
    assert is_there[-1]


def test_forced_colours_leave_every_state_a_line(visit):
    page = visit(MOMENT, forced_colors="active")
    page.wait_for_selector("[data-timeline] a", state="attached")
    outline = page.evaluate("() => getComputedStyle(document.querySelector('#at')).outlineStyle")
    mark = page.evaluate(
        "() => { const s = getComputedStyle(document.querySelector('[data-timeline] a'), '::before'); "
        "return [s.borderLeftWidth, s.borderLeftColor] }"
    )
    assert outline == "solid"
    assert mark[0] == "4px" and mark[1] not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")


def test_speed_skips_captions_and_shortcuts_by_keyboard(visit):
    page = visit(f"{RECORDING}?t=30")
    stands_at(page, 30)
    page.get_by_role("button", name="forward 10 seconds").press("Enter")
    stands_at(page, 40)
    page.keyboard.press("j")
    stands_at(page, 30)
    page.keyboard.press(">")
    assert page.evaluate("() => document.querySelector('video').playbackRate") == 1.25
    page.keyboard.press("c")
    assert page.evaluate("() => document.querySelector('video').textTracks[0].mode") == "showing"
    page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    shortcuts.wait_for()
    page.keyboard.press("Escape")
    assert not shortcuts.is_visible()
    page.get_by_text("Settings", exact=True).press("Enter")
    page.get_by_label("Speed").select_option("2")
    page.get_by_label("Caption size").select_option("large")
    assert page.evaluate("() => document.querySelector('video').playbackRate") == 2
    # Single letters can be switched off, for those whose speech or tremor would press them.
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert not shortcuts.is_visible()
    assert page.evaluate("() => document.querySelector('video').currentTime") > 29
    # Letters belong to whoever types.
    page.get_by_role("searchbox", name="Find in the transcript").fill("k?")
    assert not shortcuts.is_visible()


def test_where_one_stopped_is_kept_on_the_device_and_can_be_cleared(visit):
    page = visit(RECORDING)
    page.evaluate("() => { document.querySelector('video').currentTime = 40 }")
    stands_at(page, 40)
    page.wait_for_function("() => (localStorage.getItem('academy.player') ?? '').includes(':40')")
    page.reload()
    resume = page.get_by_role("button", name="Continue from 0:40")
    resume.click()
    stands_at(page, 40)
    page.evaluate("() => document.querySelector('video').pause()")
    page.reload()
    page.get_by_text("Settings", exact=True).click()
    assert "kept on this device only" in page.locator("[data-settings]").inner_text()
    page.get_by_role("button", name="Clear them").click()
    page.get_by_text("Cleared.").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("() => localStorage.getItem('academy.player')") is None
    assert not page.get_by_role("button", name="Continue from").count()


def test_sound_has_the_same_controls(visit):
    page = visit("/library/what-a-community-of-practice-is-for/")
    page.get_by_role("slider", name="Position in the recording").press("ArrowRight")
    stands_at(page, 5)
    assert page.locator("[data-time]").inner_text().startswith("0:05 / ")
