"""The start page in each state of an upload; the server's part is spoken by the test, so that an
upload stands where it is to be seen."""

import base64
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Page, Route

from tests.e2e.films import padded

if TYPE_CHECKING:
    from tests.browser.reaching import World

Reach = Callable[[Page, "World"], None]
NAME = "holiday in Recife.mp4"
SIZE_MIB = 60
#: What the server is said to have.
HERE_BYTES = 41 * SIZE_MIB * 1024 * 1024 // 100 + 100_000
UPLOAD = "/api/v1/uploads/00000000-0000-4000-8000-000000000000/"
BEGUN = {"status": 201, "headers": {"Location": UPLOAD, "Upload-Offset": "0"}}
HERE = {"status": 200, "headers": {"Upload-Offset": str(HERE_BYTES)}}
KNOCKED = {"status": 204, "headers": {"Upload-Offset": str(HERE_BYTES)}}

WHOLE = 10**9
RATE = ("rate", "Too many uploads at once.", "Muitos envios ao mesmo tempo.")
UNKNOWN = (
    "unsupported_type", "We do not know this kind of file.", "Não conhecemos este tipo de arquivo.",
)  # fmt: skip

WHOLE = 10**9

Answers = dict[str, Callable[[Route], None]]


def given(**answer: Any) -> Callable[[Route], None]:
    """Answer so."""
    return lambda route: route.fulfill(**answer)


def held(route: Route) -> None:
    """Say nothing."""


def gone(route: Route) -> None:
    """Be away."""
    route.abort()


def refused(status: int, code: str, english: str, portuguese: str) -> Callable[[Route], None]:
    """Refuse in the words of the server."""

    def answer(route: Route) -> None:
        language = route.request.headers["accept-language"][:2]
        title = portuguese if language == "pt" else english
        headers = {"Retry-After": "8", "Content-Type": "application/problem+json"}
        route.fulfill(status=status, headers=headers, json={"code": code, "title": title})

    return answer


def speak(page: Page, **answers: Callable[[Route], None]) -> None:
    """Let the server say this to each method; what is not named, it takes in as far as 41%."""
    usual: Answers = {"POST": given(**BEGUN), "HEAD": given(**HERE), "PATCH": held}
    usual["DELETE"] = given(status=204)
    spoken = {**usual, **answers}
    page.unroute_all()
    page.route("**/api/v1/uploads/**", lambda route: spoken[route.request.method](route))


def in_turn(*answers: Callable[[Route], None]) -> Callable[[Route], None]:
    """Answer one request after the other."""
    left = iter(answers)
    return lambda route: next(left)(route)


def said_name(route: Route) -> str:
    """Return the name of the file that an upload is begun for."""
    said = dict(each.split(" ") for each in route.request.headers["upload-metadata"].split(","))
    return base64.b64decode(said["filename"]).decode()


def at(name: str) -> str:
    """Return the address of the upload of a file."""
    return UPLOAD.replace("000000000000/", f"{zlib.crc32(name.encode()):012d}/")


def choose(page: Page, world: "World", *names: str) -> None:
    """Open the start page and choose videos of these names."""
    folder, films = world.scratch / "to send", []
    folder.mkdir(exist_ok=True)
    for name in names or (NAME,):
        film = folder / name
        if not film.exists():
            padded(world.clip, film, SIZE_MIB if name == NAME else 7)
        films.append(film)
    page.goto("/")
    page.locator("#file").set_input_files(films)


def comes_to(page: Page, state: str, number: int = 0) -> None:
    """Wait until a row is in a state."""
    page.locator(f".sending >> nth={number}").and_(page.locator(f"[data-state={state}]")).wait_for()


def sending(page: Page, world: "World") -> None:
    speak(page)
    choose(page, world)
    comes_to(page, "sending")


def lost(page: Page, world: "World") -> None:
    speak(page, PATCH=gone)
    choose(page, world)
    comes_to(page, "lost")


def paused(page: Page, world: "World") -> None:
    sending(page, world)
    page.locator("[data-part=hold]").click()
    comes_to(page, "paused")


def resumed(page: Page, world: "World") -> None:
    speak(page, PATCH=in_turn(held, given(**KNOCKED), held))
    choose(page, world)
    comes_to(page, "sending")
    page.locator("[data-part=hold]").click()
    page.locator("[data-part=hold]").click()
    page.locator("[data-part=note]").wait_for()


def ended(page: Page, world: "World") -> None:
    speak(page, PATCH=refused(401, "not_authenticated", "", ""))
    choose(page, world)
    comes_to(page, "ended")


def limited(page: Page, world: "World") -> None:
    speak(page, POST=refused(429, *RATE))
    choose(page, world)
    comes_to(page, "limited")


def reloaded(page: Page, world: "World") -> None:
    sending(page, world)
    page.goto("/videos/")
    page.goto("/")
    page.locator("#unfinished li").wait_for()


def several(page: Page, world: "World") -> None:
    """One is done, one failed, one is paused, one goes on, one waits."""
    unknown = refused(415, *UNKNOWN)

    def begun(route: Route) -> None:
        name = said_name(route)
        taken_in = given(status=201, headers={"Location": at(name)})
        (unknown if name.endswith(".txt") else taken_in)(route)

    def stands(route: Route) -> None:
        here = {at("one.mp4"): WHOLE, at(NAME): HERE_BYTES}
        count = here.get(route.request.url.removeprefix(page.url.rstrip("/")), 3_000_000)
        given(status=200, headers={"Upload-Offset": str(count)})(route)

    speak(page, POST=begun, HEAD=stands)
    choose(page, world, "one.mp4", "two.txt", NAME, "four.mp4", "five.mp4")
    comes_to(page, "sending", 2)
    page.locator("[data-part=hold]:visible").first.click()
    comes_to(page, "sending", 3)


def too_many_frames(page: Page, world: "World") -> None:
    page.goto("/")
    page.evaluate("document.getElementById('upload').dataset.maxFrames = 2")
    page.locator("#file").set_input_files(world.clip)
    page.locator("#warning").wait_for()


def full(page: Page, world: "World") -> None:
    page.goto("/")
    page.locator("#file").set_input_files(world.clip)
    page.locator("#warning a").wait_for()


def dragged_over(page: Page, world: "World") -> None:
    page.goto("/")
    page.evaluate("dispatchEvent(new DragEvent('dragover', { cancelable: true }))")
    page.locator("#zone.over").wait_for()
