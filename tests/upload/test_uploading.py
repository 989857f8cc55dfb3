"""Taking a video in over HTTP."""

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from pytest_django.fixtures import Settings
from rest_framework.response import Response
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload import services
from apps.upload.models import Quota, Video
from frameflow.bus.models import OutboxMessage
from frameflow.contracts import Options
from frameflow.storage import ObjectStore, StorageError
from tests.databases import every_database
from tests.factories import MP4_HEAD, put_source, stored_video

pytestmark = every_database

VIDEO = MP4_HEAD + bytes(300_000)


def send(client: APIClient, data: bytes = VIDEO, name: str = "a.mp4", **fields: Any) -> Response:
    file = SimpleUploadedFile(name, data, content_type="video/mp4")
    return client.post("/api/v1/videos/", {"file": file, **fields}, format="multipart")


def nothing_is_left(objects: ObjectStore) -> bool:
    live = Video.objects.exclude(state="deleted").exists()
    used = sum(Quota.objects.values_list("used_bytes", flat=True))
    return not live and not list(objects.list("")) and used == 0


def test_scenes_and_distinct_frames_are_wished_through_the_api(as_owner: APIClient) -> None:
    options = send(as_owner, mode="scenes", distinct="true").json()["options"]
    assert (options["mode"], options["distinct"]) == ("scenes", True)
    wished = OutboxMessage.objects.using("upload").get().payload["options"]
    assert (wished["mode"], wished["distinct"]) == ("scenes", True)
    assert send(as_owner, distinct="perhaps").json()["errors"][0]["path"] == "distinct"
    assert send(as_owner).json()["options"]["distinct"] is False


def test_a_video_is_taken_in_and_its_first_extraction_begins(
    as_owner: APIClient, owner: User, objects: ObjectStore
) -> None:
    answer = send(as_owner, interval="2.5", format="png")
    assert answer.status_code == 201
    document = answer.json()
    assert document["status"] == "queued"
    assert document["size_bytes"] == len(VIDEO)
    assert document["options"]["interval"] == 2.5
    assert document["options"]["format"] == "png"
    assert answer["Location"] == document["links"]["self"]
    video = Video.objects.get()
    assert video.source_sha256 == hashlib.sha256(VIDEO).hexdigest()
    assert video.source_key.startswith(f"{owner.pk}/{video.pk}/")
    assert b"".join(objects.read(video.source_key)) == VIDEO
    message = OutboxMessage.objects.using("upload").get()
    assert message.type == "FILE_UPLOADED"
    assert "a.mp4" not in str(message.payload)


def test_the_space_used_is_the_size_of_the_file(as_owner: APIClient, owner: User) -> None:
    send(as_owner)
    assert Quota.objects.get(owner_id=owner.pk).used_bytes == len(VIDEO)


@pytest.mark.parametrize(
    ("name", "data", "status", "code"),
    [
        ("notes.txt", b"hello", 415, "unsupported_type"),
        ("song.mp3", b"ID3" + bytes(100), 415, "unsupported_type"),
        ("video", MP4_HEAD, 415, "unsupported_type"),
        ("random.mp4", bytes(range(256)) * 50, 422, "unreadable"),
        ("notes.mp4", b"#EXTM3U\nhttp://127.0.0.1/\n", 422, "unreadable"),
        ("empty.mp4", b"", 422, "empty"),
    ],
)
def test_what_is_no_video_is_refused_with_its_code_and_nothing_is_left(
    as_owner: APIClient, objects: ObjectStore, name: str, data: bytes, status: int, code: str
) -> None:
    answer = send(as_owner, data, name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["title"]
    assert answer.json()["action"]
    assert nothing_is_left(objects)


def test_a_file_over_the_limit_is_refused_while_it_arrives(
    as_owner: APIClient, objects: ObjectStore, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = len(VIDEO) - 1
    answer = send(as_owner)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert nothing_is_left(objects)


def test_a_file_exactly_at_the_limit_is_taken(as_owner: APIClient, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = len(VIDEO)
    assert send(as_owner).status_code == 201


@pytest.mark.parametrize("missing", [1000, 0], ids=["a short read", "no last boundary"])
def test_a_cut_upload_leaves_nothing(
    as_owner: APIClient, objects: ObjectStore, missing: int
) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n'
        b"Content-Type: video/mp4\r\n\r\n" + VIDEO
    )
    answer = as_owner.generic(
        "POST",
        "/api/v1/videos/",
        body,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=len(body) + missing,
        **{"wsgi.input": io.BytesIO(body)},  # ends early without an exception, as a cut does
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "cut_off")
    assert answer.json()["retryable"] is True
    assert nothing_is_left(objects)


def test_an_upload_of_unknown_length_is_told_so(as_owner: APIClient) -> None:
    unknown = {"HTTP_TRANSFER_ENCODING": "chunked"}
    request = {"PATH_INFO": "/api/v1/videos/", "REQUEST_METHOD": "POST", **unknown}
    answer = as_owner.request(**request)
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_thousands_of_brackets_are_no_json(as_owner: APIClient, owner: User) -> None:
    video = stored_video(owner_id=owner.pk)
    deep = "[" * 20_000 + "]" * 20_000
    answer = as_owner.generic("PATCH", f"/api/v1/videos/{video.pk}/", deep, "application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"interval": "0.01"}, "interval"),
        ({"interval": "ten"}, "interval"),
        ({"interval": "0.1234"}, "interval"),
        ({"format": "gif"}, "format"),
        ({"quality": "101"}, "quality"),
        ({"max_frames": "999999"}, "max_frames"),
        ({"mode": "timestamps", "timestamps": "1,x"}, "timestamps.1"),
        ({"intervall": "5"}, "intervall"),
        ({"mode": "count"}, ""),
        ({"start": "5", "end": "2"}, ""),
        ({"end": "0"}, ""),
        ({"mode": "count", "count": "100", "max_frames": "10"}, ""),
    ],
)
def test_options_that_are_wrong_are_named_and_nothing_is_left(
    as_owner: APIClient, objects: ObjectStore, fields: dict[str, str], path: str
) -> None:
    answer = send(as_owner, **fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_options")
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert nothing_is_left(objects)


def test_a_request_without_a_file_says_what_is_missing(as_owner: APIClient) -> None:
    answer = as_owner.post("/api/v1/videos/", {"interval": "5"}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_missing")
    answer = as_owner.post("/api/v1/videos/", {"interval": 5}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "file_missing")


def test_a_store_that_fails_leaves_nothing_and_says_that_it_may_work_later(
    as_owner: APIClient, objects: ObjectStore
) -> None:
    with patch.object(type(objects), "writer", side_effect=StorageError("disk full")):
        answer = send(as_owner)
    assert answer.status_code == 503
    assert answer.json()["retryable"] is True
    assert nothing_is_left(objects)


def test_space_is_limited(as_owner: APIClient, objects: ObjectStore, settings: Settings) -> None:
    settings.QUOTA_BYTES = len(VIDEO) + 1000
    assert send(as_owner).status_code == 201
    answer = send(as_owner)
    assert (answer.status_code, answer.json()["code"]) == (403, "quota")


def test_a_body_cannot_choose_owner_or_status(as_owner: APIClient, owner: User) -> None:
    answer = send(as_owner, owner_id=str(uuid4()), status="ready")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_options")
    assert [each["path"] for each in answer.json()["errors"]] == ["owner_id", "status"]
    assert not Video.objects.exclude(owner_id=owner.pk).exists()


def test_names_are_cleaned(as_owner: APIClient) -> None:
    document = send(as_owner, name="../../etc/\x07pass\nwd.mp4").json()
    assert "/" not in document["name"]
    assert document["name"].isprintable()


def test_a_visitor_cannot_upload(objects: ObjectStore) -> None:
    assert send(APIClient()).status_code == 401


def test_a_video_deleted_while_its_last_bytes_arrive_leaves_no_object(
    owner: User, objects: ObjectStore
) -> None:
    video = stored_video(owner_id=owner.pk, state="uploading", extraction=None)
    services.delete_video(video_id=video.pk)
    services.remove_sources()
    put_source(video)  # the writer was still at work
    services.complete_upload(video_id=video.pk, sha256="", options=Options(), at=datetime.now(UTC))
    Video.objects.update(sweep_at=Now() - timedelta(seconds=1))  # the grace is over
    services.remove_sources()
    assert list(objects.list("")) == []
    assert Video.objects.get().sweep_at is None


def test_a_file_that_comes_after_the_last_round_is_removed_too(
    owner: User, objects: ObjectStore
) -> None:
    video = stored_video(owner_id=owner.pk, state="expired", extraction=None)
    assert video.sweep_at is None
    put_source(video)  # the writer stood still for longer than silence and grace
    services.complete_upload(video_id=video.pk, sha256="", options=Options(), at=datetime.now(UTC))
    services.remove_sources()
    assert list(objects.list("")) == []


def test_an_upload_that_cannot_be_accepted_now_is_forgotten(
    as_owner: APIClient, objects: ObjectStore
) -> None:
    with patch.object(type(objects), "stat", side_effect=StorageError("away")):
        assert send(as_owner).status_code == 503
    services.remove_sources()
    assert nothing_is_left(objects)


def test_a_source_that_the_store_refuses_to_remove_lets_the_others_go_first(
    owner: User, objects: ObjectStore
) -> None:
    for _ in range(2):
        put_source(stored_video(owner_id=owner.pk, state="expired", extraction=None))
    Video.objects.update(sweep_at=Now() - timedelta(seconds=1), sweeps_left=1)
    with (
        patch.object(type(objects), "delete", side_effect=StorageError("refused")),
        pytest.raises(StorageError),
    ):
        services.remove_sources(limit=1)
    refused = Video.objects.latest("sweep_at")
    services.remove_sources(limit=1)
    assert [each.key for each in objects.list("")] == [refused.source_key]
