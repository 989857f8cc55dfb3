"""The list tells the truth also to whoever stands in it with the keyboard or the mouse."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_journeys import sent
from tests.browser.test_live import remember, was_never_reloaded
from tests.browser.visits import Account, Visits

FILTER = "nav .tabs li"


@pytest.fixture
def windows(visits: Visits, somebody: Account) -> tuple[Page, Page]:
    """Two windows of one person."""
    context = visits.context(somebody)
    return context.new_page(), context.new_page()


def ready(page: Page, clip: Path) -> str:
    """Send a video and return its address, once nothing moves."""
    address = sent(page, clip)
    expect(page.locator(".chip")).to_have_text("Ready")
    return address


def box_of(listing: Page, address: str) -> Locator:
    """Return what chooses a video in the list."""
    return listing.locator(f'.pick input[value="{address.rstrip("/").rsplit("/", 1)[-1]}"]')


def named(listing: Page, name: str) -> Locator:
    return listing.get_by_role("link", name=name, exact=True)


def delete(page: Page, address: str) -> None:
    page.goto(f"{address}delete/")
    page.get_by_role("button", name="Delete everything").click()


def rename(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_text("Rename").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save").click()


def test_what_happens_elsewhere_is_seen_while_a_video_is_chosen(
    windows: tuple[Page, Page], clip: Path
) -> None:
    listing, other = windows
    first, chosen, last = (ready(other, clip) for _ in range(3))
    listing.goto("/videos/")
    remember(listing)
    box_of(listing, chosen).check()
    delete(other, last)
    expect(box_of(listing, last)).to_have_count(0)
    expect(listing.locator(FILTER).first).to_have_text("All 2")
    delete(other, first)
    expect(box_of(listing, first)).to_have_count(0)
    new = ready(other, clip)
    expect(listing.locator(".video")).to_have_count(2)
    assert listing.locator(".pick input").first.get_attribute("value") in new
    expect(box_of(listing, chosen)).to_be_focused()
    expect(box_of(listing, chosen)).to_be_checked()
    expect(listing.locator("#chosen")).to_have_text("1 selected")
    assert was_never_reloaded(listing)


@pytest.mark.parametrize("ends", ["renamed", "deleted"])
def test_what_was_held_back_comes_when_the_focus_leaves(
    windows: tuple[Page, Page], clip: Path, ends: str
) -> None:
    listing, other = windows
    chosen, another = ready(other, clip), ready(other, clip)
    listing.goto("/videos/")
    remember(listing)
    box_of(listing, chosen).check()
    if ends == "renamed":
        rename(other, chosen, "Recife.mp4")
    else:
        delete(other, chosen)
    rename(other, another, "Olinda.mp4")
    expect(named(listing, "Olinda.mp4")).to_be_visible()
    expect(box_of(listing, chosen)).to_be_focused()
    listing.locator("h1").click()  # on no control
    expect(named(listing, "Recife.mp4")).to_have_count(int(ends == "renamed"))
    expect(box_of(listing, chosen)).to_have_count(int(ends == "renamed"))
    expect(listing.locator(".pick :checked")).to_have_count(int(ends == "renamed"))
    assert was_never_reloaded(listing)
