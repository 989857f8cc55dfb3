"""Several files at once, what a file is refused for, and what the page says of the time left."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import media
from tests.browser.conftest import Cast
from tests.browser.senders import AWAY, begin, listen
from tests.browser.test_journeys import idle_worker
from tests.browser.upload_states import choose, comes_to, held, speak
from tests.browser.visits import Account, Visits
from tests.e2e.films import padded
from tests.e2e.stack import Stack
from tests.resumable import metadata

DROP = """async ([names, data]) => {
  const bytes = Uint8Array.from(atob(data), (each) => each.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  for (const name of names) dataTransfer.items.add(new File([bytes], name, { type: 'video/mp4' }));
  dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
}"""


@pytest.mark.timeout(300)
def test_five_videos_dropped_at_once_are_all_ready(
    visits: Visits, somebody: Account, tmp_path: Path
) -> None:
    films = [
        media.make_video(tmp_path / f"{number}.mp4", seconds=12, fps=5, size=(1920, 1080))
        for number in range(1, 6)
    ]
    page = visits.page(somebody)
    rows = begin(page, *films)
    expect(rows).to_have_count(5)
    links = rows.locator("h2 a")
    expect(links).to_have_count(5, timeout=60_000)
    expect(page.locator("#all")).to_contain_text("All videos are uploaded.")
    page.locator("#all a").click()
    expect(page.locator(".video")).to_have_count(5)
    expect(page.locator(".chip.ready")).to_have_count(5, timeout=120_000)


def test_files_that_are_dropped_go_one_at_a_time_in_their_order(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    sent: list[tuple[str, str]] = []
    page.on("request", lambda each: sent.append((each.method, each.url)))
    names = ["one.mp4", "two.mp4", "three.mp4"]
    with idle_worker(stack):
        page.goto("/")
        page.evaluate(DROP, [names, base64.b64encode(clip.read_bytes()).decode()])
        expect(page.locator(".sending h2 a")).to_have_text(names)
        together = re.compile(r"^three\.mp4: .+ All videos are uploaded\.$")
        expect(page.locator("#say")).to_have_text(together)
        places = [url for method, url in sent if method == "PATCH"]
        assert len(places) == len(set(places)) == 3
        page.get_by_role("link", name="two.mp4").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("two.mp4")


def test_a_file_among_several_can_wait_and_another_be_cancelled(
    visits: Visits, somebody: Account, tmp_path: Path, clip: Path
) -> None:
    films = [padded(clip, tmp_path / f"{name}.mp4", 6) for name in ("one", "two", "three")]
    page = visits.page(somebody)
    page.route("**/api/v1/uploads/*/", held)
    rows = begin(page, *films)
    rows.nth(1).get_by_role("button", name="Pause").click()
    expect(rows.nth(1).locator(".chip")).to_have_text("Paused")
    rows.nth(2).get_by_role("button", name="Cancel upload").click()
    expect(rows).to_have_count(2)
    page.unroute_all()
    rows.nth(0).get_by_role("button", name="Pause").click()
    rows.nth(0).get_by_role("button", name="Continue").click()
    expect(rows.nth(0).locator("h2 a")).to_be_visible()
    expect(rows.nth(1).locator(".chip")).to_have_text("Paused")
    rows.nth(1).get_by_role("button", name="Continue").click()
    expect(rows.locator("h2 a")).to_have_count(2)


def test_one_that_is_refused_keeps_none_of_the_others_waiting(
    visits: Visits, somebody: Account, tmp_path: Path, clip: Path
) -> None:
    noise, notes, empty = (tmp_path / name for name in ("noise.mp4", "notes.txt", "empty.mp4"))
    noise.write_bytes(bytes(range(256)) * 400)
    notes.write_text("no film")
    empty.touch()
    page = visits.page(somebody)
    visits.forgive("/api/v1/uploads/")
    rows = begin(page, noise, notes, empty, clip)
    expect(page.locator("#warning")).to_have_text(
        "empty.mp4: This file is empty. Choose another file."
    )
    alerts = rows.get_by_role("alert")
    expect(alerts.nth(0)).to_contain_text("We could not read this file as a video.")
    expect(alerts.nth(1)).to_contain_text("We do not know this kind of file.")
    expect(rows.locator("h2 a")).to_have_text(["clip.mp4"])
    rows.nth(0).get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(2)


def test_whoever_has_no_space_is_told_before_a_byte_is_sent(
    visits: Visits, cast: Cast, clip: Path
) -> None:
    page = visits.page(cast.people["full"])
    visits.forgive("/api/v1/uploads/")
    pieces: list[str] = []
    page.on("request", lambda each: pieces.append(each.url) if each.method == "PATCH" else None)
    begin(page, clip)
    expect(page.locator("#warning")).to_contain_text(
        "Your space is full. You use 10.0 GB of 10.0 GB."
    )
    expect(page.locator("#warning").get_by_role("link", name="My videos")).to_be_visible()
    expect(page.locator("#file")).to_be_focused()
    assert pieces == []


def test_too_many_uploads_at_once_wait_for_their_turn(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    context = visits.context(somebody)
    page = context.new_page()
    visits.forgive("/api/v1/uploads/")
    page.goto("/")
    token = page.locator("#upload [name=csrfmiddlewaretoken]").get_attribute("value") or ""
    said = {"Upload-Metadata": metadata(filename="a.mp4"), "X-CSRFToken": token}
    said |= {"Tus-Resumable": "1.0.0", "Upload-Length": "1000", "Origin": stack.base}
    begun = [context.request.post("/api/v1/uploads/", headers=said) for _ in range(5)]
    assert {each.status for each in begun} == {201}
    [row] = begin(page, clip).all()
    expect(row).to_contain_text(
        re.compile(r"Too many uploads at once\. We start this one in \d+ s\.")
    )
    gone = context.request.delete(begun[0].headers["location"], headers=said)
    assert gone.status == 204
    page.wait_for_url("**/videos/*/")


def test_wrong_options_are_pointed_at_and_the_file_is_still_in_hand(
    visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    visits.forgive("/api/v1/uploads/")
    page.goto("/")
    page.locator("summary").first.click()
    page.get_by_label("Seconds between frames").fill("0")
    page.locator("summary").first.click()
    page.locator("#file").set_input_files(clip)
    expect(page.locator("#warning")).to_contain_text("Some options are not right.")
    field = page.get_by_label("Seconds between frames")
    expect(field).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("5")
    page.get_by_label("From").fill("0:05")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("link", name="Download ZIP (4 frames")).to_be_visible()


def test_an_upload_goes_on_with_its_wishes_and_with_others_it_begins_anew(
    visits: Visits, somebody: Account, clip: Path, tmp_path: Path
) -> None:
    film = padded(clip, tmp_path / "sea.mp4", 6)
    page = visits.page(somebody)
    page.route("**/api/v1/uploads/*/", held)
    begin(page, film)
    page.wait_for_function("() => localStorage.length === 1")
    page.unroute_all()
    page.goto("/videos/")
    page.goto("/")
    expect(page.locator("#unfinished li")).to_have_count(1)
    page.locator("summary").first.click()
    page.get_by_label("Seconds between frames").fill("5")
    page.locator("#file").set_input_files(film)
    expect(page.get_by_role("link", name="Download ZIP (5 frames")).to_be_visible()
    page.goto("/videos/")
    expect(page.locator(".video")).to_have_count(1)


def test_a_file_that_can_no_longer_be_read_says_so(
    visits: Visits, somebody: Account, clip: Path, tmp_path: Path
) -> None:
    film = padded(clip, tmp_path / "sea.mp4", 6)
    page = visits.page(somebody)
    for each in AWAY:
        visits.forgive(each)
    page.route("**/api/v1/uploads/*/", held)
    [row] = begin(page, film).all()
    row.get_by_role("button", name="Pause").click()
    page.unroute_all()
    film.write_bytes(b"another")
    row.get_by_role("button", name="Continue").click()
    expect(page.locator("#warning")).to_have_text(
        "We can no longer read this file. Choose it again."
    )


def test_whoever_leaves_during_an_upload_is_asked(visits: Visits, world: Any) -> None:
    page = visits.page(world.people["newcomer"])
    speak(page)
    choose(page, world)
    comes_to(page, "sending")
    expect(page).to_have_title(re.compile("^41% · holiday in Recife.mp4 · Frame Flow$"))
    assert asks_to_stay(page)
    page.get_by_role("button", name="Pause").click()
    assert not asks_to_stay(page)


def asks_to_stay(page: Page) -> bool:
    """Return whether the page would ask whoever leaves it."""
    asked = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    return bool(page.evaluate(asked))


def test_quarters_are_said_aloud_once(
    visits: Visits, somebody: Account, clip: Path, tmp_path: Path
) -> None:
    film = padded(clip, tmp_path / "sea.mp4", 11)
    page = visits.page(somebody)
    said = listen(page)
    begin(page, film)
    page.wait_for_url("**/videos/*/")
    quarters = [each for each in said if each.endswith("%")]
    assert said[0] == "Starting…"
    assert quarters == sorted(set(quarters))
    assert set(quarters) <= {"25%", "50%", "75%"}
    assert quarters


PACE = """async (notes) => {
  const { Pace } = await import('/static/upload/row.js');
  const pace = new Pace();
  pace.begin(0, 0);
  for (const [sent, ms] of notes) pace.note(sent, ms);
  return [2000, 3000, 5000, 20000].map((ms) => pace.left(100e6, ms) ?? null);
}"""


def test_the_time_left_is_shown_after_three_seconds_and_hidden_when_nothing_moves(
    visits: Visits, somebody: Account
) -> None:
    page = visits.page(somebody)
    page.goto("/")
    steady = [[ms * 10_000, ms] for ms in range(300, 3001, 300)]
    early, shown, later, stalled = page.evaluate(PACE, steady)
    assert early is None
    assert shown == pytest.approx(7, abs=0.1)
    assert later == shown
    assert stalled is None
    [_, slower, *_] = page.evaluate(PACE, [*steady[:5], [16e6, 2500], [17e6, 3000]])
    assert 7 < slower < 42  # between how fast it went and how fast it goes
