"""A request sent twice with an Idempotency-Key acts once."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.db.models.functions import Now
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload import services
from apps.upload.exceptions import KeyInUse
from apps.upload.models import Extraction, KeptAnswer, Quota, Video
from frameflow.bus.models import OutboxMessage
from frameflow.storage import ObjectStore, StorageError
from tests.conftest import client_of
from tests.databases import every_database, every_database_committed
from tests.factories import MP4_HEAD, stored_video

pytestmark = every_database

VIDEO = MP4_HEAD + bytes(300_000)
KEY = {"HTTP_IDEMPOTENCY_KEY": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


def send(
    client: APIClient, data: bytes = VIDEO, name: str = "a.mp4", key: Any = KEY, **fields: str
) -> Any:
    file = SimpleUploadedFile(name, data, content_type="video/mp4")
    body = {"file": file, **fields}
    return client.post("/api/v1/videos/", body, format="multipart", **key)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_an_upload_sent_twice_is_one_video_and_one_answer(
    as_owner: APIClient, objects: ObjectStore, settings: Settings
) -> None:
    first = send(as_owner, interval="5")
    settings.QUOTA_BYTES = 1  # what is repeated needs no space
    Extraction.objects.update(step="checking")
    again = send(as_owner, interval="5")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Video.objects.count() == len(list(objects.list(""))) == 1
    assert OutboxMessage.objects.using("upload").count() == 1


@pytest.mark.parametrize(
    "other", [{"data": VIDEO + b"x"}, {"name": "b.mp4"}, {"interval": "6"}, {"count": "3"}]
)
def test_a_key_belongs_to_one_upload(as_owner: APIClient, other: Any) -> None:
    send(as_owner, interval="5")
    answer = send(as_owner, **{"interval": "5", **other})
    assert code(answer) == (422, "idempotency_key_reused")
    assert Video.objects.count() == 1


@pytest.mark.parametrize("wish", ["retry", "extractions"])
def test_a_wish_sent_twice_is_one_wish(as_owner: APIClient, owner: User, wish: str) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    url = f"/api/v1/videos/{video.pk}/{wish}/"
    first, again = as_owner.post(url, {}, **KEY), as_owner.post(url, {}, **KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert OutboxMessage.objects.using("upload").count() == 1
    other = as_owner.post(url, {"run": 1} if wish == "retry" else {"interval": 5}, **KEY)
    assert code(other) == (422, "idempotency_key_reused")


def test_a_key_belongs_to_one_address(as_owner: APIClient, owner: User) -> None:
    urls = [
        f"/api/v1/videos/{stored_video(owner_id=owner.pk, extraction='failed').pk}/retry/"
        for _ in range(2)
    ]
    assert as_owner.post(urls[0], {}, **KEY).status_code == 202
    assert code(as_owner.post(urls[1], {}, **KEY)) == (422, "idempotency_key_reused")


def test_cancel_takes_a_key_without_harm(as_owner: APIClient, owner: User) -> None:
    url = f"/api/v1/videos/{stored_video(owner_id=owner.pk, extraction='processing').pk}/cancel/"
    assert [as_owner.post(url, **KEY).status_code for _ in range(2)] == [202, 202]
    assert OutboxMessage.objects.using("upload").count() == 1


def test_the_same_key_of_two_people_is_two_keys(
    as_owner: APIClient, as_stranger: APIClient
) -> None:
    assert send(as_owner).json()["id"] != send(as_stranger).json()["id"]
    assert KeptAnswer.objects.count() == 2


def test_quotes_around_a_key_are_not_part_of_it(as_owner: APIClient) -> None:
    first = send(as_owner, key={"HTTP_IDEMPOTENCY_KEY": "abc"})
    again = send(as_owner, key={"HTTP_IDEMPOTENCY_KEY": '"abc"'})
    assert first.json() == again.json()


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(as_owner: APIClient, key: str) -> None:
    answer = send(as_owner, key={"HTTP_IDEMPOTENCY_KEY": key})
    assert code(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["path"] == "Idempotency-Key"
    assert not Video.objects.exists()


def test_while_the_first_is_under_way_the_second_waits_before_it_is_read(
    as_owner: APIClient, owner: User
) -> None:
    KeptAnswer.objects.create(owner_id=owner.pk, key="abc")
    answer = send(as_owner, key={"HTTP_IDEMPOTENCY_KEY": "abc"})
    assert code(answer) == (409, "idempotency_key_in_use")
    assert int(answer["Retry-After"]) >= 1
    assert not Video.objects.exists()


def test_what_died_under_way_does_not_hold_its_key(as_owner: APIClient, owner: User) -> None:
    dead = KeptAnswer.objects.create(
        owner_id=owner.pk, key="abc", alive_at=Now() - timedelta(minutes=3)
    )
    assert send(as_owner, key={"HTTP_IDEMPOTENCY_KEY": "abc"}).status_code == 201
    with pytest.raises(KeyInUse):  # if it comes back after all, what it did is undone
        services.keep_answer(kept=dead, fingerprint="", status=201, document={"id": None})


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"interval": "0"}, 422), ({"data": b""}, 422), ({"name": "a.txt"}, 415)],
)
def test_a_refusal_frees_the_key(as_owner: APIClient, wrong: Any, status: int) -> None:
    assert send(as_owner, **wrong).status_code == status
    assert send(as_owner).status_code == 201


def test_a_failure_frees_the_key(as_owner: APIClient, objects: ObjectStore) -> None:
    with patch.object(type(objects), "stat", side_effect=StorageError("away")):
        assert send(as_owner).status_code == 503
    assert send(as_owner).status_code == 201


def test_a_wish_that_is_refused_frees_the_key(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk, extraction="processing")
    url = f"/api/v1/videos/{video.pk}/retry/"
    assert as_owner.post(url, {}, **KEY).status_code == 409
    Extraction.objects.update(state="failed")
    assert as_owner.post(url, {}, **KEY).status_code == 202


def test_an_answer_that_cannot_be_kept_undoes_what_was_done(
    as_owner: APIClient, owner: User
) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    with patch.object(services, "keep_answer", side_effect=StorageError("away")):
        answer = as_owner.post(f"/api/v1/videos/{video.pk}/retry/", {}, **KEY)
    assert answer.status_code == 503
    assert video.extractions.get().state == "failed"
    assert not OutboxMessage.objects.using("upload").exists()


def test_an_upload_whose_answer_cannot_be_kept_is_forgotten(
    as_owner: APIClient, objects: ObjectStore
) -> None:
    with patch.object(services, "keep_answer", side_effect=StorageError("away")):
        assert send(as_owner).status_code == 503
    services.remove_sources()
    assert not Video.objects.exclude(state="deleted").exists()
    assert not list(objects.list(""))
    assert Quota.objects.get().used_bytes == 0


def test_a_key_means_the_same_for_a_day(as_owner: APIClient) -> None:
    send(as_owner)
    KeptAnswer.objects.update(created_at=Now() - timedelta(hours=25))
    assert send(as_owner, interval="9").status_code == 201
    KeptAnswer.objects.update(created_at=Now() - timedelta(hours=25))
    assert services.forget_answers() == 1
    assert not KeptAnswer.objects.exists()


def test_an_upload_that_takes_long_keeps_its_key(
    as_owner: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    monkeypatch.setattr("apps.upload.receiving.incoming.NOTE_EVERY_S", -1)
    monkeypatch.setattr(services, "note_alive", lambda *, kept: noted.append(kept.key))
    send(as_owner, key={"HTTP_IDEMPOTENCY_KEY": "abc"})
    assert set(noted) == {"abc"}


def test_with_the_video_goes_what_was_said_of_it(as_owner: APIClient) -> None:
    video_id = send(as_owner).json()["id"]
    as_owner.delete(f"/api/v1/videos/{video_id}/")
    assert not KeptAnswer.objects.exists()


@every_database_committed
def test_of_two_requests_at_once_one_acts(owner: User) -> None:
    video = stored_video(owner_id=owner.pk, extraction="failed")
    url, start = f"/api/v1/videos/{video.pk}/retry/", Barrier(2)
    statuses: list[int] = []

    def retry() -> None:
        client = client_of(owner)
        start.wait(10)
        statuses.append(client.post(url, {}, **KEY).status_code)
        connections.close_all()

    threads = [Thread(target=retry) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(statuses) <= {202, 409}
    assert 202 in statuses
    assert video.extractions.get().run == 2
    assert OutboxMessage.objects.using("upload").count() == 1
