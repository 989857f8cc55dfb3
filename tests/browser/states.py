"""Every page in every state, and how a person comes to see it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.cast import PASSWORD
from tests.browser.visits import Account


@dataclass(frozen=True)
class World:
    """What there is to be seen."""

    people: dict[str, Account]
    videos: dict[str, str]
    link: str
    clip: Path
    scratch: Path


@dataclass(frozen=True)
class State:
    """A page that looks as its name says, once `reach` has brought a person there."""

    name: str
    reach: Callable[[Page, World], None]
    who: str = "owner"
    is_translated: bool = True

    @property
    def is_plain(self) -> bool:
        """Return whether an address alone leads here."""
        return self.reach.__qualname__.startswith("at.")


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
        page.goto(address)
        for name, value in fields.items():
            page.locator(f"main [name={name}]").fill(value)
        with page.expect_navigation():
            page.locator("main form button:not([type=button])").last.click()

    return reach


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


def sending(page: Page, world: World) -> None:
    """The upload stands still: the request is held back."""
    page.goto("/")
    page.route("**/*", lambda route: None if route.request.method == "POST" else route.continue_())
    page.locator("#file").set_input_files(world.clip)
    page.locator("#card").wait_for()


def offline(page: Page, world: World) -> None:
    page.goto("/")
    page.route("**/*", lambda route: route.abort() if _sends(route) else route.continue_())
    page.locator("#file").set_input_files(world.clip)
    page.locator("#warning").wait_for()


def _sends(route: object) -> bool:
    return bool(route.request.method in ("POST", "PATCH"))  # type: ignore[attr-defined]


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


ACCOUNT = [
    State("sign-up", at("/signup/"), "anonymous"),
    State("sign-up-wrong", filled("/signup/", email="nobody", password="short"), "anonymous"),
    State(
        "sign-up-taken",
        filled("/signup/", email="owner@example.com", password=PASSWORD),
        "anonymous",
    ),
    State("log-in", at("/login/?next=/videos/"), "anonymous"),
    State("log-in-wrong", filled("/login/", username="no@example.com", password="x"), "anonymous"),
    State("reset", at("/password/reset/"), "anonymous"),
    State("reset-wrong", filled("/password/reset/", email="nobody"), "anonymous"),
    State("reset-sent", filled("/password/reset/", email="no@example.com"), "anonymous"),
    State("reset-old-link", at("/password/reset/MQ/set-password/"), "anonymous"),
    State("change", at("/password/change/")),
    State("change-wrong", filled("/password/change/", current_password="x", new_password="y")),
    State("settings", at("/settings/")),
    State("tokens", at("/settings/tokens/")),
    State("tokens-made", filled("/settings/tokens/", name="nightly script")),
    State("close", at("/settings/close/")),
    State("close-wrong", filled("/settings/close/", password="x")),
]
UPLOAD = [
    State("welcome", at("/"), "anonymous"),
    State("upload-empty", at("/"), "newcomer"),
    State("upload-options", options_open, "newcomer"),
    State("upload-too-big", too_big, "newcomer"),
    State("upload-empty-file", empty_file, "newcomer"),
    State("upload-unreadable", unreadable, "newcomer"),
    State("upload-sending", sending, "newcomer"),
    State("upload-offline", offline, "newcomer"),
    State("upload-recent", at("/")),
]
LIST = [
    State("list-empty", at("/videos/"), "newcomer"),
    State("list-filled", at("/videos/")),
    State("list-chosen", some_chosen),
    State("list-menu", menu_open),
    State("chosen-zips", chosen("zips")),
    State("chosen-again", chosen("again")),
    State("chosen-delete", chosen("delete")),
    State("list-filter-empty", at("/videos/?show=ready"), "collector"),
    State("list-search-empty", at("/videos/?search=nothing"), "collector"),
    State("list-several-pages", at("/videos/?page=2"), "collector"),
]
STATUSES = [
    "uploading", "queued", "checking", "extracting", "packing", "ready", "warned", "cancelling",
    "cancelled", "expired", "failed-storage", "failed-unreadable",
]  # fmt: skip
VIDEO = [
    *(State(f"video-{each}", at(f"/videos/{{{each.replace('-', '_')}}}/")) for each in STATUSES),
    State("video-details", details_open),
    State("video-delete", at("/videos/{ready}/delete/")),
    State("video-again", at("/videos/{ready}/again/")),
    State("gallery", at("/videos/{ready}/frames/")),
    State("frame", at("/videos/{ready}/frames/3/")),
    State("lightbox", frame_open),
    State("video-lightbox", strip_open),
]
SHARING = [
    State("shares", at("/videos/{ready}/shares/?name=clip.mp4")),
    State("shares-made", link_made),
    State("shared", shared, "anonymous"),
    State("shared-no-more", at("/s/nothing/"), "anonymous"),
]
PROBLEMS = [
    State("problem-404", at("/videos/00000000-0000-4000-8000-000000000000/")),
]
ADMIN = [
    State("admin-log-in", at("/admin/login/"), "anonymous"),
    State("admin-index", at("/admin/"), "support"),
    State("admin-videos", at("/admin/upload/video/"), "support"),
    State("admin-video", at("/admin/upload/video/{ready}/change/"), "support"),
    State("admin-extractions", at("/admin/upload/extraction/"), "support"),
    State("admin-sagas", at("/admin/orchestration/saga/"), "support"),
    State("admin-outbox", at("/admin/bus/outboxmessage/"), "admin"),
]
#: The API speaks English; what it refuses, it says in the reader's language.
API = [
    State(name, at(address), who, is_translated=False)
    for name, address, who in (
        ("docs", "/api/v1/docs/", "anonymous"),
        ("api-root", "/api/v1/", "owner"),
        ("api-list", "/api/v1/videos/", "owner"),
        ("api-detail", "/api/v1/videos/{ready}/", "owner"),
        ("api-frames", "/api/v1/videos/{ready}/frames/", "owner"),
        ("api-register", "/api/v1/auth/register/", "anonymous"),
    )
]

STATES = [*ACCOUNT, *UPLOAD, *LIST, *VIDEO, *SHARING, *PROBLEMS, *ADMIN, *API]
