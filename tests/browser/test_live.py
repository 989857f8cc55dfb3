"""The page of a video tells the truth while it is worked on, whatever happens to the connection."""

import re
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import media
from tests.browser.reaching import World
from tests.browser.test_journeys import idle_worker, sent
from tests.browser.visits import Account, Visits
from tests.e2e.stack import Stack, eventually

READY = re.compile("Download ZIP")
FIRST_BYTE_S = 0.2
LIVE_AGAIN_S = 6.0
FIRST_FRAMES_S = 3.0
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
    expect(page.locator("#say")).to_have_text(re.compile(r"^(.+ )?Ready$"))  # last of one moment
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


def test_the_first_frames_are_seen_soon_and_the_others_join_them(
    visits: Visits, somebody: Account, tmp_path: Path
) -> None:
    # Large enough for the page to see fewer frames at first than it shows at most.
    film = media.make_video(
        tmp_path / "long.mp4", seconds=60, fps=1, size=(1920, 1080), gop=10, grain=30
    )
    page = visits.page(somebody)
    page.goto("/")
    page.get_by_text("Options: one frame every").click()
    page.get_by_label("Seconds between frames").fill("2")
    page.locator("[name=format]").select_option("png")
    page.locator("#file").set_input_files(film)
    page.wait_for_url(re.compile("/videos/[0-9a-f-]{36}/"))
    arrived = time.monotonic()
    remember(page)
    expect(page.get_by_text("Frames appear here one by one.")).to_be_visible()
    expect(page.locator(".gallery img").first).to_have_js_property("complete", True)
    assert time.monotonic() - arrived < FIRST_FRAMES_S
    assert page.locator(".gallery img").first.evaluate("image => image.naturalWidth") > 0
    first = page.locator(".gallery li").last.get_attribute("id")
    expect(page.locator(".gallery li").last).not_to_have_attribute("id", first or "")
    expect(page.get_by_role("link", name=READY)).to_be_visible(timeout=60_000)
    assert was_never_reloaded(page)


# Two windows at the same video


def test_what_another_window_does_to_a_video_at_rest_is_seen(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    context = visits.context(somebody)
    page, other, listing = (context.new_page() for _ in range(3))
    address = sent(page, clip)
    expect(page.get_by_role("link", name=READY)).to_be_visible()
    listing.goto("/videos/")
    expect(listing.locator(".chip")).to_have_text("Ready")
    remember(page)
    with idle_worker(stack):
        other.goto(f"{address}again/")
        other.get_by_role("button", name="Extract again").click()
        expect(page.locator(".chip")).to_have_text("Waiting")
        expect(listing.locator(".chip")).to_have_text("Waiting")
        other.get_by_role("button", name="Cancel").click()
    expect(page.locator(".chip")).to_have_text("Cancelled")
    other.get_by_text("Rename").click()
    other.get_by_label("Name").fill("Recife.mp4")
    other.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recife.mp4")
    expect(page).to_have_title("Recife.mp4 · Frame Flow")
    assert was_never_reloaded(page)
    other.goto(f"{address}delete/")
    other.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("This video was deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="My videos").last).to_be_visible()
    expect(listing.get_by_text("No videos here yet.")).to_be_visible()


def test_a_page_that_stands_right_is_not_fetched_again(visits: Visits, world: World) -> None:
    page = visits.page(world.people["owner"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in (f"/videos/{world.videos['ready']}/", "/videos/"):
        page.goto(address)
        page.evaluate(HEARD, page.locator("[data-events]").get_attribute("data-events"))
        asked.clear()
        page.wait_for_timeout(600)  # longer than the list gathers news
        assert asked == []


#: Hears the first event of another stream: ours has come by then.
HEARD = """(address) => new Promise((resolve) => {
  const source = new EventSource(address);
  source.addEventListener('video', () => { source.close(); resolve(); });
})"""


def test_whoever_wants_it_is_told_by_the_browser(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    context = visits.context(somebody)
    context.grant_permissions(["notifications"])
    context.add_init_script(RECORDED)
    page = context.new_page()
    with idle_worker(stack):
        sent(page, clip)
        page.get_by_role("button", name="Tell me here when it is ready").click()
        expect(page.locator("#say")).to_have_text("We tell you here when it is ready.")
        expect(
            page.get_by_role("button", name="We tell you here when it is ready.")
        ).to_be_disabled()
    expect(page.get_by_role("link", name=READY)).to_be_visible()
    assert page.evaluate("window.notices") == [["clip.mp4", "Ready"]]


#: What the page gives to the browser; a browser without a screen shows no notice.
RECORDED = """window.notices = [];
window.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, { body }) { window.notices.push([title, body]); }
  close() { window.notices.pop(); }
};"""


def test_a_browser_that_cannot_tell_promises_nothing(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    """Chrome on Android lets only a service worker show a notice."""
    context = visits.context(somebody)
    refusing = "{ window.notices.push([title, body]);"
    context.add_init_script(RECORDED.replace(refusing, "{ throw new TypeError('Illegal');"))
    page = context.new_page()
    with idle_worker(stack):
        sent(page, clip)
        page.get_by_role("button", name="Tell me here when it is ready").click()
        expect(page.get_by_role("button", name="Tell me here when it is ready")).to_have_count(0)
        expect(page.locator("#say")).to_have_text("")
    expect(page.get_by_role("link", name=READY)).to_be_visible()


@pytest.mark.parametrize("name", ["extracting", "checking", "packing"])
def test_a_page_in_the_middle_of_the_work_says_how_far_it_is(
    visits: Visits, world: World, name: str
) -> None:
    page = visits.page(world.people["owner"])
    page.goto(f"/videos/{world.videos[name]}/")
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("You can close this page. Processing continues.")).to_be_visible()
