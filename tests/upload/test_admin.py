"""What support may ask for a video, and which videos its lists show."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db.models.functions import Now
from django.test import Client
from structlog.testing import capture_logs

from apps.auth.models import User
from apps.upload import services
from apps.upload.admin.filters import videos_with
from apps.upload.models import Extraction, Quota, Status, Video
from frameflow.bus.models import OutboxMessage
from tests.databases import every_database
from tests.factories import extraction_of, stored_video

pytestmark = every_database
VIDEOS = "/admin/upload/video/"
OPTIONS = {
    "interval": "2",
    "format": "png",
    "quality": "90",
    "max_side": "",
    "start": "",
    "end": "",
}


@pytest.fixture
def support(support_agent: User) -> Client:
    """The browser of a member of Support."""
    client = Client()
    client.force_login(support_agent)
    return client


def wish(client: Client, name: str, videos: Iterable[Video], **more: Any) -> str:
    """Grant a wish about videos; return the page that tells what came of it."""
    ids = [str(each.pk) for each in videos]
    data = {"id": ids, "reason": "asked by mail", **more}
    return client.post(f"{VIDEOS}wishes/{name}/", data, follow=True).text


def newest(video: Video) -> Extraction:
    return video.extractions.order_by("-extraction_no")[0]


def said() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.using("upload").order_by("created_at")
    return [(each.type, each.payload["asked_by"]) for each in rows]


def test_ticked_rows_lead_to_a_question_about_exactly_these(support: Client) -> None:
    first, second, other = (stored_video(extraction="failed") for _ in range(3))
    ticked = [str(first.pk), str(second.pk)]
    # `select_across` is Django's "all rows of all pages": it changes nothing here.
    data = {"action": "retry", "_selected_action": ticked, "index": "0", "select_across": "1"}

    page = support.post(VIDEOS, data).text

    assert '<h2 id="rows">2 rows</h2>' in page
    assert all(f'name="id" value="{each}"' in page for each in ticked)
    assert str(other.pk) not in page
    assert newest(first).state == "failed"


@pytest.mark.parametrize("ticked", ["zzz", "\x00", "04537bd1"])
def test_what_is_no_id_is_not_found(support: Client, ticked: str) -> None:
    data = {"action": "retry", "_selected_action": ticked, "index": "0"}
    assert support.post(VIDEOS, data).status_code == 404


def test_nothing_ticked_is_a_sentence(support: Client) -> None:
    stored_video()
    data = {"action": "retry", "index": "0"}
    assert "Items must be selected" in support.post(VIDEOS, data, follow=True).text
    assert "Nothing is selected." in support.get(f"{VIDEOS}wishes/retry/", follow=True).text


@pytest.mark.parametrize("name", ["retry", "cancel", "extract-again"])
def test_a_wish_asks_why_before_anything_is_done(support: Client, name: str) -> None:
    video = stored_video(extraction="failed")
    data = {"id": [str(video.pk)], **OPTIONS}
    answer = support.post(f"{VIDEOS}wishes/{name}/", data)
    assert answer.status_code == 422
    assert 'id="id_reason_error"' in answer.text
    assert said() == []


def test_retry_does_what_can_be_done_and_tells_of_each_of_the_others(support: Client) -> None:
    videos = [stored_video(extraction="failed"), stored_video(extraction="cancelled")]
    ready = stored_video(extraction="ready")

    page = wish(support, "retry", [*videos, ready])

    code = str(newest(ready).pk)[:8]
    assert f"Retry: 2 done, 1 skipped: already ready ({code})" in page
    assert [newest(each).state for each in videos] == ["processing"] * 2
    assert said() == [("EXTRACTION_REQUESTED", "support")] * 2


def test_what_is_gone_since_the_question_is_told(support: Client) -> None:
    video, gone = stored_video(extraction="failed"), uuid4()
    data = {"id": [str(video.pk), str(gone)], "reason": "asked"}
    page = support.post(f"{VIDEOS}wishes/retry/", data, follow=True).text
    assert f"1 done, 1 skipped: not here any more ({str(gone)[:8]})" in page


def test_cancel_stops_what_is_at_work_and_nothing_else(support: Client) -> None:
    at_work, ready = stored_video(extraction="processing"), stored_video(extraction="ready")
    uploading = stored_video(state="uploading", extraction=None)

    page = wish(support, "cancel", [at_work, ready, uploading])

    assert "Cancel: 1 done, 2 skipped" in page
    assert "already uploading" in page
    assert newest(at_work).state == "cancelling"
    uploading.refresh_from_db()
    assert uploading.state == "uploading"
    assert said() == [("CANCEL_REQUESTED", "support")]


def test_extract_again_takes_options(support: Client) -> None:
    video = stored_video(extraction="ready")
    assert (
        "Seconds between frames"
        in support.get(f"{VIDEOS}wishes/extract-again/", {"id": str(video.pk)}).text
    )

    page = wish(support, "extract-again", [video], **OPTIONS)

    assert "Extract again: 1 done." in page
    made = newest(video)
    assert (made.extraction_no, made.options["interval"], made.options["format"]) == (2, 2, "png")
    again = wish(support, "extract-again", [video], **OPTIONS)
    assert "0 done, 1 skipped: already waiting" in again


def test_a_closed_account_gets_nothing_new(support: Client) -> None:
    video = stored_video(extraction="failed")
    Quota.objects.filter(owner_id=video.owner_id).update(closed_at=Now())
    assert "0 done, 1 skipped: This account was closed" in wish(support, "retry", [video])


def test_the_page_of_a_video_has_the_wishes_and_no_delete(support: Client) -> None:
    video = stored_video(extraction="failed")
    page = support.get(f"{VIDEOS}{video.pk}/change/").text
    for name in ("retry", "cancel", "extract-again"):
        address = f"{VIDEOS}wishes/{name}/?id={video.pk}"
        assert f'href="{address}"' in page
        assert support.get(address).status_code == 200
    assert "delete" not in page
    assert support.post(f"{VIDEOS}wishes/delete/", {"id": str(video.pk)}).status_code == 404


def test_every_wish_is_in_the_journal_and_in_the_log(support: Client, support_agent: User) -> None:
    video = stored_video(extraction="failed")
    with capture_logs() as lines:
        wish(support, "retry", [video])

    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.object_id) == (support_agent.pk, str(video.pk))
    assert entry.change_message == "retry: done. asked by mail"
    [line] = [each for each in lines if each["event"] == "support.wish"]
    assert line["by"] == str(support_agent.pk)
    assert (line["object"], line["reason"]) == (str(video.pk), "asked by mail")
    journal = support.get(f"/admin/admin/logentry/?q={video.pk}").text
    assert "asked by mail" in journal


def test_whoever_may_look_but_not_act_is_refused() -> None:
    video = stored_video(extraction="failed")
    trainee = User.objects.create_user("tim@example.com", "x", is_staff=True)
    views = Group.objects.get(name="Support").permissions.filter(codename__startswith="view_")
    trainee.user_permissions.set(views)
    client = Client()
    client.force_login(trainee)

    data = {"id": [str(video.pk)], "reason": "asked"}
    assert client.post(f"{VIDEOS}wishes/retry/", data).status_code == 403
    assert "Retry" not in client.get(f"{VIDEOS}{video.pk}/change/").text
    assert 'value="retry"' not in client.get(VIDEOS).text
    assert newest(video).state == "failed"


def every_kind_of_video() -> list[Video]:
    """Store a video in each state with each state of extraction, alone and beside an old one."""
    states = ("processing", "cancelling", "ready", "failed", "cancelled")
    kinds = [stored_video(state=each, extraction=None) for each in ("uploading", "refused")]
    kinds += [stored_video(state="expired", extraction="expired")]
    for state in states:
        alone, beside = stored_video(extraction=state), stored_video(extraction="expired")
        extraction_of(beside, state)
        newer_gone = stored_video(extraction=state)
        extraction_of(newer_gone, "expired")
        after_ready = stored_video(extraction="ready")
        extraction_of(after_ready, state)
        kinds += [alone, beside, newer_gone, after_ready]
    for step in ("checking", "extracting", "packing"):
        kinds.append(stored_video(extraction=None))
        extraction_of(kinds[-1], "processing", step=step)
    kinds.append(stored_video(extraction=None))
    extraction_of(kinds[-1], "ready", run=2, published_run=1)
    return kinds


def test_the_filter_by_status_knows_the_status_that_people_see() -> None:
    kinds = every_kind_of_video()
    for status in Status:
        seen = {each.pk for each in kinds if each.status == status}
        assert set(Video.objects.filter(videos_with(status)).values_list("pk", flat=True)) == seen


def test_deleted_videos_are_found_by_support_alone(support: Client) -> None:
    video = stored_video(state="deleted", extraction="ready", name="")
    page = support.get(f"{VIDEOS}?status=deleted").text
    assert str(video.pk) in page
    assert '<span class="chip deleted">Deleted</span>' in page


def test_stuck_is_at_work_without_progress_for_five_minutes(support: Client) -> None:
    stuck, lively, fresh = (stored_video(extraction=None) for _ in range(3))
    long_ago = Now() - timedelta(minutes=6)
    extraction_of(stuck, "processing", requested_at=long_ago)
    extraction_of(lively, "processing", requested_at=long_ago, progressed_at=Now())
    extraction_of(fresh, "processing")
    for page in (VIDEOS, "/admin/upload/extraction/"):
        text = support.get(f"{page}?stuck=yes").text
        assert str(stuck.pk) in text
        assert str(lively.pk) not in text
        assert str(fresh.pk) not in text


def test_what_was_just_retried_is_not_stuck(support: Client) -> None:
    video = stored_video(extraction=None)
    extraction_of(video, "failed", requested_at=Now() - timedelta(days=2))
    wish(support, "retry", [video])
    assert str(video.pk) not in support.get(f"{VIDEOS}?stuck=yes").text


def test_videos_are_filtered_by_code_and_size(support: Client) -> None:
    why = {"code": "too_large", "detail": "", "retryable": False}
    refused = stored_video(state="refused", extraction=None, refusal=why, source_bytes=120_000_000)
    failed = stored_video(extraction=None)
    extraction_of(failed, "failed", error={**why, "code": "unreadable"})

    def listed(query: str) -> list[bool]:
        text = support.get(f"{VIDEOS}?{query}").text
        return [str(each.pk) in text for each in (refused, failed)]

    assert listed("code=too_large") == [True, False]
    assert listed("code=unreadable") == [False, True]
    assert listed("size=xl") == [True, False]
    assert listed("size=s") == [False, True]


def test_a_row_that_goes_wrong_hides_nothing_of_the_others(
    support: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = stored_video(extraction="failed"), stored_video(extraction="failed")
    retry = services.retry_extraction

    def retried(*, video_id: Any, **more: Any) -> Any:
        if video_id == bad.pk:
            raise ZeroDivisionError
        return retry(video_id=video_id, **more)

    monkeypatch.setattr(services, "retry_extraction", retried)
    page = wish(support, "retry", [bad, good])
    assert "1 done, 1 skipped: it went wrong on our side, see the log" in page
    assert newest(good).state == "processing"
