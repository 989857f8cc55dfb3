"""The gallery with scripts: one frame large, by mouse, keyboard and address."""

import re
import subprocess
import sys
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.states import World
from tests.browser.visits import Visits
from tests.e2e.stack import ROOT, Stack


def gallery(visits: Visits, world: World, below: str = "", **options: object) -> Page:
    page = visits.page(world.people["owner"], **options)
    page.goto(f"/videos/{world.videos['ready']}/frames/{below}")
    return page


def test_a_frame_opens_large_and_the_keys_lead_through_the_others(
    visits: Visits, world: World
) -> None:
    page = gallery(visits, world)
    page.locator("#frame-3 a").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Frame at 00:00:02")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("3 / 25")
    assert page.url.endswith("#t=00:00:02")
    for key, count in (
        ("ArrowRight", "4"),
        ("End", "25"),
        ("ArrowRight", "25"),
        ("Home", "1"),
        ("ArrowLeft", "1"),
    ):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_contain_text(f"{count} / 25")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#frame-2 a")).to_be_focused()
    assert "#" not in page.url


def test_its_buttons_step_and_save_and_close(visits: Visits, world: World) -> None:
    page = gallery(visits, world)
    page.locator("#frame-1 a").click()
    dialog = page.get_by_role("dialog")
    assert faults(page) == []
    expect(dialog.get_by_role("button", name="Previous")).to_be_disabled()
    dialog.get_by_role("button", name="Next").click()
    expect(dialog).to_contain_text("2 / 25")
    with page.expect_download() as saving:
        dialog.get_by_role("link", name="Download").click()
    assert saving.value.suggested_filename == "0002_00-00-01.jpg"
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("#frame-2 a")).to_be_focused()


def test_an_address_opens_its_frame(visits: Visits, world: World) -> None:
    page = gallery(visits, world, "#t=00:00:20", viewport={"width": 320, "height": 640})
    dialog = page.get_by_role("dialog", name="Frame at 00:00:20")
    expect(dialog).to_be_visible()
    image = dialog.locator("img")
    expect(image).to_have_js_property("complete", True)
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


def test_without_scripts_a_frame_is_a_link_to_its_image(visits: Visits, world: World) -> None:
    page = gallery(visits, world, java_script_enabled=False)
    visits.forgive("Applying inline style")  # how Chromium itself shows an image
    visits.forgive("/favicon.ico")  # an image has no page that names its icon
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("#frame-2 a").click()
    expect(page).to_have_url(re.compile(r"/frames/2/image/$"))


def test_frames_appear_by_themselves_while_they_are_extracted(
    visits: Visits, world: World, stack: Stack
) -> None:
    owner, video = world.people["owner"], str(uuid4())

    def stored(frames: int) -> None:
        command = [sys.executable, "-m", "tests.browser.at_work", owner.id, video, str(frames)]
        subprocess.run(command, cwd=ROOT, env=stack.environment, check=True)

    stored(1)
    page = visits.page(owner)
    page.goto(f"/videos/{video}/frames/")
    expect(page.locator(".gallery li")).to_have_count(1)
    page.evaluate("window.sameDocument = true")
    stored(3)
    expect(page.locator(".gallery li")).to_have_count(3)
    expect(page.locator("#count")).to_have_text("3 frames")
    assert page.evaluate("window.sameDocument")
    visits.forgive("409")  # the page that says so
    stored(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not ready.")
