"""An upload goes on, whatever happens to the line, the server, the page and the session."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.cast import PASSWORD
from tests.browser.senders import (
    AWAY,
    BESIDE_BYTES,
    CHUNK_BYTES,
    CONTINUES,
    LOST,
    MIB,
    VIDEO_PAGE,
    acknowledged,
    arrives,
    away,
    begin,
    ends_ready,
    has_come,
    listen,
    make_film,
)
from tests.browser.visits import Account, Visits
from tests.e2e.stack import Stack
from tests.proxy import Proxy, proxy_before
from tests.waiting import eventually

NARROW_BYTES_S = 3 * MIB
BACK_S = 6.0
#: Where other tests run beside.
BUSY_S = 20.0

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def film(clip: Path) -> Path:
    return make_film(clip, clip.with_name("holiday in Recife.mp4"), 24)


@pytest.fixture
def line(stack: Stack) -> Iterator[Proxy]:
    """A line to the server, narrow enough for an upload to be met on it."""
    with proxy_before(stack.base) as proxy:
        proxy.narrow(NARROW_BYTES_S)
        yield proxy


@pytest.fixture
def far(chromium: Browser, stack: Stack, line: Proxy) -> Iterator[Visits]:
    """Windows at the other end of that line; a browser may say that it is cut."""
    with ExitStack() as closing:
        visits = Visits(chromium, line.before(stack.base), closing)
        yield visits
        for each in AWAY:
            visits.forgive(each)
        assert visits.complaints() == []


# The line


def test_a_cut_costs_at_most_one_chunk(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    page.goto("/")
    before = line.came_bytes
    page.locator("#file").set_input_files(film)
    for _cut in range(5):
        has_come(line, 3 * MIB)
        line.cut()
    arrives(page, stack, film)
    again = line.came_bytes - before - film.stat().st_size - BESIDE_BYTES
    assert 0 < again <= 5 * CHUNK_BYTES
    ends_ready(page)


def test_a_server_that_was_killed_and_five_cuts_lose_nothing(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    begin(page, film)
    for cut in range(6):
        has_come(line, 3 * MIB)
        if cut == 2:
            stack.kill("web")
            stack.start("web")
        else:
            line.cut()
    arrives(page, stack, film)


@pytest.mark.parametrize("away_s", [2, pytest.param(20, marks=pytest.mark.long)])
def test_an_outage_of_the_server_is_waited_for(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path, away_s: float
) -> None:
    page = far.page(somebody)
    said = listen(page)
    begin(page, film)
    has_come(line, 21 * MIB)
    with away(line):
        expect(page.locator(".sending")).to_contain_text(LOST)
        page.wait_for_timeout(1000 * away_s)
    finishes_alone(page, line, stack, film, within_s=BACK_S if away_s == 20 else BUSY_S)
    assert said.count(LOST) == 1
    assert any(CONTINUES.match(each) for each in said)


@pytest.mark.parametrize("away_s", [2, pytest.param(25, marks=pytest.mark.long)])
def test_a_browser_that_is_offline_waits_for_its_line(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path, away_s: float
) -> None:
    page = far.page(somebody)
    begin(page, film)
    has_come(line, 16 * MIB)
    page.context.set_offline(True)
    expect(page.locator(".sending")).to_contain_text(LOST)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1000 * away_s)
    assert asked == []
    line.pass_on()
    page.context.set_offline(False)
    finishes_alone(page, line, stack, film, within_s=BACK_S if away_s == 25 else BUSY_S)


def finishes_alone(page: Page, line: Proxy, stack: Stack, film: Path, within_s: float) -> None:
    """Nobody presses anything, and what is left of the video is here soon."""
    back, came_bytes = time.monotonic(), line.came_bytes
    eventually(lambda: page.evaluate("1") and line.came_bytes > came_bytes, "it goes on", BACK_S)
    page.wait_for_url(VIDEO_PAGE, wait_until="commit")
    assert time.monotonic() - back <= within_s
    arrives(page, stack, film)


# The person


def test_an_upload_is_paused_and_continued_with_the_keyboard(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    [row] = begin(page, film).all()
    pause = row.get_by_role("button", name="Pause")
    expect(pause).to_be_focused()
    has_come(line, 8 * MIB)
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Paused at")
    stays = line.came_bytes
    expect(row.get_by_role("button", name="Continue")).to_be_focused()
    assert line.came_bytes - stays < MIB
    page.keyboard.press("Enter")
    expect(row).to_contain_text(CONTINUES)
    arrives(page, stack, film)


def test_an_upload_is_cancelled_and_nothing_of_it_stays(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    [row] = begin(page, film).all()
    has_come(line, 8 * MIB)
    row.get_by_role("button", name="Cancel upload").click()
    expect(page.locator(".sending")).to_have_count(0)
    expect(page.locator("#say")).to_have_text("Upload cancelled.")
    expect(page.locator("#file")).to_be_focused()
    query = "SELECT 1 FROM video WHERE owner_id = %s AND state <> 'deleted'"
    eventually(lambda: stack.row("upload", query, somebody.id) is None or None, "it is gone")
    assert page.evaluate("localStorage.length") == 0


# The page


def test_the_same_file_goes_on_after_the_page_was_loaded_again(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    begin(page, film)
    has_come(line, 8 * MIB)
    page.goto("/videos/")
    kept = eventually(lambda: free_offset(stack, somebody.id), "the server has noticed")
    percent = int(100 * kept / film.stat().st_size)
    assert 0 < percent < 100
    page.goto("/")
    expect(page.locator("#unfinished")).to_contain_text(
        f"Choose {film.name} again to continue from {percent}%."
    )
    before = line.came_bytes
    page.locator("#file").set_input_files(film)
    expect(page.locator("#unfinished li")).to_have_count(0)
    expect(page.locator(".sending")).to_contain_text(f"Continuing from {percent}%")
    arrives(page, stack, film)
    assert line.came_bytes - before - BESIDE_BYTES <= film.stat().st_size - kept
    assert page.evaluate("localStorage.length") == 0


def test_an_upload_that_waits_can_be_forgotten_and_is_nobody_elses(
    stack: Stack, far: Visits, line: Proxy, cast: object, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    begin(page, film)
    has_come(line, 8 * MIB)
    page.goto("/videos/")
    other = cast.fresh.pop()  # type: ignore[attr-defined]
    log_in(page, other.email)
    expect(page.locator("#zone")).to_be_visible()
    expect(page.locator("#unfinished li")).to_have_count(0)
    log_in(page, somebody.email)
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#unfinished li")).to_have_count(0)
    query = "SELECT 1 FROM video WHERE owner_id = %s AND state <> 'deleted'"
    eventually(lambda: stack.row("upload", query, somebody.id) is None or None, "it is gone")


def log_in(page: Page, email: str) -> None:
    """Log in as somebody, whoever is logged in now."""
    page.context.clear_cookies()
    page.goto("/login/?next=/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Turn a video into images")


def free_offset(stack: Stack, owner_id: str) -> int | None:
    """Return what is acknowledged, once nobody writes any more."""
    query = "SELECT 1 FROM video WHERE owner_id = %s AND locked_until IS NULL"
    return acknowledged(stack, owner_id) if stack.row("upload", query, owner_id) else None


# The session


def test_a_session_that_ends_loses_nothing(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    [row] = begin(page, film).all()
    has_come(line, 7 * MIB)
    page.context.clear_cookies()
    alert = row.get_by_role("alert")
    expect(alert).to_have_text("Your session ended. Log in in another tab, then press Continue.")
    row.get_by_role("button", name="Continue").click()
    expect(alert).to_be_visible()  # nobody is logged in
    other = page.context.new_page()
    log_in(other, somebody.email)
    row.get_by_role("button", name="Continue").click()
    expect(row).to_contain_text(CONTINUES)
    arrives(page, stack, film)


def test_another_token_of_the_same_person_is_no_hindrance(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    begin(page, film)
    has_come(line, 7 * MIB)
    page.context.add_cookies([{"name": "csrftoken", "value": "b" * 32, "url": far.base}])
    arrives(page, stack, film)


def test_an_upload_does_not_go_on_as_somebody_else(
    far: Visits, line: Proxy, cast: object, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    [row] = begin(page, film).all()
    has_come(line, 7 * MIB)
    row.get_by_role("button", name="Pause").click()
    page.context.clear_cookies()
    row.get_by_role("button", name="Continue").click()
    alert = row.get_by_role("alert")
    expect(alert).to_contain_text("Your session ended.")
    log_in(page.context.new_page(), cast.fresh.pop().email)  # type: ignore[attr-defined]
    row.get_by_role("button", name="Continue").click()
    expect(alert).to_contain_text("Your session ended.")


# What the server says


def test_an_upload_that_is_gone_begins_anew(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    [row] = begin(page, film).all()
    has_come(line, 7 * MIB)
    row.get_by_role("button", name="Pause").click()
    other = page.context.new_page()
    other.goto("/videos/")
    other.locator(".video h2 a").click()
    other.get_by_role("link", name="Delete…").click()
    other.get_by_role("button", name="Delete everything").click()
    expect(other.get_by_text("No videos here yet.")).to_be_visible()
    row.get_by_role("button", name="Continue").click()
    arrives(page, stack, film)
