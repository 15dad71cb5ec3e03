"""A partner's developer tries queries out in the browser: as the public, with a key, on a phone, with nothing from elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.serving import manage

from .conftest import PHONE

pytestmark = pytest.mark.browser
EXPLORER = "/graphql/explore/"
ANSWER = ".graphiql-response .CodeMirror-code"


def ready(page):
    """Wait until GraphiQL stands and the page has asked whom it reads as."""
    page.locator(".graphiql-query-editor .CodeMirror-code").wait_for()
    page.wait_for_function("() => document.querySelector('#reader').textContent")
    return page


def run_example(page, name: str) -> str:
    """Choose an example, run it, and return what the bar tells of the answer."""
    page.select_option("#example", name)
    # GraphiQL reads what is in its editor a moment after it was put there.
    page.wait_for_function(
        "name => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.operationName?.toLowerCase() === name",
        arg=name.replace("-", ""),
    )
    page.evaluate("() => { document.querySelector('#facts').textContent = '' }")
    page.get_by_role("button", name="Execute query").click()
    page.wait_for_function("() => document.querySelector('#facts').textContent")
    return page.locator("#facts").inner_text()


@pytest.fixture(scope="module")
def key(address: str, served: dict[str, str]) -> str:
    """A key of the demo's partner."""
    return manage(served, "create_api_client", "Example Hospitals NHS Trust", "--name", "Explorer").strip()


@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_the_public_runs_every_example_with_nothing_from_elsewhere(visit, address, size):
    page = visit("/healthz", **({"viewport": size} if size else {}))
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(EXPLORER)
    ready(page)
    assert page.locator("#reader").inner_text() == "You read as the public."
    names = page.eval_on_selector_all("#example option[value]:not([value=''])", "all => all.map(one => one.value)")
    assert {"whoami", "sessions", "recordings", "recording", "search"} <= set(names)
    for name in names:
        assert run_example(page, name).startswith("HTTP 200")
        assert '"errors"' not in page.locator(ANSWER).inner_text()
    assert hosts == {urlsplit(address).netloc}
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_key_opens_what_it_may_see_and_is_forgotten_with_the_tab(visit, key):
    page = ready(visit(EXPLORER))
    page.get_by_role("textbox", name="Key").fill(key)
    page.get_by_role("button", name="Use", exact=True).click()
    page.get_by_text("You read as Example Hospitals NHS Trust.").wait_for()
    run_example(page, "whoami")
    page.locator(ANSWER).get_by_text('"Example Hospitals NHS Trust"').wait_for()
    # It lies in this tab's storage alone: not in the page, the lasting storage, a cookie or the address.
    kept = page.evaluate(
        "() => [JSON.stringify(localStorage), document.cookie, location.href, document.body.innerHTML].join()"
    )
    assert key not in kept
    page.reload()
    ready(page)
    page.get_by_text("You read as Example Hospitals NHS Trust.").wait_for()
    page.get_by_role("button", name="Read as the public").click()
    page.get_by_text("You read as the public.").wait_for()
    assert key not in page.evaluate("() => JSON.stringify(sessionStorage)")


def test_signs_that_no_key_has_are_no_key(visit):
    page = ready(visit(EXPLORER))
    for text in ("ключ", "acad_ 1", "“acad_1”"):
        page.get_by_role("textbox", name="Key").fill(text)
        page.get_by_role("button", name="Use", exact=True).click()
        page.get_by_text("This is no key.").wait_for()
        assert text not in page.evaluate("() => JSON.stringify(sessionStorage)")


def test_the_documentation_tells_a_field_with_its_words(visit):
    page = ready(visit(EXPLORER))
    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.locator(".graphiql-doc-explorer").get_by_role("link", name="Query", exact=True).click()
    page.get_by_text("Everything that can be asked.", exact=False).wait_for()


def test_without_javascript_the_page_says_how_to_ask(visit):
    page = visit(EXPLORER, java_script_enabled=False)
    assert "POST /graphql/" in page.locator("noscript").inner_text()
