"""From nothing to the frames, in every way that a person may come; and what else pages do."""

import re
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Download, Page, expect

from apps.upload.exceptions import FAILURES as EVERY_FAILURE
from apps.upload.exceptions import words_for
from tests.browser.cast import FAILURES, PASSWORD
from tests.browser.conftest import Cast
from tests.browser.hand import Hand
from tests.browser.reaching import World
from tests.browser.test_states import NARROW, sideways
from tests.browser.visits import Account, Visits
from tests.e2e.stack import Stack

NAMES = ["0001_00-00-00.jpg", "0002_00-00-10.jpg", "0003_00-00-20.jpg"]
CONTENTS = [*NAMES, "manifest.json", "manifest.csv"]


def new_address() -> str:
    return f"{uuid4().hex[:12]}@example.com"


def names_in(download: Download, scratch: Path) -> list[str]:
    download.save_as(scratch / "saved.zip")
    with zipfile.ZipFile(scratch / "saved.zip") as opened:
        assert opened.testzip() is None
        return opened.namelist()


def sent(page: Page, clip: Path) -> str:
    """Send a video from the start page; return the address of its page."""
    page.goto("/")
    page.locator("#file").set_input_files(clip)
    page.wait_for_url(re.compile("/videos/[0-9a-f-]{36}/"))
    return page.url


@contextmanager
def idle_worker(stack: Stack) -> Iterator[None]:
    """The worker stands still in the block: what is sent waits."""
    worker = stack.processes["worker-1"]
    worker.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        worker.send_signal(signal.SIGCONT)


# From sign-up to the ZIP


def test_three_clicks_and_two_fields_from_sign_up_to_the_zip(
    visits: Visits, clip: Path, tmp_path: Path
) -> None:
    page = visits.page()
    hand = Hand(page)
    page.goto("/signup/")
    hand.type("Email", new_address())
    hand.type("Password", PASSWORD)
    hand.click("Create account")
    hand.choose("Choose a video", clip)
    saved = hand.saves(lambda: hand.click("Download ZIP (3 frames", "link"))
    assert names_in(saved, tmp_path) == CONTENTS
    assert saved.suggested_filename == "clip-frames.zip"
    assert hand.clicks <= 3
    assert hand.fields == ["Email", "Password"]


def test_the_same_without_scripts(visits: Visits, clip: Path, tmp_path: Path) -> None:
    page = visits.page(java_script_enabled=False)
    hand = Hand(page)
    page.goto("/signup/")
    hand.type("Email", new_address())
    hand.type("Password", PASSWORD)
    hand.click("Create account")
    page.get_by_label("Choose a video").set_input_files(clip)
    hand.click("Upload")
    saved = hand.saves(lambda: hand.click("Download ZIP (3 frames", "link"))
    assert names_in(saved, tmp_path) == CONTENTS
    assert hand.clicks <= 3
    assert len(hand.fields) <= 2
    hand.click("Delete…", "link")
    hand.click("Delete everything")
    expect(page.get_by_text("Deleted: the video, its frames and its ZIP.")).to_be_visible()
    expect(page.get_by_text("No videos here yet.")).to_be_visible()


def test_the_same_with_the_keyboard_alone(visits: Visits, clip: Path, tmp_path: Path) -> None:
    page = visits.page()
    hand = Hand(page)
    page.goto("/signup/")
    hand.skip()
    hand.go_to("Email")
    hand.write(new_address())
    hand.go_to("Password")
    hand.write(PASSWORD)
    hand.press("Enter")
    page.wait_for_url(re.compile(r":\d+/(#main)?$"))
    hand.skip()
    hand.go_to("Choose a video")
    with page.expect_file_chooser() as dialog:
        hand.press("Enter")
    dialog.value.set_files(clip)
    page.wait_for_url("**/videos/*/")
    expect(page.get_by_role("link", name="Download ZIP")).to_be_visible()
    hand.skip()
    hand.go_to(page.get_by_role("link", name="Download ZIP").inner_text())
    saved = hand.saves(lambda: hand.press("Enter"))
    assert names_in(saved, tmp_path) == CONTENTS
    assert hand.clicks == 0
    assert hand.keys <= 25


def test_the_same_on_a_narrow_window_in_portuguese(
    visits: Visits, clip: Path, tmp_path: Path
) -> None:
    page = visits.page(viewport=NARROW, locale="pt-BR", has_touch=True)
    hand = Hand(page)
    page.goto("/signup/")
    hand.type("E-mail", new_address())
    hand.type("Senha", PASSWORD)
    hand.click("Criar conta")
    assert sideways(page) <= 0
    hand.choose("Escolher um vídeo", clip)
    saved = hand.saves(lambda: hand.click("Baixar ZIP (3 quadros", "link"))
    assert sideways(page) <= 0
    assert names_in(saved, tmp_path) == CONTENTS


# What is asked of a video


def test_a_video_that_waits_is_cancelled_and_started_again(
    stack: Stack, visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    with idle_worker(stack):
        sent(page, clip)
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("You cancelled this. The video is still here.")).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_role("link", name="Download ZIP (3 frames")).to_be_visible()


def test_frames_are_extracted_again_with_other_options(
    visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    sent(page, clip)
    expect(page.get_by_role("link", name="Download ZIP (3 frames")).to_be_visible()
    page.get_by_role("link", name="Extract again…").click()
    page.get_by_label("Seconds between frames").fill("5")
    page.get_by_role("button", name="Extract again").click()
    expect(page.get_by_role("link", name="Download ZIP (5 frames")).to_be_visible()


def test_options_that_are_wrong_come_back_beside_their_field(
    visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    sent(page, clip)
    expect(page.get_by_role("link", name="Download ZIP")).to_be_visible()
    page.get_by_role("link", name="Extract again…").click()
    page.get_by_label("Seconds between frames").fill("0")
    page.get_by_role("button", name="Extract again").click()
    field = page.get_by_label("Seconds between frames")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("0")


def test_a_video_gets_another_name_and_is_deleted(
    visits: Visits, somebody: Account, clip: Path
) -> None:
    page = visits.page(somebody)
    sent(page, clip)
    page.get_by_text("Rename").click()
    page.get_by_label("Name").fill("Recife at night.mp4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recife at night.mp4")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete everything").click()
    expect(page.get_by_text("Deleted: the video, its frames and its ZIP.")).to_be_visible()
    expect(page.get_by_text("No videos here yet.")).to_be_visible()


def test_a_frame_opens_from_the_gallery(visits: Visits, somebody: Account, clip: Path) -> None:
    page = visits.page(somebody)
    address = sent(page, clip)
    expect(page.get_by_role("link", name="Download ZIP")).to_be_visible()
    page.goto(f"{address}frames/")
    pictures = page.locator(".gallery img")
    expect(pictures).to_have_count(3)
    for each in pictures.all():
        each.scroll_into_view_if_needed()
        page.wait_for_function(
            "image => image.complete && image.naturalWidth", arg=each.element_handle()
        )
    with page.expect_response("**/frames/2/image/") as image:
        pictures.nth(1).click()
    assert image.value.headers["content-type"] == "image/jpeg"


# Who may


def test_a_page_sends_to_the_log_in_and_back(visits: Visits, somebody: Account) -> None:
    page = visits.page()
    page.goto("/videos/?show=ready")
    page.get_by_label("Email").fill(somebody.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(r"/videos/\?show=ready$"))
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_the_language_changes_on_the_page_and_stays(visits: Visits, somebody: Account) -> None:
    page = visits.page(somebody)
    page.goto("/videos/?show=failed")
    page.get_by_role("button", name="Português Brasileiro").click()
    expect(page).to_have_url(re.compile(r"/videos/\?show=failed$"))
    expect(page.locator("html")).to_have_attribute("lang", "pt-br")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Transforme um vídeo em imagens")


@pytest.mark.parametrize("tail", ["", "frames/", "delete/", "again/", "panel/", "zip/"])
def test_a_stranger_is_told_that_there_is_no_such_page(
    visits: Visits, somebody: Account, cast: Cast, tail: str
) -> None:
    page = visits.page(somebody)
    video = cast.videos["cancelled"]
    answer = page.goto(f"/videos/{video}/{tail}")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile("We cannot find this (page|video).")
    )


def test_a_page_that_was_open_too_long_says_so(visits: Visits, somebody: Account) -> None:
    page = visits.page(somebody)
    page.goto("/videos/")
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((e) => e.remove())"
    )
    with page.expect_navigation() as went:
        page.get_by_role("button", name="Log out").click()
    assert went.value is not None
    assert went.value.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("This page was open too long.")


# What a person is told when it failed


def test_every_failure_there_is_is_looked_at() -> None:
    assert set(EVERY_FAILURE) == set(FAILURES)


@pytest.mark.parametrize("code", FAILURES)
def test_a_failure_says_what_happened_what_to_do_and_its_support_code(
    visits: Visits, world: World, code: str
) -> None:
    words = words_for(code)
    page = visits.page(world.people["owner"])
    page.goto(f"/videos/{world.videos[f'failed-{code}']}/")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(str(words.title))
    expect(alert).to_contain_text(str(words.action))
    expect(alert.locator("code")).to_have_text(re.compile(f"^{code.upper()}-[0-9a-f]{{8}}$"))
    again = page.get_by_role("button", name="Try again")
    expect(again).to_have_count(1 if FAILURES[code] else 0)
