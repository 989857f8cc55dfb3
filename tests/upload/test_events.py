"""Who may watch what; how a stream is kept open is the dispatcher's (tests/platform)."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.auth.models import User
from frameflow.api.events import HEADER
from frameflow.api.offload import OFFER
from tests.databases import every_database
from tests.factories import stored_video

pytestmark = every_database

BEHIND_THE_DISPATCHER: dict[str, Any] = {"asgi.scope": {"extensions": {OFFER: {}}}}
EVENTS = "/api/v1/events/"


def test_the_stream_of_a_video_names_it_its_person_and_its_address(
    as_owner: APIClient, owner: User
) -> None:
    path = f"/api/v1/videos/{stored_video(owner_id=owner.pk).pk}/"
    answer = as_owner.get(f"{path}events/", **BEHIND_THE_DISPATCHER)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/event-stream"
    assert answer["Cache-Control"] == "no-store"
    assert answer[HEADER] == f"{owner.pk} {path.split('/')[-2]} {path}"
    assert answer.content == b""


def test_whoever_asks_for_the_head_alone_holds_no_stream(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk)
    for path in (f"/api/v1/videos/{video.pk}/events/", EVENTS):
        answer = as_owner.head(path, **BEHIND_THE_DISPATCHER)
        assert answer["Content-Type"] == "text/event-stream"
        assert HEADER not in answer


def test_the_stream_of_the_list_is_filtered_as_the_list_is(
    as_owner: APIClient, owner: User
) -> None:
    query = "?status=ready&search=a%20b"
    answer = as_owner.get(f"{EVENTS}{query}", **BEHIND_THE_DISPATCHER)
    assert answer[HEADER] == f"{owner.pk} {owner.pk} /api/v1/videos/{query}"
    wrong = as_owner.get(f"{EVENTS}?status=done", **BEHIND_THE_DISPATCHER)
    assert (wrong.status_code, wrong["Content-Type"]) == (422, "application/problem+json")


def test_a_browser_is_answered_whatever_it_accepts(owner: User) -> None:
    """`EventSource` asks for text/event-stream, and its cookie is all that it brings."""
    video = stored_video(owner_id=owner.pk)
    browser = Client()
    browser.force_login(owner)
    headers = {"accept": "text/event-stream", "accept-encoding": "gzip"}
    for path in (f"/api/v1/videos/{video.pk}/events/", EVENTS):
        answer = browser.get(path, headers=headers)
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer


def test_another_server_gives_the_present_state_and_lets_the_client_come_back(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk)
    tag = as_owner.get(f"/api/v1/videos/{video.pk}/")["ETag"]
    for path in (f"/api/v1/videos/{video.pk}/events/", EVENTS):
        text = as_owner.get(path).content.decode()
        assert text.startswith("retry: 2000\n\nevent: video\nid: ")
        assert f'W/"{text.split("id: ")[1][:32]}"' == tag
        assert str(video.pk) in text


@pytest.mark.parametrize("path", ["/api/v1/videos/{id}/events/", EVENTS])
def test_strangers_and_visitors_watch_nothing_of_others(
    as_stranger: APIClient, owner: User, path: str
) -> None:
    url = path.format(id=stored_video(owner_id=owner.pk).pk)
    assert APIClient().get(url).status_code == 401
    answer = as_stranger.get(url)
    assert answer.status_code == (404 if "videos" in path else 200)
    assert b"event: video" not in answer.content
