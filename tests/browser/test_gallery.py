"""The gallery with scripts: one frame large, by mouse, keyboard and address."""

import re
import subprocess
import sys
from uuid import uuid4

from playwright.sync_api import Page, Route, expect

from tests.browser.accessibility import faults
from tests.browser.reaching import World
from tests.browser.test_states import NARROW
from tests.browser.visits import Visits
from tests.e2e.stack import ROOT, Stack
from tests.waiting import eventually


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


def test_a_link_that_was_copied_while_frames_were_extracted_opens_its_frame(
    visits: Visits, world: World
) -> None:
    page = gallery(visits, world, "#t=3")
    expect(page.get_by_role("dialog")).to_contain_text("3 / 25")


#: What the page does with an answer is done when a later one has come and is drawn.
LATER = """async (address) => {
  await (await fetch(address)).text();
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}"""


def test_whoever_closes_it_while_the_next_page_comes_is_not_called_back(
    visits: Visits, world: World
) -> None:
    page = visits.page(world.people["owner"])
    page.goto(f"/videos/{world.videos['ready']}/")
    page.locator("#frame-12 a").click()
    held: list[Route] = []
    page.route("**/frames/?page=*", lambda route: held.append(route))
    page.keyboard.press("ArrowRight")
    eventually(lambda: page.evaluate("1") and held, "the next page is asked for")
    page.keyboard.press("Escape")
    with page.expect_response("**/frames/?page=*") as answer:
        held[0].continue_()
    answer.value.finished()
    page.unroute("**/frames/?page=*")
    page.evaluate(LATER, answer.value.url)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_whoever_leaves_on_another_page_keeps_what_the_address_asks_for(
    visits: Visits, world: World
) -> None:
    page = visits.page(world.people["owner"])
    page.goto(f"/videos/{world.videos['many']}/frames/?language=pt-br&page=1")
    page.locator("#frame-200 a").click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog")).to_contain_text("201 / ")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/frames/\?language=pt-br&page=2#frame-201$"))


def test_without_scripts_a_frame_has_a_page_of_its_own(visits: Visits, world: World) -> None:
    page = gallery(visits, world, java_script_enabled=False)
    expect(page.locator("dialog")).to_be_hidden()
    page.locator("#frame-2 a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Frame at 00:00:01")
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"/frames/3/$"))
    page.get_by_role("link", name="All frames").click()
    expect(page).to_have_url(re.compile(r"/frames/\?page=1#frame-3$"))


def test_on_the_page_of_the_video_all_frames_can_be_stepped_through(
    visits: Visits, world: World
) -> None:
    page = visits.page(world.people["owner"])
    page.goto(f"/videos/{world.videos['ready']}/")
    expect(page.locator(".gallery li")).to_have_count(12)
    page.locator("#frame-12 a").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("12 / 25")
    page.keyboard.press("ArrowRight")
    expect(dialog).to_contain_text("13 / 25")
    image = dialog.locator("img")
    expect(image).to_have_js_property("naturalWidth", 640)
    page.keyboard.press("Escape")
    expect(page.locator("#frame-12 a")).to_be_focused()  # of those there, the one nearest
    page.goto(f"/videos/{world.videos['ready']}/#t=00:00:20")
    expect(page.get_by_role("dialog", name="Frame at 00:00:20")).to_be_visible()


def test_a_finger_leads_through_the_frames(visits: Visits, world: World) -> None:
    page = gallery(visits, world, "#t=00:00:02", viewport=NARROW, has_touch=True)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 / 25")
    swipe(page, from_x=250, to_x=60)
    expect(dialog).to_contain_text("4 / 25")
    swipe(page, from_x=60, to_x=250)
    expect(dialog).to_contain_text("3 / 25")
    swipe(page, from_x=150, to_x=170)  # too short to be meant
    expect(dialog).to_contain_text("3 / 25")
    assert dialog.evaluate("each => each.scrollHeight <= each.clientHeight")


def swipe(page: Page, from_x: int, to_x: int) -> None:
    """Put a finger on the picture, move it and lift it."""
    session = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", from_x), ("touchMove", to_x), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": 300}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_picture_and_address_are_copied(visits: Visits, world: World) -> None:
    context = visits.context(world.people["owner"])
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"/videos/{world.videos['ready']}/frames/#t=00:00:03")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status")).to_have_text("Link copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith("/frames/#t=00:00:03")
    dialog.get_by_role("button", name="Copy image").click()
    expect(dialog.get_by_role("status")).to_have_text("Image copied.")
    assert page.evaluate(COPIED) == [640, 360]


COPIED = """async () => {
  const [item] = await navigator.clipboard.read();
  const picture = await createImageBitmap(await item.getType('image/png'));
  return [picture.width, picture.height];
}"""


def test_a_browser_that_does_not_let_us_copy_is_told_of(visits: Visits, world: World) -> None:
    page = gallery(visits, world, "#t=00:00:03")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status")).to_have_text("Your browser did not let us copy.")


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
