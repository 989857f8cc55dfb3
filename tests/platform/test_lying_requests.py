"""What a request says of its own address, and of what it may see, is believed only where it may."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.auth.models import User
from tests.databases import every_database
from tests.factories import stored_video

pytestmark = every_database

EVIL = "evil.example"
PLACES = ("/", "/login/", "/api/v1/", "/api/v1/schema/", "/password/reset/", "/static/nothing.css")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "host",
    [EVIL, f"testserver@{EVIL}", f"testserver:80@{EVIL}", f"{EVIL}#testserver", "a b", "<x>"],
)
def test_a_site_that_we_are_not_is_answered_by_nobody(place: str, host: str) -> None:
    answer = Client(headers={"Host": host}).get(place)
    assert answer.status_code in (400, 404)  # a file that is not there needs no host
    assert host not in answer.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL"])
@pytest.mark.parametrize("place", ["/login/", "/api/v1/", "/videos/"])
def test_another_host_beside_the_right_one_is_not_heard(place: str, header: str) -> None:
    lie = f"host={EVIL}" if header == "Forwarded" else EVIL
    answer = Client(headers={header: lie}).get(place)
    assert EVIL not in answer.content.decode()
    assert EVIL not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "query",
    [
        {"ordering": "owner_id"},
        {"ordering": "owner__password"},
        {"ordering": "-source_key"},
        {"ordering": "name;drop table video"},
        {"ordering": ["name", "source_key"]},
        {"status": "deleted"},
        {"page": "-1"},
        {"page": 10**30},
        {"page_size": 0},
        {"page_size": "all"},
        {"created_after": "now()"},
    ],
)
def test_the_list_is_asked_for_nothing_else(owner: User, query: dict[str, Any]) -> None:
    api = APIClient()
    api.force_authenticate(owner)
    answer = api.get("/api/v1/videos/", query)
    assert answer.status_code in (404, 422)


def test_no_page_is_longer_than_a_hundred_and_no_filter_reaches_others(
    owner: User, stranger: User
) -> None:
    for person in (owner, stranger):
        for _ in range(60):
            stored_video(owner_id=person.pk)
    api = APIClient()
    api.force_authenticate(owner)
    wish = {"page_size": 10**9, "owner_id": stranger.pk, "owner": stranger.pk, "user": stranger.pk}
    page = api.get("/api/v1/videos/", wish).json()
    assert (page["count"], len(page["results"])) == (60, 60)
