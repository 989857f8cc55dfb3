"""The pages of download: gallery, strip, ZIP."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.auth.models import User
from apps.download import selectors, services
from apps.download.selectors import Frame
from apps.download.views import frames as views
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database
from tests.download.conftest import FRAMES, ZIP, Publish, progressed

pytestmark = every_database


@pytest.fixture
def page(owner: User) -> Client:
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def extracting(owner: User, objects: ObjectStore) -> dict[str, Any]:
    """A run at work of which three frames are stored."""
    ids = messages.ids(owner_id=owner.pk)
    services.advance_archive(heard=messages.file_uploaded(**ids))
    services.note_progress(progressed=progressed(**ids, frames_done=3))
    return ids


def many(count: int) -> list[Frame]:
    keys = {"prefix": "p/", "extension": "jpg"}
    return [
        Frame(index=n, requested_s=(n - 1) * 10.0, pts_s=(n - 1) * 10.0, **keys)
        for n in range(1, count + 1)
    ]


def pages(video_id: Any) -> str:
    return f"/videos/{video_id}/"


def test_the_gallery_shows_each_frame_with_its_time_and_leads_to_its_image(
    publish: Publish, page: Client
) -> None:
    made = publish()
    html = page.get(f"{pages(made['video_id'])}frames/").content.decode()
    assert html.count('loading="lazy"') == FRAMES
    assert 'alt="Frame at 00:00:40"' in html
    assert f'href="{pages(made["video_id"])}frames/5/"' in html
    assert f'data-image="{made["url"]}frames/5/image/"' in html
    assert "Download ZIP" in html


def test_a_long_gallery_has_pages_and_a_way_to_a_moment(
    publish: Publish, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{pages(publish()['video_id'])}frames/"
    monkeypatch.setattr(selectors, "list_frames", lambda **_: many(1340))
    first = page.get(address).content.decode()
    assert "Frames 1\u2013200 of 1340" in first
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev"' not in first
    last = page.get(f"{address}?page=7").content.decode()
    assert "Frames 1201\u20131340 of 1340" in last
    assert 'start="1201"' in last


@pytest.mark.parametrize(
    ("moment", "leads_to"),
    [
        ("0", "?page=1#frame-1"),
        ("33:15", "?page=1#frame-200"),
        ("33:20", "?page=2#frame-201"),
        ("9:00:00", "?page=7#frame-1340"),
    ],
)
def test_a_moment_leads_to_the_page_that_holds_its_frame(
    publish: Publish,
    page: Client,
    monkeypatch: pytest.MonkeyPatch,
    moment: str,
    leads_to: str,
) -> None:
    address = f"{pages(publish()['video_id'])}frames/"
    monkeypatch.setattr(selectors, "list_frames", lambda **_: many(1340))
    assert page.get(address, {"t": moment}).headers["Location"] == address + leads_to


@pytest.mark.parametrize("query", ["?page=99", "?page=x", "?t=soon"])
def test_a_page_or_moment_that_is_none_shows_the_nearest(
    publish: Publish, page: Client, query: str
) -> None:
    assert page.get(f"{pages(publish()['video_id'])}frames/{query}").status_code == 200


def test_frames_appear_one_by_one_while_they_are_extracted(
    extracting: dict[str, Any], page: Client
) -> None:
    for below in ("frames/", "frames/strip/"):
        html = page.get(pages(extracting["video_id"]) + below).content.decode()
        assert html.count('loading="lazy"') == 3
        assert "Frames appear here one by one." in html
        assert "Download ZIP" not in html


def test_a_run_that_ended_without_a_frame_promises_none(publish: Publish, page: Client) -> None:
    made = publish(frames=0)
    for below, says in (("frames/", "0 frames"), ("frames/strip/", "No frames")):
        html = page.get(pages(made["video_id"]) + below).content.decode()
        assert says in html
        assert "Frames appear here" not in html
        assert "data-moving" not in html
        assert "http-equiv" not in html


def test_frames_are_awaited_before_the_first_is_there(owner: User, page: Client) -> None:
    ids = messages.ids(owner_id=owner.pk)
    services.advance_archive(heard=messages.file_uploaded(**ids))
    services.note_progress(progressed=progressed(**ids, frames_done=0))
    html = page.get(f"{pages(ids['video_id'])}frames/strip/").content.decode()
    assert "Frames appear here one by one." in html


def test_the_strip_shows_the_first_frames_and_leads_to_all(
    publish: Publish, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{pages(publish()['video_id'])}frames/strip/"
    assert "All" not in page.get(address).content.decode()
    monkeypatch.setattr(selectors, "list_frames", lambda **_: many(13))
    html = page.get(address).content.decode()
    assert html.count('loading="lazy"') == views.IN_STRIP
    assert "All 13 frames" in html


def test_a_frame_has_a_page_with_its_neighbours(publish: Publish, page: Client) -> None:
    made = publish()
    address = f"{pages(made['video_id'])}frames/"
    html = page.get(f"{address}2/").content.decode()
    assert "<h1>Frame at 00:00:10</h1>" in html
    assert f'src="{made["url"]}frames/2/image/"' in html
    assert f'rel="prev" href="{address}1/"' in html
    assert f'rel="next" href="{address}3/"' in html
    assert f'href="{address}?page=1#frame-2"' in html
    assert 'rel="prev"' not in page.get(f"{address}1/").content.decode()
    assert 'rel="next"' not in page.get(f"{address}{FRAMES}/").content.decode()
    for none in ("0", str(FRAMES + 1)):
        assert page.get(f"{address}{none}/").status_code == 404


@pytest.mark.parametrize(
    ("size", "thumb"),
    [
        ((1280, 720), (320, 180)),
        ((720, 1280), (180, 320)),
        ((64, 48), (64, 48)),
        (None, (320, 180)),
    ],
)
def test_a_small_image_has_its_place_before_it_comes(
    size: tuple[int, int] | None, thumb: tuple[int, int]
) -> None:
    width, height = size or (None, None)
    frame = Frame(index=1, prefix="p/", extension="jpg", width=width, height=height)
    assert (frame.thumb_width, frame.thumb_height) == thumb


def test_the_zip_carries_the_name_of_the_video(publish: Publish, page: Client) -> None:
    address = f"{pages(publish()['video_id'])}zip/"
    answer = page.get(address, {"name": "férias em Recife.mp4"})
    assert b"".join(answer.streaming_content) == ZIP
    disposition = answer.headers["Content-Disposition"]
    assert disposition == "attachment; filename*=utf-8''f%C3%A9rias%20em%20Recife-frames.zip"
    assert page.head(address).headers["Content-Length"] == str(len(ZIP))
    part = page.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, ZIP[:10])


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("../../etc/passwd", "passwd-frames.zip"),
        ("C:\\film.mp4", "film-frames.zip"),
        ('a"b\r\nSet-Cookie: x=1.mp4', "abSet-Cookie: x=1-frames.zip"),
        ("x" * 300 + ".mp4", "x" * 89 + "-frames.zip"),
        ("holiday", "holiday-frames.zip"),
    ],
)
def test_a_name_can_do_no_harm(publish: Publish, page: Client, name: str, saved_as: str) -> None:
    answer = page.get(f"{pages(publish()['video_id'])}zip/", {"name": name})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{saved_as}"'
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["", "...", "\u202e\u0000"])
def test_a_name_of_nothing_leaves_the_usual_one(publish: Publish, page: Client, name: str) -> None:
    made = publish()
    answer = page.get(f"{pages(made['video_id'])}zip/", {"name": name})
    assert f"frames-{str(made['extraction_id'])[:8]}.zip" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("below", ["frames/", "frames/1/", "frames/strip/", "zip/"])
def test_a_stranger_finds_nothing_and_a_visitor_is_asked_to_log_in(
    publish: Publish, stranger: User, below: str
) -> None:
    address = pages(publish()["video_id"]) + below
    other = Client()
    other.force_login(stranger)
    assert other.get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize(
    ("outcome", "status", "words"),
    [("failed", 409, "This is not ready."), ("expired", 410, "These files have expired.")],
)
def test_where_nothing_is_ready_a_page_says_so(
    owner: User, page: Client, objects: ObjectStore, outcome: str, status: int, words: str
) -> None:
    ids = messages.ids(owner_id=owner.pk)
    services.advance_archive(heard=messages.file_uploaded(**ids))
    services.advance_archive(heard=messages.extraction_ended(**ids, outcome=outcome, result=None))
    for below in ("frames/", "zip/"):
        answer = page.get(pages(ids["video_id"]) + below)
        assert answer.status_code == status
        assert words in answer.content.decode()


def test_an_unknown_video_is_not_found(page: Client) -> None:
    assert page.get(f"{pages(uuid4())}frames/").status_code == 404


def test_the_index_of_a_moment_counts_what_was_asked_for() -> None:
    frames = many(3)
    assert [views._index_at(frames, at_s) for at_s in (0, 9.9, 10, 99)] == [1, 1, 2, 3]
