"""Every page in every state: accessible, narrow, in both languages, and nothing on the console."""

import pytest
from playwright.sync_api import Page

from tests.browser import pictures
from tests.browser.accessibility import faults
from tests.browser.portuguese import english_left_on
from tests.browser.reaching import World
from tests.browser.states import STATES, State
from tests.browser.visits import Visits

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 720}
#: What the browser complains of where something is refused, or held back.
HELD_BACK = ("/api/v1/uploads/", "net::ERR_FAILED")


ALL = [
    pytest.param(each, id=each.name, marks=[pytest.mark.long] if each.is_like_another else [])
    for each in STATES
]


@pytest.mark.parametrize("state", ALL)
def test_a_page_is_for_everybody(state: State, visits: Visits, world: World) -> None:
    account = world.people.get(state.who)
    page = visits.page(account, viewport=WIDE)
    for each in HELD_BACK:
        visits.forgive(each)
    state.reach(page, world)
    assert faults(page) == [], "light, wide, English"
    pictures.shoot(page, state.name, "light")
    page.emulate_media(color_scheme="dark")
    pictures.shoot(page, state.name, "dark")
    page.set_viewport_size(NARROW)
    assert sideways(page) <= 0
    pictures.shoot(page, state.name, "narrow")

    page = visits.page(account, viewport=NARROW, color_scheme="dark", locale="pt-BR")
    for each in HELD_BACK:
        visits.forgive(each)
    state.reach(page, world)
    assert faults(page) == [], "dark, narrow, Portuguese"
    assert sideways(page) <= 0
    assert not state.is_translated or english_left_on(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    pictures.shoot(page, state.name, "portuguese")


def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    # through a locator, which waits where one page is just giving way to the next
    wider: int = page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")
    return wider


def test_the_check_finds_planted_faults(visits: Visits) -> None:
    """Contrast, a label, a language and a name: if axe were not at work, all would be well."""
    page = visits.page()
    page.set_content(
        "<main><h1>Faults</h1><p style='color:#bbb;background:#fff'>pale</p><input><img src=''>"
    )
    found = {each.split(":")[0] for each in faults(page)}
    assert {"color-contrast", "label", "image-alt", "html-has-lang", "document-title"} <= found


def test_the_watch_hears_a_violation_of_the_policy(visits: Visits) -> None:
    page = visits.page()
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x')")
    heard, visits.watches[0].complaints = visits.watches[0].complaints, []
    assert any("Content Security Policy" in each for each in heard)


def test_the_measure_finds_a_page_that_is_too_wide(visits: Visits) -> None:
    page = visits.page(viewport=NARROW)
    page.set_content("<p style='width:400px'>wide")
    assert sideways(page) > 0
