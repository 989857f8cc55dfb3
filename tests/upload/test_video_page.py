"""What the page of a video tells beside its state: how large, how long, how much is missing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.auth.models import User
from apps.upload import services
from apps.upload.models import Video
from tests import messages
from tests.databases import every_database
from tests.factories import extraction_of, stored_video
from tests.upload.pages import RESULT, STORAGE, UNREADABLE, WARNING, text_of, video_in

pytestmark = [every_database, pytest.mark.usefixtures("objects", "bus")]

STARTED = "2026-03-12T14:02:11Z"


def step(name: str, ended_at: str | None) -> dict[str, Any]:
    return {"step": name, "started_at": STARTED, "ended_at": ended_at, "tries": 1, "reason": None}


def test_each_step_says_how_long_it_took(page: Client, owner: User) -> None:
    now = timezone.now()
    video = stored_video(owner_id=owner.pk, extraction=None, stored_at=now)
    Video.objects.filter(pk=video.pk).update(created_at=now - timedelta(seconds=6))
    steps = [step("checking", "2026-03-12T14:02:11.400Z"), step("extracting", None)]
    extraction_of(video, "ready", result=RESULT, steps=steps)
    text = text_of(page, f"/videos/{video.pk}/")
    assert "Uploaded 6 s" in text
    assert "Video checked 0.4 s" in text
    assert "Frames extracted ZIP ready" in text


def test_the_verdict_brings_the_durations(page: Client, owner: User) -> None:
    video = video_in(owner, "processing")
    [extraction] = video.by_number()
    ended = messages.extraction_ended(
        extraction_id=extraction.pk,
        video_id=video.pk,
        owner_id=owner.pk,
        steps=[step("checking", "2026-03-12T14:02:13Z")],
    )
    services.record_ending(ended=ended)
    services.note_published(
        published=messages.archive_published(extraction_id=extraction.pk, run=1)
    )
    assert "Video checked 2 s" in text_of(page, f"/videos/{video.pk}/")
    services.extract_again(video_id=video.pk, options=extraction.wished())
    assert "Video checked" not in text_of(page, f"/videos/{video.pk}/")


def test_the_facts_name_the_size_of_the_pictures(page: Client, owner: User) -> None:
    sized = {**RESULT, "width": 1280, "height": 720}
    text = text_of(page, f"/videos/{video_in(owner, 'ready', result=sized).pk}/")
    assert "2 min 5 s · 1280\u00d7720 · one frame every 10 s" in text


@pytest.mark.parametrize(
    ("options", "warnings", "words"),
    [
        ({"interval": 10}, [WARNING], "Download ZIP (9 of 13 frames)"),
        ({"interval": 10, "start": 30}, [WARNING], "Download ZIP (9 of 10 frames)"),
        ({"mode": "count", "count": 20}, [WARNING], "Download ZIP (9 of 20 frames)"),
        ({"mode": "timestamps", "timestamps": list(range(11))}, [WARNING], "(9 of 11 frames)"),
        ({"mode": "scenes"}, [WARNING], "Download ZIP (9 frames, 740 KB)"),
        ({"interval": 10, "distinct": True}, [WARNING], "Download ZIP (9 frames, 740 KB)"),
        ({"interval": 10}, [{**WARNING, "code": "hdr"}], "Download ZIP (9 frames, 740 KB)"),
        ({"interval": 10}, [], "Download ZIP (9 frames, 740 KB)"),
    ],
)
def test_a_result_with_gaps_says_how_many_of_how_many(
    page: Client, owner: User, options: dict[str, Any], warnings: list[Any], words: str
) -> None:
    result = {**RESULT, "frames": 9}
    video = video_in(owner, "ready", result=result, options=options, warnings=warnings)
    assert words in text_of(page, f"/videos/{video.pk}/")


@pytest.mark.parametrize(
    ("error", "is_offered"),
    [
        (STORAGE, True),
        (UNREADABLE, False),
        ({**UNREADABLE, "code": "too_many_frames"}, True),
        ({**UNREADABLE, "code": "too_long"}, True),
    ],
)
def test_other_options_are_offered_where_they_can_help(
    page: Client, owner: User, error: dict[str, Any], is_offered: bool
) -> None:
    text = text_of(page, f"/videos/{video_in(owner, 'failed', error=error).pk}/")
    assert ("Extract again…" in text) is is_offered


def test_the_lists_of_the_frames_are_one_click_away(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    html = page.get(f"/videos/{video.pk}/").content.decode()
    assert f'href="/api/v1/videos/{video.pk}/manifest/?format=csv"' in html
    assert 'id="step-extract"' in html


@pytest.mark.parametrize(
    ("length_bytes", "silent", "sentence"),
    [
        (None, timedelta(minutes=11), "The upload was cut off. Send the file again."),
        (9, timedelta(hours=25), "This upload waited more than 24 hours. Start it again."),
    ],
)
def test_an_upload_that_fell_silent_says_why(
    page: Client, owner: User, length_bytes: int | None, silent: timedelta, sentence: str
) -> None:
    video = services.begin_upload(
        owner_id=owner.pk, name="clip.mp4", announced_bytes=9, at=timezone.now()
    )
    past = timezone.now() - silent
    Video.objects.filter(pk=video.pk).update(length_bytes=length_bytes, active_at=past)
    services.expire_silent_uploads()
    text = text_of(page, f"/videos/{video.pk}/")
    assert sentence in text
    assert "Upload again" in text
