"""The list of videos: tabs, search, order and pages, all of it in the address."""

import re
import time
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.auth.models import User
from apps.upload.models import Extraction, Video
from frameflow.contracts import Options
from tests.databases import every_database
from tests.upload.pages import (
    RESULT,
    text_of,
    video_in,
)

LIST_S = 0.3

pytestmark = [every_database, pytest.mark.usefixtures("objects", "bus")]


def test_the_tabs_count_and_filter(page: Client, owner: User) -> None:
    for state in ("ready", "ready", "failed", "processing", "cancelled"):
        video_in(owner, state, result=RESULT if state == "ready" else None)
    text = text_of(page, "/videos/")
    assert "All 5 In progress 1 Ready 2 Failed 1" in re.sub(r" +", " ", text)
    shown = page.get("/videos/?show=ready").content.decode()
    assert shown.count('class="card video"') == 2


def test_search_and_order_stand_in_the_address_and_lead_through_the_pages(
    page: Client, owner: User
) -> None:
    for number in range(25):
        video = video_in(owner, "cancelled")
        Video.objects.filter(pk=video.pk).update(name=f"beach {number:02d}.mp4")
    first = page.get("/videos/?search=beach&order=name").content.decode()
    assert first.index("beach 00.mp4") < first.index("beach 19.mp4")
    assert "beach 20.mp4" not in first
    assert "?search=beach&amp;order=name&amp;page=2" in first
    assert "beach 20.mp4" in page.get("/videos/?search=beach&order=name&page=2").content.decode()


def test_empty_lists_say_so_in_their_own_words(page: Client, owner: User) -> None:
    assert "No videos here yet." in text_of(page, "/videos/")
    video_in(owner, "cancelled")
    assert "Nothing failed. Good." in text_of(page, "/videos/?show=failed")
    assert "No video is called “sea”." in text_of(page, "/videos/?search=sea")


def test_a_search_for_what_no_name_can_hold_is_a_search(page: Client, owner: User) -> None:
    video = video_in(owner, "cancelled")
    assert video.name in text_of(page, f"/videos/?search=%00{video.name}")


@pytest.mark.parametrize("address", ["/videos/?page=99", "/videos/?page=x"])
def test_a_page_that_is_not_there_is_a_page_in_words(page: Client, address: str) -> None:
    assert "We cannot find this." in text_of(page, address, status=404)


def test_the_list_asks_the_database_as_often_for_many_videos_as_for_one(
    page: Client, owner: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connections["upload"]) as asked:
            page.get("/videos/")
        return len(asked)

    video_in(owner, "ready", result=RESULT)
    for_one = queries()
    for _ in range(15):
        video_in(owner, "ready", result=RESULT)
    assert queries() == for_one


def test_a_list_of_a_thousand_videos_comes_at_once(page: Client, owner: User) -> None:
    ids = [uuid4() for _ in range(1000)]
    Video.objects.bulk_create(
        Video(id=each, owner_id=owner.pk, name=f"{each}.mp4", state="stored", source_key="k")
        for each in ids
    )
    Extraction.objects.bulk_create(
        Extraction(
            video_id=each, extraction_no=1, state="ready", published_run=1, result=RESULT,
            options=Options().model_dump(mode="json"),
        )
        for each in ids
    )  # fmt: skip

    def seconds(address: str) -> float:
        began = time.perf_counter()
        assert page.get(address).status_code == 200
        return time.perf_counter() - began

    for address in ("/videos/", "/videos/?show=ready&order=name&page=50"):
        took_s = min(seconds(address) for _ in range(3))
        with CaptureQueriesContext(connections["upload"]) as asked:
            page.get(address)
        print(f"{address}: {took_s * 1000:.0f} ms, {len(asked)} queries")  # noqa: T201  a figure
        assert took_s < LIST_S
        assert len(asked) == 4


def test_the_list_listens_to_what_it_shows(page: Client, owner: User) -> None:
    for _ in range(21):
        video_in(owner, "failed", error=None)
    html = page.get("/videos/?show=failed&order=name&search=holi&page=2").content.decode()
    [address] = re.findall(r'data-events="([^"]+)"', html)
    answer = page.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.content.decode().count("event: video") == html.count('class="card video"') == 1
