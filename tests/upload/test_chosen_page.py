"""Several videos at once: asked first, then told of each."""

from collections.abc import Iterable
from uuid import uuid4

import pytest
from django.test import Client

from apps.auth.models import User
from apps.upload.models import Video
from tests.databases import every_database
from tests.upload.pages import RESULT, in_browser, text_of, video_in, words_in

pytestmark = [every_database, pytest.mark.usefixtures("objects", "bus")]

OPTIONS = {"interval": "2.5", "format": "png", "quality": "90"}


def address(wish: str, videos: Iterable[Video]) -> str:
    chosen = "&".join(f"video={each.pk}" for each in videos)
    return f"/videos/chosen/?wish={wish}&{chosen}"


def asked(page: Client, wish: str, videos: Iterable[Video], **more: str) -> str:
    ids = [str(each.pk) for each in videos]
    answer = page.post("/videos/chosen/", {"wish": wish, "video": ids, **more})
    return words_in(answer.content.decode())


@pytest.fixture
def videos(owner: User) -> list[Video]:
    made = [video_in(owner, "ready", result=RESULT) for _ in range(3)]
    for number, video in enumerate(made):
        Video.objects.filter(pk=video.pk).update(name=f"beach {number}.mp4", source_bytes=2_000_000)
    return made


def test_delete_names_what_goes_and_does_nothing_yet(page: Client, videos: list[Video]) -> None:
    text = text_of(page, address("delete", videos[:2]))
    assert "Delete 2 videos? This removes the videos (4 MB)" in text
    assert "beach 0.mp4" in text
    assert "beach 2.mp4" not in text
    assert Video.objects.filter(state="stored").count() == 3


def test_delete_deletes_those_and_tells_of_each(page: Client, videos: list[Video]) -> None:
    text = asked(page, "delete", videos[:2])
    assert "beach 0.mp4 Deleted." in text
    assert "beach 1.mp4 Deleted." in text
    assert [each.pk for each in Video.objects.filter(state="stored")] == [videos[2].pk]


def test_extract_again_starts_what_is_at_rest_and_says_why_not_of_the_others(
    page: Client, owner: User, videos: list[Video]
) -> None:
    running = video_in(owner, "processing")
    text = asked(page, "again", [videos[0], running], **OPTIONS)
    assert "beach 0.mp4 Started." in text
    assert "holiday.mp4 This cannot be done now. Wait until it has ended" in text
    newest = videos[0].extractions.get(extraction_no=2).wished()
    assert (float(newest.interval), newest.format) == (2.5, "png")
    assert running.extractions.count() == 1


def test_wrong_options_start_nothing(page: Client, videos: list[Video]) -> None:
    form = {**OPTIONS, "interval": "0"}
    ids = [str(each.pk) for each in videos]
    answer = page.post("/videos/chosen/", {"wish": "again", "video": ids, **form})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert videos[0].extractions.count() == 1


def test_several_zips_are_one_link_each(page: Client, owner: User, videos: list[Video]) -> None:
    failed = video_in(owner, "failed", error={"code": "storage", "detail": "", "retryable": True})
    html = page.get(address("zips", [*videos, failed])).content.decode()
    assert html.count("-frames") == 0
    assert [f'href="/videos/{each.pk}/zip/?name=' in html for each in [*videos, failed]] == [
        True, True, True, False,
    ]  # fmt: skip
    text = words_in(html)
    assert "Together 2.2 MB." in text
    assert "No ZIP yet. Failed" in text


@pytest.mark.parametrize("wish", ["zips", "again", "delete"])
def test_what_is_somebody_elses_is_not_among_them(
    stranger: User, videos: list[Video], wish: str
) -> None:
    theirs = in_browser(stranger)
    mine = video_in(stranger, "ready", result=RESULT)
    assert theirs.get(address(wish, videos)).headers["Location"] == "/videos/"
    assert "beach" not in text_of(theirs, address(wish, [*videos, mine]))
    assert "beach" not in asked(theirs, wish, [*videos, mine], **OPTIONS)
    assert Video.objects.filter(state="stored", name__startswith="beach").count() == 3
    assert videos[0].extractions.count() == 1


@pytest.mark.parametrize(
    "query", ["", "wish=delete", "wish=delete&video=x", "wish=burn&video={id}"]
)
def test_nothing_chosen_is_a_sentence(page: Client, videos: list[Video], query: str) -> None:
    answer = page.get(f"/videos/chosen/?{query.format(id=videos[0].pk)}", follow=True)
    assert "Choose one video or more first." in words_in(answer.content.decode())


def test_what_is_gone_meanwhile_is_left_out(page: Client, videos: list[Video]) -> None:
    page.post(f"/videos/{videos[0].pk}/delete/")
    text = text_of(page, address("delete", videos) + f"&video={uuid4()}")
    assert "Delete 2 videos?" in text


def test_a_visitor_is_asked_to_log_in(videos: list[Video]) -> None:
    answer = Client().get(address("delete", videos))
    assert answer.headers["Location"].startswith("/login/?next=")
