"""The links of one's own video: made, shown once, stopped, bounded; in the page and the API."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.download import services
from apps.download.models import Share
from apps.download.schedule import forget_ended_shares
from apps.download.services.shares import MAX_SHARES
from tests import messages
from tests.databases import every_database
from tests.download.conftest import shared

pytestmark = every_database


def test_the_owner_makes_a_link_on_a_page_and_stops_it_without_a_script(
    made: dict[str, Any], owner: User
) -> None:
    client = Client()
    client.force_login(owner)
    page = f"/videos/{made['video_id']}/shares/"
    assert 'value="holiday.mp4"' in client.get(page, {"name": "holiday.mp4"}).content.decode()
    answer = client.post(page, {"name": "Recife", "days": "1"})
    html = answer.content.decode()
    assert answer.status_code == 201
    found = re.search(r"http://testserver(/s/[\w-]{43}/)", html)
    assert found is not None
    assert "<h1>Recife</h1>" in Client().get(found[1]).content.decode()
    later = client.get(page).content.decode()
    assert found[1] not in later
    share = Share.objects.get()
    assert share.expires_at - share.created_at < timedelta(days=1, seconds=9)
    assert f"/s/{share.prefix}…" in later
    stopped = client.post(f"{page}{share.pk}/stop/", follow=True)
    assert "Stopped. That link does not work any more." in stopped.content.decode()
    assert Client().get(found[1]).status_code == 404


@pytest.mark.parametrize("days", ["0", "2", "365", "", "x"])
def test_a_link_works_for_one_seven_or_thirty_days(
    made: dict[str, Any], owner: User, as_owner: APIClient, days: str
) -> None:
    client = Client()
    client.force_login(owner)
    assert client.post(f"/videos/{made['video_id']}/shares/", {"days": days}).status_code == 422
    assert as_owner.post(f"{made['url']}shares/", {"days": days}).status_code == 422
    assert not Share.objects.exists()


def test_a_stranger_makes_sees_and_stops_no_link(
    made: dict[str, Any], stranger: User, as_owner: APIClient, as_stranger: APIClient
) -> None:
    mine = as_owner.post(f"{made['url']}shares/", {"days": 30}).json()
    for method, address in (("get", ""), ("post", ""), ("delete", f"{mine['id']}/")):
        assert getattr(as_stranger, method)(f"{made['url']}shares/{address}").status_code == 404
    client = Client()
    client.force_login(stranger)
    page = f"/videos/{made['video_id']}/shares/"
    assert client.get(page).status_code == 404
    assert client.post(page, {"days": "1"}).status_code == 404
    assert client.post(f"{page}{mine['id']}/stop/").status_code == 404
    assert [each["id"] for each in as_owner.get(f"{made['url']}shares/").json()] == [mine["id"]]
    other = f"/api/v1/videos/{uuid4()}/shares/{mine['id']}/"
    assert as_owner.delete(other).status_code == 404


def test_the_api_shows_the_address_once(made: dict[str, Any], as_owner: APIClient) -> None:
    answer = as_owner.post(f"{made['url']}shares/", {"name": "Recife"})
    link = answer.json()
    assert answer.status_code == 201
    assert Client().get(link["url"].removeprefix("http://testserver")).status_code == 200
    listed = as_owner.get(f"{made['url']}shares/").json()
    assert listed == [{name: link[name] for name in link if name != "url"}]
    assert as_owner.delete(f"{made['url']}shares/{link['id']}/").status_code == 204
    assert as_owner.get(f"{made['url']}shares/").json() == []


def test_what_is_not_ready_cannot_be_shared(owner: User, as_owner: APIClient) -> None:
    ids = messages.ids(owner_id=owner.pk)
    services.advance_archive(heard=messages.file_uploaded(**ids))
    answer = as_owner.post(f"/api/v1/videos/{ids['video_id']}/shares/", {"days": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_ready")


def test_a_video_has_no_more_than_twenty_links(
    made: dict[str, Any], owner: User, as_owner: APIClient
) -> None:
    for _ in range(MAX_SHARES):
        shared(made)
    assert as_owner.post(f"{made['url']}shares/", {"days": 1}).status_code == 409
    client = Client()
    client.force_login(owner)
    page = client.post(f"/videos/{made['video_id']}/shares/", {"days": "1"}, follow=True)
    assert "A video can have at most 20 links." in page.content.decode()
    Share.objects.update(expires_at=timezone.now())
    assert as_owner.post(f"{made['url']}shares/", {"days": 1}).status_code == 201


def test_links_that_have_ended_are_forgotten(made: dict[str, Any]) -> None:
    shared(made)
    Share.objects.update(expires_at=timezone.now())
    shared(made)
    forget_ended_shares()
    assert Share.objects.get().expires_at > timezone.now()
