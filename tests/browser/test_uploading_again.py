"""An upload goes on after the page was loaded again, and after the session ended."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.cast import PASSWORD
from tests.browser.conftest import Cast
from tests.browser.senders import (
    BESIDE_BYTES,
    CONTINUES,
    acknowledged,
    arrives,
    free_offset,
    under_way,
)
from tests.browser.visits import Account, Visits
from tests.e2e.films import padded
from tests.e2e.stack import Stack
from tests.proxy import Proxy
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)


# The page


def test_the_same_file_goes_on_after_the_page_was_loaded_again(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    under_way(page, line, film)
    page.goto("/videos/")
    line.cut()  # what was still on its way
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
    stack: Stack, far: Visits, line: Proxy, cast: Cast, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    under_way(page, line, film)
    page.goto("/videos/")
    other = cast.fresh.pop()
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


# The session


def test_a_session_that_ends_loses_nothing(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    far.forgive("status of 401")
    row = under_way(page, line, film)
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
    far.forgive("status of 403")
    under_way(page, line, film)
    page.context.add_cookies([{"name": "csrftoken", "value": "b" * 32, "url": far.base}])
    arrives(page, stack, film)


def test_an_upload_does_not_go_on_as_somebody_else(
    far: Visits, line: Proxy, cast: Cast, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    far.forgive("status of 401")
    row = under_way(page, line, film)
    row.get_by_role("button", name="Pause").click()
    page.context.clear_cookies()
    row.get_by_role("button", name="Continue").click()
    alert = row.get_by_role("alert")
    expect(alert).to_contain_text("Your session ended.")
    log_in(page.context.new_page(), cast.fresh.pop().email)
    row.get_by_role("button", name="Continue").click()
    expect(alert).to_contain_text("Your session ended.")


# What the server says


def test_an_upload_that_somebody_deleted_does_not_come_back_by_itself(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    far.forgive("status of 404")
    row = under_way(page, line, film)
    row.get_by_role("button", name="Pause").click()
    other = page.context.new_page()
    other.goto("/videos/")
    other.locator(".video h2 a").click()
    other.get_by_role("link", name="Delete…").click()
    other.get_by_role("button", name="Delete everything").click()
    expect(other.get_by_text("No videos here yet.")).to_be_visible()
    row.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "We cannot find this video. It may be deleted, or belong to another account. Look for it"
    )
    page.locator("#file").set_input_files(film)
    arrives(page, stack, film)


# Two windows


@pytest.mark.parametrize("is_told", [True, False])
def test_what_another_window_has_sent_is_not_forgotten(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path, is_told: bool
) -> None:
    page = far.page(somebody)
    under_way(page, line, film)
    other = page.context.new_page()
    if not is_told:
        deaf = "addEventListener('storage', (event) => event.stopImmediatePropagation());"
        other.add_init_script(deaf)
    other.goto("/")
    notes = other.locator("#unfinished li")
    expect(notes).to_have_count(1)
    video_id = arrives(page, stack, film)
    if not is_told:
        asked: list[str] = []
        other.on("request", lambda each: asked.append(each.method))
        with other.expect_request_finished(lambda each: each.method == "HEAD"):
            other.get_by_role("button", name="Forget it").click()
        other.evaluate("fetch('/healthz')")  # what would follow has been asked by then
        assert "DELETE" not in asked
    expect(notes).to_have_count(0)
    assert stack.row("upload", "SELECT state FROM video WHERE id = %s", video_id) == ("stored",)


def test_a_file_that_is_taken_away_after_the_session_ended_keeps_no_other_waiting(
    visits: Visits, somebody: Account, clip: Path, tmp_path: Path
) -> None:
    page = visits.page(somebody)
    visits.forgive("/api/v1/uploads/")  # the session ended, and its token with it
    page.goto("/")
    page.context.clear_cookies()
    other = padded(clip, tmp_path / "other.mp4", 1)
    page.locator("#file").set_input_files([clip, other])
    first = page.locator(".sending").first
    expect(first.get_by_role("alert")).to_contain_text("Your session ended.")
    log_in(page.context.new_page(), somebody.email)
    first.get_by_role("button", name="Cancel upload").click()
    page.wait_for_url("**/videos/*/")


def test_the_owner_comes_back_to_what_was_here(
    stack: Stack, far: Visits, line: Proxy, cast: Cast, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    far.forgive("status of 404")
    row = under_way(page, line, film)
    row.get_by_role("button", name="Pause").click()
    window = page.context.new_page()
    log_in(window, cast.fresh.pop().email)
    row.get_by_role("button", name="Continue").click()
    expect(row.get_by_role("alert")).to_contain_text("Your session ended.")
    log_in(window, somebody.email)
    row.get_by_role("button", name="Continue").click()
    expect(row).to_contain_text(CONTINUES)
    arrives(page, stack, film)


def test_wishes_that_are_refused_leave_what_was_here(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    far.forgive("status of 422")
    under_way(page, line, film)
    page.goto("/videos/")
    page.goto("/")
    page.get_by_text("Options: one frame every").click()
    page.get_by_label("Seconds between frames").fill("0")
    page.locator("#file").set_input_files(film)
    expect(page.locator("#warning")).to_be_visible()
    assert acknowledged(stack, somebody.id) > 0
    query = "SELECT state FROM video WHERE owner_id = %s"
    assert stack.row("upload", query, somebody.id) == ("uploading",)
    page.goto("/")
    expect(page.locator("#unfinished li")).to_have_count(1)
