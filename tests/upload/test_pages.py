"""The page of a video: every state has its words and its one next step."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from apps.auth.models import User
from apps.upload.exceptions import NotAtRest
from tests.databases import every_database
from tests.factories import extraction_of, stored_video
from tests.upload.pages import (
    RESULT,
    STORAGE,
    UNREADABLE,
    WARNING,
    in_browser,
    text_of,
    video_in,
    words_in,
)

pytestmark = [every_database, pytest.mark.usefixtures("objects", "bus")]


@pytest.mark.parametrize(
    ("state", "more", "words", "step"),
    [
        ("processing", {}, "Waiting", "Cancel"),
        ("processing", {"step": "queued", "queue_position": 3}, "3 videos before yours", "Cancel"),
        ("processing", {"step": "checking", "percent": 2}, "Checking the video", "Cancel"),
        (
            "processing",
            {"step": "extracting", "frames_done": 4, "frames_total": 13, "eta_ms": 12_000},
            "4 of 13 frames · about 10 s left",
            "Cancel",
        ),
        ("processing", {"step": "packing", "percent": 97}, "Making the ZIP", "Cancel"),
        ("cancelling", {}, "Cancelling…", "Delete…"),
        ("ready", {"result": RESULT}, "Ready", "Download ZIP (13 frames, 740 KB)"),
        ("failed", {"error": UNREADABLE}, "could not read this file", "Choose another file"),
        ("failed", {"error": STORAGE}, "Your video is safe", "Try again"),
        ("cancelled", {}, "You cancelled this. The video is still here.", "Start again"),
        ("expired", {}, "We deleted the files as announced.", "Upload again"),
    ],
)
def test_every_state_says_what_is_and_offers_the_next_step(
    page: Client, owner: User, state: str, more: dict[str, Any], words: str, step: str
) -> None:
    text = text_of(page, f"/videos/{video_in(owner, state, **more).pk}/")
    assert words in text
    assert step in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "scenes"}, "one frame of each scene"),
        ({"mode": "keyframes"}, "the key frames"),
        ({"interval": 2, "distinct": True}, "one frame every 2 s · no two alike"),
        ({"interval": 2}, "one frame every 2 s"),
    ],
)
def test_the_page_says_which_frames_were_wished(
    page: Client, owner: User, options: dict[str, Any], words: str
) -> None:
    video = video_in(owner, "ready", result=RESULT, options=options)
    text = text_of(page, f"/videos/{video.pk}/")
    assert words in text
    assert ("no two alike" in text) is ("distinct" in options)


def test_a_failure_names_its_support_code_and_never_the_machinery(
    page: Client, owner: User
) -> None:
    video = video_in(owner, "failed", error=STORAGE)
    text = text_of(page, f"/videos/{video.pk}/")
    assert f"STORAGE-{str(video.by_number()[0].pk)[:8]}" in text
    assert "bucket-7" not in text


def test_what_will_never_succeed_is_not_offered_again(page: Client, owner: User) -> None:
    video = video_in(owner, "failed", error=UNREADABLE)
    assert "Try again" not in text_of(page, f"/videos/{video.pk}/")


@pytest.mark.parametrize("code", ["too_long", "too_many_frames"])
def test_where_other_options_help_no_other_file_is_asked_for(
    page: Client, owner: User, code: str
) -> None:
    video = video_in(owner, "failed", error={**UNREADABLE, "code": code})
    html = page.get(f"/videos/{video.pk}/").content.decode()
    assert f'<a class="button primary" href="/videos/{video.pk}/again/">' in html
    assert "Choose another file" not in html
    assert "Video not readable" not in html  # it was read


def test_a_refused_upload_offers_another_file_and_nothing_more(page: Client, owner: User) -> None:
    video = stored_video(
        owner_id=owner.pk, state="refused", extraction=None, refusal={**UNREADABLE, "code": "empty"}
    )
    text = text_of(page, f"/videos/{video.pk}/")
    assert "This file is empty." in text
    assert "Choose another file" in text
    assert "Extract again" not in text


def test_a_result_with_gaps_says_what_is_missing(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT, warnings=[WARNING])
    assert "nothing could be read after 00:01:30" in text_of(page, f"/videos/{video.pk}/")


def test_the_old_result_stays_beside_a_new_one_at_work(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    extraction_of(video, "processing", step="extracting")
    text = text_of(page, f"/videos/{video.pk}/")
    assert "Download ZIP (13 frames, 740 KB)" in text
    assert "Extracting frames" in text


def test_the_panel_is_the_same_piece_of_the_page(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    whole = page.get(f"/videos/{video.pk}/").content.decode()
    panel = page.get(f"/videos/{video.pk}/panel/").content.decode()
    for part in ("part-state", "part-words", "part-actions", "part-frames", "part-timeline"):
        assert f'id="{part}"' in panel
        assert f'id="{part}"' in whole
    assert "<html" not in panel


def test_without_scripts_the_page_of_a_running_video_comes_again(page: Client, owner: User) -> None:
    running, done = video_in(owner, "processing"), video_in(owner, "ready", result=RESULT)
    refresh = '<noscript><meta http-equiv="refresh" content="4"></noscript>'
    assert refresh in page.get(f"/videos/{running.pk}/").content.decode()
    assert refresh not in page.get(f"/videos/{done.pk}/").content.decode()


def test_cancel_start_again_and_their_repeats_lead_back_to_the_page(
    page: Client, owner: User
) -> None:
    video = video_in(owner, "processing")
    address = f"/videos/{video.pk}/"
    for _ in range(2):
        assert page.post(f"{address}cancel/").headers["Location"] == address
    assert video.extractions.get().state == "cancelling"
    video.extractions.update(state="cancelled")
    for _ in range(2):
        assert page.post(f"{address}retry/", {"run": "1"}).headers["Location"] == address
    extraction = video.extractions.get()
    assert (extraction.state, extraction.run) == ("processing", 2)


def test_a_wish_that_comes_too_late_shows_how_it_stands(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    answer = page.post(f"/videos/{video.pk}/retry/", follow=True)
    assert "This had already changed." in words_in(answer.content.decode())


def test_cancelling_an_upload_leads_to_the_list(page: Client, owner: User) -> None:
    video = stored_video(owner_id=owner.pk, state="uploading", extraction=None)
    assert page.post(f"/videos/{video.pk}/cancel/").headers["Location"] == "/videos/"


def test_a_video_gets_another_name(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    page.post(f"/videos/{video.pk}/rename/", {"name": "Recife.mp4"})
    assert "Recife.mp4" in text_of(page, f"/videos/{video.pk}/")
    answer = page.post(f"/videos/{video.pk}/rename/", {"name": " "}, follow=True)
    assert "A name is needed." in words_in(answer.content.decode())


def test_a_wish_that_comes_too_early_is_answered_in_the_language_of_the_page(
    page: Client, owner: User
) -> None:
    video = video_in(owner, "processing")
    form = {"interval": "2.5", "format": "png", "quality": "90"}
    there = {"accept-language": "pt-br"}
    answer = page.post(f"/videos/{video.pk}/again/", form, headers=there, follow=True)
    with translation.override("pt-br"):
        sentence = gettext(NotAtRest.action)
    assert sentence != NotAtRest.action
    assert sentence in answer.content.decode()


def test_extract_again_takes_new_options(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    form = {"interval": "2.5", "format": "png", "quality": "90", "start": "1:00"}
    answer = page.post(f"/videos/{video.pk}/again/", form)
    assert answer.headers["Location"] == f"/videos/{video.pk}/"
    newest = video.extractions.get(extraction_no=2).wished()
    assert (float(newest.interval), newest.format, newest.start) == (2.5, "png", 60)


def test_wrong_options_stay_in_the_form_with_a_word_beside_them(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    form = {"interval": "0", "format": "png", "quality": "90"}
    answer = page.post(f"/videos/{video.pk}/again/", form)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert video.extractions.count() == 1


def test_delete_asks_once_and_says_what_goes(page: Client, owner: User) -> None:
    video = video_in(owner, "ready", result=RESULT)
    asked = text_of(page, f"/videos/{video.pk}/delete/")
    assert "Delete holiday.mp4?" in asked
    assert "13 frames and the ZIP" in asked
    done = page.post(f"/videos/{video.pk}/delete/", follow=True)
    assert "Deleted: the video, its frames and its ZIP." in words_in(done.content.decode())
    text_of(page, f"/videos/{video.pk}/", status=404)


@pytest.mark.parametrize("below", ["", "panel/", "again/", "delete/"])
def test_a_stranger_and_a_visitor_see_nothing(owner: User, stranger: User, below: str) -> None:
    video = video_in(owner, "ready", result=RESULT)
    address = f"/videos/{video.pk}/{below}"
    assert in_browser(stranger).get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("wish", ["cancel", "retry", "again", "rename", "delete"])
def test_a_stranger_can_do_nothing(owner: User, stranger: User, wish: str) -> None:
    video = video_in(owner, "failed", error=STORAGE)
    answer = in_browser(stranger).post(f"/videos/{video.pk}/{wish}/", {"name": "mine.mp4"})
    assert answer.status_code == 404
    video.refresh_from_db()
    assert (video.state, video.name, video.extractions.count()) == ("stored", "holiday.mp4", 1)


def test_a_fragment_that_fails_leaves_the_page_standing(
    page: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = video_in(owner, "ready", result=RESULT)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("download is not well")

    monkeypatch.setattr("apps.download.selectors.list_frames", fail)
    assert "Download ZIP" in text_of(page, f"/videos/{video.pk}/")


def test_an_unknown_video_is_a_page_in_words(page: Client) -> None:
    text = text_of(page, f"/videos/{uuid4()}/", status=404)
    assert "It may be deleted, or belong to another account." in text
