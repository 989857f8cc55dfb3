"""An upload goes on, whatever happens to the line, the server, the page and the session."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.senders import (
    BESIDE_BYTES,
    CHUNK_BYTES,
    CONTINUES,
    LOST,
    MIB,
    VIDEO_PAGE,
    arrives,
    away,
    begin,
    ends_ready,
    has_come,
    listen,
    under_way,
)
from tests.browser.visits import Account, Visits
from tests.e2e.stack import Stack
from tests.proxy import Proxy
from tests.waiting import eventually

BACK_S = 6.0
#: Where other tests run beside.
BUSY_S = 20.0

pytestmark = pytest.mark.timeout(240)


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
    under_way(page, line, film, come_mib=21)
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
    under_way(page, line, film, come_mib=16)
    page.context.set_offline(True)
    expect(page.locator(".sending")).to_contain_text(LOST)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1000 * away_s)
    assert asked == []
    line.pass_on()
    page.context.set_offline(False)
    finishes_alone(page, line, stack, film, within_s=BACK_S if away_s == 25 else BUSY_S)


def test_a_reservation_whose_answer_was_lost_is_made_once(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    visits.forgive("net::ERR_FAILED")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/api/v1/uploads/", lose)
    begin(page, clip)
    arrives(page, stack, clip)
    assert lost == [201]
    query = "SELECT count(*) FROM video WHERE owner_id = %s"
    assert stack.row("upload", query, somebody.id) == (1,)


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
    row = under_way(page, line, film)
    row.get_by_role("button", name="Cancel upload").click()
    expect(page.locator(".sending")).to_have_count(0)
    expect(page.locator("#say")).to_have_text("Upload cancelled.")
    expect(page.locator("#file")).to_be_focused()
    query = "SELECT 1 FROM video WHERE owner_id = %s AND state <> 'deleted'"
    eventually(lambda: stack.row("upload", query, somebody.id) is None or None, "it is gone")
    assert page.evaluate("localStorage.length") == 0
