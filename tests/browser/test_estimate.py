"""What the page says of a video before it is sent."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visits import Account, Visits


def test_the_estimate_before_the_upload_follows_the_options(
    visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    page.route("**/*", lambda route: None if route.request.method == "POST" else route.continue_())
    page.goto("/")
    page.locator("summary").first.click()
    page.locator("#file").set_input_files(clip)
    estimate = page.locator("#estimate")
    sizes = []
    for quality in ("60", "90", "100"):
        page.locator("[name=quality]").select_option(quality)
        expect(estimate).to_have_text(re.compile(r"about 3 frames, about [\d.]+\sKB"))
        [size] = re.findall(r"about ([\d.]+)\sKB", estimate.inner_text())
        sizes.append(float(size))
    assert sizes[0] * 2 < sizes[1] < sizes[2]


def test_nothing_is_estimated_where_only_the_video_can_tell(
    visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    page.route("**/*", lambda route: None if route.request.method == "POST" else route.continue_())
    page.goto("/")
    page.locator("summary").first.click()
    page.locator("#file").set_input_files(clip)
    estimate = page.locator("#estimate")
    expect(estimate).to_contain_text("about 3 frames")
    page.locator("[name=mode]").select_option("scenes")
    expect(estimate).to_be_empty()
    page.locator("[name=mode]").select_option("interval")
    expect(estimate).to_contain_text("about 3 frames")
    page.locator("[name=distinct]").check()
    expect(estimate).to_be_empty()


def test_what_makes_too_many_frames_names_its_file_and_the_interval_that_fits(
    visits: Visits, somebody: Account, clip: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(clip.read_bytes())
    page = visits.page(somebody)
    page.goto("/")
    page.evaluate("document.getElementById('upload').dataset.maxFrames = 2")
    page.locator("#file").set_input_files([clip, other])
    lines = page.locator("#warning p")
    expect(lines.nth(0)).to_contain_text("clip.mp4: This makes 3 frames.")
    expect(lines.nth(1)).to_contain_text("other.mp4: This makes 3 frames.")
    lines.nth(1).get_by_role("button").click()
    expect(page.get_by_role("link", name="Download ZIP (2 frames")).to_be_visible()
