"""The page of a video tells the truth while it is worked on, whatever happens to the connection."""

import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.states import World
from tests.browser.test_journeys import idle_worker, sent
from tests.browser.visits import Account, Visits
from tests.e2e.stack import Stack, eventually

READY = re.compile("Download ZIP")
FIRST_BYTE_S = 0.2
LIVE_AGAIN_S = 6.0
#: What the browser says of a server that is away.
AWAY = ("net::ERR_", "status of 5")


def remember(page: Page) -> None:
    """Leave something in the page that a reload would lose."""
    page.evaluate("window.wasHere = true")


def was_never_reloaded(page: Page) -> bool:
    return bool(page.evaluate("window.wasHere === true"))


def streams(page: Page) -> list[str]:
    """Return, as they come, the addresses of the streams that a page opens."""
    opened: list[str] = []
    page.on(
        "response",
        lambda answer: (
            opened.append(answer.url)
            if answer.request.resource_type == "eventsource" and answer.ok
            else None
        ),
    )
    return opened


def test_the_page_follows_to_ready_without_a_reload(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    opened = streams(page)
    with idle_worker(stack):
        sent(page, clip)
        remember(page)
        expect(page.locator(".chip")).to_have_text("Waiting")
    expect(page.get_by_role("link", name=READY)).to_be_visible()
    expect(page.locator("#say")).to_have_text("Ready")
    expect(page).to_have_title("clip.mp4 · Frame Flow")
    assert was_never_reloaded(page)
    assert opened


def test_the_list_follows_too(stack: Stack, visits: Visits, somebody: Account, clip: Path) -> None:
    page = visits.page(somebody)
    with idle_worker(stack):
        sent(page, clip)
        page.goto("/videos/")
        remember(page)
        expect(page.locator(".chip")).to_have_text("Waiting")
    expect(page.locator(".chip")).to_have_text("Ready")
    assert was_never_reloaded(page)


def test_where_streams_are_blocked_asking_again_finishes(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    visits.forgive("net::ERR_FAILED")
    page.route("**/events/", lambda route: route.abort())
    with idle_worker(stack):
        sent(page, clip)
        remember(page)
        expect(page.get_by_text("Live updates paused. Trying again…")).to_be_visible()
    expect(page.get_by_role("link", name=READY)).to_be_visible()
    assert was_never_reloaded(page)


def test_without_scripts_the_page_loads_itself_again(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody, java_script_enabled=False)
    with idle_worker(stack):
        page.goto("/")
        page.get_by_label("Choose a video").set_input_files(clip)
        page.get_by_role("button", name="Upload").click()
        expect(page.locator(".chip")).to_have_text("Waiting")
    expect(page.get_by_role("link", name=READY)).to_be_visible(timeout=20_000)


def test_the_first_byte_of_a_stream_comes_at_once(stack: Stack, somebody: Account) -> None:
    address = f"{stack.base}/api/v1/events/"
    cookies = {"sessionid": somebody.session}

    def seconds() -> float:
        began = time.monotonic()
        with httpx.stream("GET", address, cookies=cookies) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            next(answer.iter_raw())
            return time.monotonic() - began

    assert min(seconds() for _ in range(5)) < FIRST_BYTE_S


def test_a_page_is_live_again_soon_after_the_web_process_was_killed(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    for each in AWAY:
        visits.forgive(each)
    opened = streams(page)
    with idle_worker(stack):
        sent(page, clip)
        remember(page)
        eventually(lambda: page.evaluate("1") and opened, "the page is live")
        stack.kill("web")
        expect(page.get_by_text("Live updates paused. Trying again…")).to_be_visible()
        opened.clear()
        stack.start("web")
        eventually(stack.ready, "the web process is back")
        back = time.monotonic()
        eventually(lambda: page.evaluate("1") and opened, "the page is live again")
        assert time.monotonic() - back < LIVE_AGAIN_S
        expect(page.get_by_text("Live updates paused. Trying again…")).to_be_hidden()
    expect(page.get_by_role("link", name=READY)).to_be_visible()
    assert was_never_reloaded(page)


def test_a_session_that_ended_is_told_and_nothing_is_lost(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    context = visits.context(somebody)
    page = context.new_page()
    with idle_worker(stack):
        sent(page, clip)
        visits.forgive("/events/")  # a stream does not tell 401 from an outage: it is tried again
        context.clear_cookies()
    expect(
        page.get_by_text("Your session ended. Log in again, then load this page.")
    ).to_be_visible()


def test_a_video_that_was_deleted_elsewhere_says_so(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    context = visits.context(somebody)
    page, other = context.new_page(), context.new_page()
    with idle_worker(stack):
        address = sent(page, clip)
        other.goto(f"{address}delete/")
        other.get_by_role("button", name="Delete everything").click()
        expect(page.get_by_text("This video was deleted.")).to_be_visible()


@pytest.mark.parametrize("name", ["extracting", "checking", "packing"])
def test_a_page_in_the_middle_of_the_work_says_how_far_it_is(
    visits: Visits, world: World, name: str
) -> None:
    page = visits.page(world.people["owner"])
    page.goto(f"/videos/{world.videos[name]}/")
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("You can close this page. Processing continues.")).to_be_visible()
