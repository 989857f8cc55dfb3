"""Who may write to an upload in pieces, for how long, and how it ends."""

from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.auth.services import make_api_token
from apps.upload import schedule, selectors, services
from apps.upload.api import uploads
from apps.upload.models import Video
from frameflow.bus.models import OutboxMessage
from frameflow.storage import ObjectDamaged, ObjectStore, StorageError
from tests.databases import every_database
from tests.upload.tus import UPLOADS, VIDEO, Sender, nothing_is_left

pytestmark = every_database

HALF = len(VIDEO) // 2


def test_a_second_sender_has_to_wait(sender: Sender) -> None:
    path = sender.begin()
    video = services.take_lease(video_id=Video.objects.get().pk, offset_bytes=0)
    answer = sender.send(path, 0, VIDEO)
    assert (answer.status_code, answer.json()["code"]) == (423, "upload_locked")
    assert "Retry-After" in answer
    services.release_lease(video=video)
    assert sender.send(path, 0, VIDEO).status_code == 204


def test_who_asks_waits_for_the_request_that_ends_now(sender: Sender, settings: Settings) -> None:
    """A sender that was cut and comes back is told what its last request still saved."""
    path = sender.begin()
    video = services.take_lease(video_id=Video.objects.get().pk, offset_bytes=0)
    looks = 0

    def end_at_the_third(**asked: Any) -> Video:
        nonlocal looks
        looks += 1
        if looks == 3:
            services.save_offset(video=video, offset_bytes=7)
            services.release_lease(video=video)
        return look(**asked)

    look = selectors.get_upload
    with patch.object(selectors, "get_upload", end_at_the_third):
        assert sender.offset(path) == 7
    services.take_lease(video_id=video.pk, offset_bytes=7)
    settings.UPLOAD_SETTLES_WITHIN_S = 0.1
    assert sender.offset(path) == 7  # a piece that takes long is not waited for
    with patch.object(uploads, "settled", side_effect=AssertionError("waits in a thread of few")):
        meant = sender.ask("POST", path, X_HTTP_Method_Override="HEAD")
    assert meant["Upload-Offset"] == "7"


def test_the_lease_of_a_dead_process_ends(sender: Sender) -> None:
    path = sender.begin()
    dead = services.take_lease(video_id=Video.objects.get().pk, offset_bytes=0)
    Video.objects.update(locked_until=Now() - timedelta(seconds=1))
    assert sender.send(path, 0, VIDEO[:HALF]).status_code == 204
    with pytest.raises(Exception, match="does not begin"):
        services.save_offset(video=dead, offset_bytes=7)  # it was only asleep
    services.release_lease(video=dead)
    assert sender.offset(path) == HALF


def test_a_sender_whose_upload_is_ended_meanwhile_stops(
    sender: Sender, objects: ObjectStore
) -> None:
    path, video_id = sender.begin(), Video.objects.get().pk
    ended = False

    def end_once(*, video: Video, offset_bytes: int) -> None:
        nonlocal ended
        if not ended:
            ended = True
            services.cancel_video(video_id=video_id)
        save(video=video, offset_bytes=offset_bytes)

    save = services.save_offset
    with patch.object(services, "save_offset", end_once):
        assert sender.send(path, 0, VIDEO).status_code == 404
    assert nothing_is_left(objects)


def test_the_lease_is_given_back_whatever_happens(sender: Sender, objects: ObjectStore) -> None:
    path = sender.begin()
    with patch.object(type(objects), "grow", side_effect=StorageError("away")):
        assert sender.send(path, 0, VIDEO).status_code == 503
    assert Video.objects.get().locked_until is None
    assert sender.send(path, 0, VIDEO).status_code == 204


def test_a_video_whose_sender_vanished_after_the_last_byte_is_completed(
    sender: Sender, objects: ObjectStore
) -> None:
    path = sender.begin()
    with patch.object(type(objects), "finish", side_effect=StorageError("away")):
        assert sender.send(path, 0, VIDEO).status_code == 503
    assert Video.objects.get().state == "uploading"
    assert sender.offset(path) == len(VIDEO)
    Video.objects.update(active_at=Now() - timedelta(days=3))
    schedule.expire_silent_uploads()
    schedule.complete_arrived()
    schedule.complete_arrived()
    assert Video.objects.get().state == "stored"
    assert OutboxMessage.objects.using("upload").count() == 1
    assert sender.ask("HEAD", path).status_code == 200


def test_a_video_that_arrived_before_we_were_away_for_days_is_completed(
    sender: Sender, objects: ObjectStore, settings: Settings
) -> None:
    video, half = arrived(sender, objects), sender.begin()
    sender.send(half, 0, VIDEO[:HALF])
    settings.STALE_WRITE_AFTER_S = -1  # all that is half written is old
    schedule.expire_silent_uploads()
    schedule.complete_arrived()
    assert Video.objects.get(pk=video.pk).state == "stored"
    Video.objects.exclude(pk=video.pk).update(active_at=Now() - timedelta(days=3))
    schedule.expire_silent_uploads()
    assert objects.abort_stale_writes(-1) == 0


@pytest.mark.parametrize("is_completed", [True, False])
def test_an_upload_that_is_whole_is_ended_with_its_video(
    sender: Sender, objects: ObjectStore, is_completed: bool
) -> None:
    path = sender.begin()
    away = patch.object(type(objects), "finish", side_effect=StorageError("away"))
    with nullcontext() if is_completed else away:
        assert sender.send(path, 0, VIDEO).status_code == (204 if is_completed else 503)
    assert sender.ask("DELETE", path).status_code == 204
    assert sender.ask("HEAD", path).status_code == 404
    assert Video.objects.get().state == "deleted"
    types = OutboxMessage.objects.using("upload").values_list("type", flat=True)
    assert set(types) == ({"FILE_UPLOADED", "VIDEO_DELETED"} if is_completed else set())
    schedule.complete_arrived()
    assert nothing_is_left(objects)


def arrived(sender: Sender, objects: ObjectStore) -> Video:
    """Return a video that is wholly here and not completed."""
    path = sender.begin()
    with patch.object(type(objects), "finish", side_effect=StorageError("away")):
        sender.send(path, 0, VIDEO)
    return Video.objects.get(pk=path.split("/")[-2])


@pytest.mark.parametrize("error", [StorageError, ObjectDamaged])
def test_a_video_that_cannot_be_completed_keeps_no_other_waiting(
    sender: Sender, objects: ObjectStore, error: type[StorageError]
) -> None:
    broken, sound = arrived(sender, objects), arrived(sender, objects)
    finish = type(objects).finish

    def fail(self: ObjectStore, key: str, size_bytes: int) -> None:
        if key == broken.source_key:
            raise error("never")
        finish(self, key, size_bytes)

    with patch.object(type(objects), "finish", fail):
        for _ in range(2):
            with suppress(StorageError):
                services.complete_arrived(limit=1)
    assert Video.objects.get(pk=sound.pk).state == "stored"
    assert Video.objects.get(pk=broken.pk).state == "uploading"


def test_a_video_that_can_never_be_completed_is_given_up_after_a_day(
    sender: Sender, objects: ObjectStore
) -> None:
    video = arrived(sender, objects)
    Video.objects.update(active_at=Now() - timedelta(hours=24, seconds=1))
    with patch.object(type(objects), "finish", side_effect=ObjectDamaged("never")):
        assert services.complete_arrived() == 0
    assert Video.objects.get(pk=video.pk).state == "expired"
    assert nothing_is_left(objects)


def test_one_clock_says_who_is_locked_out(sender: Sender) -> None:
    path = sender.begin()
    services.take_lease(video_id=Video.objects.get().pk, offset_bytes=0)
    ahead = timezone.now() + timedelta(hours=1)
    with patch.object(timezone, "now", return_value=ahead):
        assert sender.send(path, 0, VIDEO).status_code == 423


def test_a_silent_upload_expires_after_a_day(sender: Sender, objects: ObjectStore) -> None:
    path = sender.begin()
    sender.send(path, 0, VIDEO[:HALF])
    Video.objects.update(active_at=Now() - timedelta(hours=23, minutes=59))
    schedule.expire_silent_uploads()
    assert sender.offset(path) == HALF
    Video.objects.update(active_at=Now() - timedelta(hours=24, seconds=1))
    schedule.expire_silent_uploads()
    for answer in (sender.send(path, HALF, VIDEO[HALF:]), sender.ask("DELETE", path)):
        assert (answer.status_code, answer.json()["code"]) == (410, "upload_expired")
    assert sender.ask("HEAD", path).status_code == 410
    assert Video.objects.get().status == "expired"
    assert nothing_is_left(objects)


def test_an_upload_whose_bytes_were_lost_begins_anew(sender: Sender, objects: ObjectStore) -> None:
    path = sender.begin()
    sender.send(path, 0, VIDEO[:HALF])
    objects.discard(Video.objects.get().source_key)
    assert sender.send(path, HALF, VIDEO[HALF:]).status_code == 410
    assert sender.ask("HEAD", path).status_code == 410
    assert nothing_is_left(objects)


def test_a_stranger_finds_no_upload(sender: Sender, as_stranger: APIClient) -> None:
    path, other = sender.begin(), Sender(as_stranger)
    answers = [
        other.ask("HEAD", path), other.send(path, 0, VIDEO), other.ask("DELETE", path),
        other.client.get(path),
    ]  # fmt: skip
    assert {each.status_code for each in answers} == {404}
    assert sender.offset(path) == 0


def test_a_video_that_came_in_one_go_is_no_upload(sender: Sender, owner: User) -> None:
    video = services.begin_upload(
        owner_id=owner.pk, name="a.mp4", announced_bytes=9, at=timezone.now()
    )
    assert sender.ask("HEAD", f"{UPLOADS}{video.pk}/").status_code == 404


@pytest.mark.parametrize("can_write", [True, False])
def test_a_token_needs_the_scope_write(owner: User, objects: ObjectStore, can_write: bool) -> None:
    made = make_api_token(user=owner, name="x", can_write=can_write, expires_at=None)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {made.key}")
    assert Sender(client).create().status_code == (201 if can_write else 403)
    sneaky = client.get(UPLOADS, headers={"X-HTTP-Method-Override": "POST"})
    assert sneaky.status_code == 405


def test_a_session_needs_its_token(owner: User, objects: ObjectStore) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    browser.cookies["csrftoken"] = "a" * 32
    sender = Sender(browser)  # type: ignore[arg-type]
    assert sender.create().status_code == 403
    path = sender.begin(X_CSRFToken="a" * 32)
    assert sender.send(path, 0, VIDEO).status_code == 403
    meant: dict[str, Any] = {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": 0}
    assert sender.ask("POST", path, VIDEO, **meant).status_code == 403
    assert sender.send(path, 0, VIDEO, X_CSRFToken="a" * 32).status_code == 204


def test_what_is_half_written_lives_as_long_as_its_upload(
    sender: Sender, objects: ObjectStore, settings: Settings
) -> None:
    """Somebody looked in after twenty hours and sent nothing: that counts for the row, and so for
    the bytes, which are older."""
    path = sender.begin()
    sender.send(path, 0, VIDEO[:HALF])
    Video.objects.update(created_at=Now() - timedelta(hours=30))
    settings.STALE_WRITE_AFTER_S = -1  # all that is half written is old
    schedule.expire_silent_uploads()
    assert sender.send(path, HALF, VIDEO[HALF:]).status_code == 204
    assert Video.objects.get().state == "stored"
