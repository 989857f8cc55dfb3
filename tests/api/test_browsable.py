"""The browsable API in a real Chromium: for everybody, under the strict policy, and of use."""

from typing import Any, Literal
from uuid import UUID

import pytest
from django.test import Client

from apps.auth.models import User
from frameflow.storage import ObjectStore
from tests.api.world import videos_of
from tests.browser.accessibility import faults
from tests.databases import every_database
from tests.platform.admin.window import window

pytestmark = [every_database, pytest.mark.timeout(300)]

NOBODY = "00000000-0000-4000-8000-000000000000"
PAGES = [
    ("", 200),
    ("videos/", 200),
    ("videos/{ready}/", 200),
    ("videos/{ready}/frames/?page_size=2", 200),
    ("videos/{ready}/timeline/", 200),
    ("auth/register/", 405),
    ("auth/me/", 200),
    ("auth/tokens/", 200),
    (f"videos/{NOBODY}/", 404),
    ("videos/{ready}/extractions/", 405),
    ("videos/?page=0", 422),
    ("docs/", 200),
]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def videos(objects: ObjectStore, owner: User) -> dict[str, UUID]:
    return videos_of(owner)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_the_console_is_silent(
    browser: Client, videos: dict[str, UUID], scheme: Literal["light", "dark"], width: int
) -> None:
    wrong: dict[str, Any] = {}
    size: Any = {"width": width, "height": 720}
    with window(browser, color_scheme=scheme, viewport=size) as (page, said):
        for path, status in PAGES:
            address = f"/api/v1/{path.format(**videos)}"
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == status, address
            complaints = [each for each in said if "Failed to load resource" not in each]
            found = [*faults(page), *complaints, *["sideways"] * (page.evaluate(SIDEWAYS) > 0)]
            if page.locator("main h1").count() != 1 or found:
                wrong[address] = found
            said.clear()
    assert wrong == {}, "\n".join(f"{each}: {why}" for each, whys in wrong.items() for why in whys)


def test_forms_and_buttons_work_without_a_script(browser: Client, videos: dict[str, UUID]) -> None:
    with window(browser, java_script_enabled=False) as (page, _said):
        page.goto("/api/v1/auth/password/change/")
        page.get_by_label("New password").fill("short")
        page.get_by_role("button", name="POST", exact=True).click()
        assert "current_password" in page.get_by_role("alert").inner_text()
        page.goto(f"/api/v1/videos/{videos['processing']}/")
        page.get_by_role("button", name="Cancel").click()
        assert "HTTP 202 Accepted" in page.locator("main").inner_text()


def test_the_script_changes_and_deletes(browser: Client, videos: dict[str, UUID]) -> None:
    with window(browser) as (page, _said):
        page.goto(f"/api/v1/videos/{videos['failed']}/")
        section = page.get_by_role("region", name="Change it")
        section.get_by_label("Content").fill('{"name": "another name.mp4"}')
        section.get_by_role("button", name="PATCH").click()
        page.locator(".said").wait_for()
        assert "another name.mp4" in page.locator(".said").inner_text()
        page.get_by_role("button", name="DELETE").click()
        page.wait_for_url("**/api/v1/videos/")
    assert browser.get(f"/api/v1/videos/{videos['failed']}/").status_code == 404
