"""How a person comes to see a page in a state."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.visits import Account
from tests.waiting import eventually


@dataclass(frozen=True)
class World:
    """What there is to be seen."""

    people: dict[str, Account]
    videos: dict[str, str]
    link: str
    clip: Path
    scratch: Path
    mails: Path


def at(address: str) -> Callable[[Page, World], None]:
    """Open an address; `{ready}` stands for the id of the video in that state."""

    def reach(page: Page, world: World) -> None:
        page.goto(address.format(**{k.replace("-", "_"): v for k, v in world.videos.items()}))

    return reach


def shared(page: Page, world: World) -> None:
    """Open the link to the frames of the video that is ready."""
    page.goto(world.link)


def link_made(page: Page, world: World) -> None:
    filled(f"/videos/{world.videos['ready']}/shares/", name="Recife")(page, world)


def filled(address: str, **fields: str) -> Callable[[Page, World], None]:
    """Open an address, fill in its form and send it."""

    def reach(page: Page, world: World) -> None:
        at(address)(page, world)
        for name, value in fields.items():
            page.locator(f"main [name={name}]").fill(value)
        with page.expect_navigation():
            page.locator("main form button:not([type=button])").last.click()

    return reach


def too_often(page: Page, world: World) -> None:
    """Guess at an account until the door is shut."""
    shut = page.locator(".alert", has_text=re.compile(r"Too many tries|Tentativas demais|Espere"))
    guess = filled("/login/", username="guessed@example.com", password="x")
    for _ in range(6):
        guess(page, world)
    shut.wait_for()


def link_in_mail(to: str, ask: Callable[[Page, World], None]) -> Callable[[Page, World], None]:
    """Ask for a link, and open the one in the mail that then goes to an address."""

    def reach(page: Page, world: World) -> None:
        before = set(_links_to(to, world))
        ask(page, world)
        page.goto(
            eventually(lambda: next(iter(set(_links_to(to, world)) - before), None), "a mail")
        )

    return reach


def _links_to(to: str, world: World) -> list[str]:
    mails = [path.read_text() for path in world.mails.glob("*")]
    return [
        link
        for mail in mails
        for one in mail.split("-" * 79)
        if f"To: {to}" in one
        for link in re.findall(r"http://\S+/(?:email|password)/\S+", one)
    ]


def deleted(page: Page, world: World) -> None:
    """Delete a video and come back to the list."""
    page.goto("/videos/")
    page.goto(page.locator(".video h2 a").first.get_attribute("href") + "delete/")  # type: ignore[operator]
    page.locator("button.final").click()
    page.locator(".notice.success").wait_for()


def deleted_elsewhere(page: Page, world: World) -> None:
    """Look at a video while another window deletes it."""
    page.goto("/videos/")
    page.locator(".video h2 a").first.click()
    page.locator("#part-state").wait_for()
    address = page.url
    other = page.context.new_page()
    other.goto(f"{address}delete/")
    other.locator("button.final").click()
    other.get_by_role("status").wait_for()  # closed in the middle of a navigation, it may hang
    other.close()
    page.locator("#panel a[href='/videos/']").wait_for()


def live_paused(page: Page, world: World) -> None:
    """Neither the stream nor the document answers any more."""
    page.route("**/api/v1/videos/**", lambda route: route.abort())
    at("/videos/{queued}/")(page, world)
    page.locator("#connection:not([hidden])").wait_for()


def forged(page: Page, world: World) -> None:
    """Send a form whose cookie is gone."""
    page.goto("/login/")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.locator("main form button:not([type=button])").last.click()


def options_open(page: Page, world: World) -> None:
    page.goto("/")
    page.locator("main details > summary").first.click()


def too_big(page: Page, world: World) -> None:
    path = world.scratch / "long holiday.mp4"
    with path.open("wb") as file:
        file.truncate(101_000_000)
    page.goto("/")
    page.locator("#file").set_input_files(path)
    page.locator("#warning").wait_for()


def empty_file(page: Page, world: World) -> None:
    path = world.scratch / "empty.mp4"
    path.touch()
    page.goto("/")
    page.locator("#file").set_input_files(path)
    page.locator("#warning").wait_for()


def unreadable(page: Page, world: World) -> None:
    path = world.scratch / "noise.mp4"
    path.write_bytes(bytes(range(256)) * 400)
    page.goto("/")
    page.locator("#file").set_input_files(path)
    page.locator("#warning").wait_for()
    said = page.locator("#warning").inner_text()
    # The sentence and no more of the page that answered (in either language).
    assert said.startswith(("We could not read", "Não conseguimos ler")), said
    assert len(said) < 250, said


def details_open(page: Page, world: World) -> None:
    at("/videos/{ready}/")(page, world)
    for each in page.locator("main details > summary").all():
        each.click()


def strip_open(page: Page, world: World) -> None:
    at("/videos/{ready}/")(page, world)
    page.locator(".gallery a").nth(2).click()
    page.locator("dialog[open] img").wait_for()


def some_chosen(page: Page, world: World) -> None:
    at("/videos/?order=-created_at")(page, world)
    for each in page.locator(".pick input").all()[:3]:
        each.check()


def menu_open(page: Page, world: World) -> None:
    at("/videos/")(page, world)
    page.locator(".menu > summary").first.click()


def chosen(wish: str) -> Callable[[Page, World], None]:
    """Open the page that asks about several videos."""
    ids = "video={ready}&video={warned}&video={cancelled}"
    return at(f"/videos/chosen/?{ids}&wish={wish}")


def frame_open(page: Page, world: World) -> None:
    at("/videos/{ready}/frames/")(page, world)
    page.locator(".gallery a").nth(1).click()
    page.locator("dialog[open] img").wait_for()
