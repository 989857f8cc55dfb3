"""Every page in every state."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser import upload_states as upload
from tests.browser.cast import FAILURES, PASSWORD
from tests.browser.reaching import (
    World,
    at,
    chosen,
    deleted,
    deleted_elsewhere,
    details_open,
    empty_file,
    filled,
    forged,
    frame_open,
    link_in_mail,
    link_made,
    live_paused,
    menu_open,
    options_open,
    shared,
    some_chosen,
    strip_open,
    too_big,
    too_often,
    unreadable,
)

NEXT = "mover@new.example.com"


@dataclass(frozen=True)
class State:
    """A page that looks as its name says, once `reach` has brought a person there."""

    name: str
    reach: Callable[[Page, World], None]
    who: str = "owner"
    is_translated: bool = True
    is_like_another: bool = False
    """Other words in the same places: looked at where there is time."""

    @property
    def is_plain(self) -> bool:
        """Return whether an address alone leads here."""
        return self.reach.__qualname__.startswith("at.")


ACCOUNT = [
    State("sign-up", at("/signup/"), "anonymous"),
    State("sign-up-wrong", filled("/signup/", email="nobody", password="short"), "anonymous"),
    State(
        "sign-up-taken",
        filled("/signup/", email="owner@example.com", password=PASSWORD),
        "anonymous",
    ),
    State("log-in", at("/login/?next=/videos/"), "anonymous"),
    State("log-in-too-often", too_often, "anonymous"),
    State("log-in-wrong", filled("/login/", username="no@example.com", password="x"), "anonymous"),
    State("reset", at("/password/reset/"), "anonymous"),
    State("reset-wrong", filled("/password/reset/", email="nobody"), "anonymous"),
    State("reset-sent", filled("/password/reset/", email="no@example.com"), "anonymous"),
    State(
        "reset-link",
        link_in_mail("mover@example.com", filled("/password/reset/", email="mover@example.com")),
        "anonymous",
    ),
    State("reset-old-link", at("/password/reset/MQ/set-password/"), "anonymous"),
    State("change", at("/password/change/")),
    State("change-wrong", filled("/password/change/", current_password="x", new_password="y")),
    State("settings", at("/settings/")),
    State("email", at("/settings/email/")),
    State("email-wrong", filled("/settings/email/", email="nobody", password=PASSWORD)),
    State("email-asked", filled("/settings/email/", email=NEXT, password=PASSWORD), "mover"),
    State(
        "email-link",
        link_in_mail(NEXT, filled("/settings/email/", email=NEXT, password=PASSWORD)),
        "mover",
    ),
    State("email-old-link", at("/email/nothing/"), "anonymous"),
    State("tokens", at("/settings/tokens/")),
    State("tokens-wrong", filled("/settings/tokens/", name="a", expires_on="2020-01-01")),
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
    State("upload-dragged-over", upload.dragged_over, "newcomer"),
    State("upload-too-many-frames", upload.too_many_frames, "newcomer"),
    State("upload-full", upload.full, "full"),
    State("upload-sending", upload.sending, "newcomer"),
    State("upload-lost", upload.lost, "newcomer"),
    State("upload-resumed", upload.resumed, "newcomer"),
    State("upload-paused", upload.paused, "newcomer"),
    State("upload-ended", upload.ended, "newcomer"),
    State("upload-limited", upload.limited, "newcomer"),
    State("upload-reloaded", upload.reloaded, "newcomer"),
    State("upload-several", upload.several, "newcomer"),
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
    State("list-nothing-failed", at("/videos/?show=failed"), "collector"),
    State("list-in-progress", at("/videos/?show=in_progress")),
    State("list-deleted", deleted, "tidier"),
    State("list-search-empty", at("/videos/?search=nothing"), "collector"),
    State("list-several-pages", at("/videos/?page=2"), "collector"),
]
STATUSES = [
    "uploading", "queued", "checking", "extracting", "packing", "ready", "warned", "cancelling",
    "cancelled", "expired", "failed-storage", "failed-unreadable",
]  # fmt: skip
OTHER_FAILURES = [f"failed-{each}" for each in FAILURES if f"failed-{each}" not in STATUSES]
VIDEO = [
    *(
        State(
            f"video-{each}",
            at(f"/videos/{{{each.replace('-', '_')}}}/"),
            is_like_another=each in OTHER_FAILURES,
        )
        for each in (*STATUSES, *OTHER_FAILURES)
    ),
    State("video-details", details_open),
    State("video-deleted-elsewhere", deleted_elsewhere, "tidier"),
    State("video-live-paused", live_paused),
    State("video-again-wrong", filled("/videos/{ready}/again/", interval="0")),
    State("video-delete", at("/videos/{ready}/delete/")),
    State("video-again", at("/videos/{ready}/again/")),
    State("gallery", at("/videos/{ready}/frames/")),
    State("gallery-of-many", at("/videos/{many}/frames/")),
    State("gallery-last-page", at("/videos/{many}/frames/?page=2")),
    State("frame", at("/videos/{ready}/frames/3/")),
    State("lightbox", frame_open),
    State("video-lightbox", strip_open),
]
SHARING = [
    State("shares", at("/videos/{ready}/shares/?name=clip.mp4")),
    State("shares-none", at("/videos/{warned}/shares/?name=clip.mp4")),
    State("shares-made", link_made),
    State("shared", shared, "anonymous"),
    State("shared-no-more", at("/s/nothing/"), "anonymous"),
]
PROBLEMS = [
    State("problem-404", at("/videos/00000000-0000-4000-8000-000000000000/")),
    State("problem-csrf", forged, "anonymous"),
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
