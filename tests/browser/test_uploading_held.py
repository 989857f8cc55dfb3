"""What was paused says what is true, is not there twice, and is ended where somebody ends it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.senders import arrives, free_offset, under_way
from tests.browser.visits import Account, Visits
from tests.e2e.stack import Stack
from tests.proxy import Proxy
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

HERE = "SELECT id FROM video WHERE owner_id = %s AND state <> 'deleted'"


def paused(page: Page, line: Proxy, film: Path) -> Locator:
    row = under_way(page, line, film)
    row.get_by_role("button", name="Pause").click()
    return row


def test_what_is_paused_stands_where_the_server_says(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    row = paused(far.page(somebody), line, film)
    kept = eventually(lambda: free_offset(stack, somebody.id), "the server has noticed")
    percent = int(100 * kept / film.stat().st_size)
    assert percent > 0
    expect(row).to_contain_text(f"Paused at {percent}%.")


def test_a_paused_file_that_is_chosen_again_goes_on_in_one_place(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    paused(page, line, film)
    video = stack.row("upload", HERE, somebody.id)
    page.locator("#file").set_input_files(film)
    expect(page.locator(".sending")).to_have_count(1)
    arrives(page, stack, film)
    assert stack.row("upload", HERE, somebody.id) == video


def test_a_paused_file_with_another_wish_leaves_no_promise_behind(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    paused(page, line, film)
    page.locator("#upload summary").click()
    page.locator("[name=interval]").fill("5")
    page.locator("#file").set_input_files(film)
    expect(page.locator(".sending")).to_have_count(1)
    expect(page.locator(".sending")).not_to_contain_text("Paused")
    arrives(page, stack, film)
    assert stack.row("upload", f"SELECT count(*) FROM ({HERE}) AS here", somebody.id) == (1,)


def test_what_was_cancelled_without_a_line_is_told_when_there_is_one(
    stack: Stack, far: Visits, line: Proxy, somebody: Account, film: Path
) -> None:
    page = far.page(somebody)
    far.forgive("ERR_INTERNET_DISCONNECTED")
    row = under_way(page, line, film)
    page.context.set_offline(True)
    row.get_by_role("button", name="Cancel upload").click()
    expect(page.locator(".sending")).to_have_count(0)
    assert stack.row("upload", HERE, somebody.id)
    page.context.set_offline(False)
    eventually(lambda: stack.row("upload", HERE, somebody.id) is None or None, "it is gone")
    eventually(lambda: page.evaluate("localStorage.length") == 0 or None, "its note as well")
