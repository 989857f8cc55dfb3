"""A person without scripts sends a large video with the form of the page."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.client import Person
from tests.e2e.stack import Stack
from tests.e2e.test_limits import MIB, PSS_LIMIT, padded, watching


@pytest.fixture
def browser(stack: Stack, person: Person) -> Iterator[httpx.Client]:
    """Logged in, with a session's cookies."""
    with httpx.Client(base_url=stack.base, timeout=60) as browser:
        browser.get("/login/").raise_for_status()
        credentials = {
            "username": person.account["email"],
            "password": person.account["password"],
            "csrfmiddlewaretoken": browser.cookies["csrftoken"],
        }
        assert browser.post("/login/", data=credentials).status_code == 302
        yield browser


def send(browser: httpx.Client, path: Path, token: str) -> httpx.Response:
    fields = {"csrfmiddlewaretoken": token, "interval": "10", "format": "jpg", "quality": "90"}
    with path.open("rb") as file:
        return browser.post("/", data=fields, files={"file": ("a.mp4", file, "video/mp4")})


def test_the_form_of_the_page_streams_a_large_video(
    stack: Stack, person: Person, browser: httpx.Client, clip: Path, tmp_path: Path
) -> None:
    big = padded(clip, tmp_path / "big.mp4", 95_000_000)
    with watching(stack) as watch:
        answer = send(browser, big, browser.cookies["csrftoken"])
    assert answer.status_code == 302, answer.text
    video = person.look(answer.headers["location"].split("/")[-2])
    assert video["size_bytes"] == 95_000_000
    assert watch.pss_bytes < PSS_LIMIT
    assert watch.temporary_bytes <= MIB


def test_a_form_with_another_token_is_answered_in_words_while_it_is_sent(
    person: Person, browser: httpx.Client, clip: Path, tmp_path: Path
) -> None:
    big = padded(clip, tmp_path / "big.mp4", 20_000_000)
    answer = send(browser, big, "x" * 64)
    assert answer.status_code == 403
    assert "This page was open too long." in answer.text
    assert person.http.get("videos/").json()["count"] == 0


def test_a_session_follows_a_video_by_its_cookie(
    person: Person, browser: httpx.Client, clip: Path
) -> None:
    video = person.accepted(clip)
    with browser.stream("GET", f"/api/v1/videos/{video['id']}/events/") as response:
        assert response.status_code == 200
        assert next(line for line in response.iter_lines() if line.startswith("event:"))
