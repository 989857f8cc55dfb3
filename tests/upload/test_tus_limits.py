"""What an upload in pieces is refused for: before a byte is sent, and because of its bytes."""

import pytest
from pytest_django.fixtures import Settings

from apps.auth.models import User
from apps.upload.models import Video
from apps.upload.receiving import under_way
from frameflow.storage import ObjectStore
from tests.databases import every_database
from tests.upload.tus import VIDEO, Sender, nothing_is_left

pytestmark = every_database

HALF = len(VIDEO) // 2


@pytest.mark.parametrize(
    ("said", "code", "path"),
    [
        ({"interval": "0.01"}, "bad_options", "interval"),
        ({"format": "gif"}, "bad_options", "format"),
        ({"mode": "timestamps", "timestamps": "1,x"}, "bad_options", "timestamps.1"),
        ({"mode": "count"}, "bad_options", ""),
        ({"intervall": "5"}, "bad_options", "intervall"),
        ({"owner_id": "somebody"}, "bad_options", "owner_id"),
    ],
)
def test_options_that_are_wrong_are_named_before_a_byte_is_sent(
    sender: Sender, said: dict[str, str], code: str, path: str
) -> None:
    answer = sender.create(**{f"said_{name}": text for name, text in said.items()})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert [each["path"] for each in answer.json()["errors"]] == [path]
    assert not Video.objects.exists()


def test_every_option_can_be_wished(sender: Sender) -> None:
    sender.begin(
        said_mode="timestamps", said_timestamps="1,2.5", said_start="", said_quality="60",
        said_max_side="640", said_distinct="true", said_max_frames="7", said_filetype="video/mp4",
        said_name="b.mp4", said_relativePath="null", said_type="video/mp4",
    )  # fmt: skip
    wished = Video.objects.get().wished or {}
    assert wished["timestamps"] == [1, 2.5]
    assert (wished["quality"], wished["max_side"], wished["max_frames"]) == (60, 640, 7)
    assert wished["distinct"] is True


def test_what_can_never_be_taken_is_refused_at_the_creation(
    sender: Sender, settings: Settings
) -> None:
    settings.QUOTA_BYTES = 5000
    for wish, status, code in (
        ({"size": settings.MAX_UPLOAD_BYTES + 1}, 413, "too_large"),
        ({"size": 0}, 422, "empty"),
        ({"size": 5001}, 403, "quota"),
        ({"name": "notes.txt"}, 415, "unsupported_type"),
    ):
        answer = sender.create(**wish)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["title"]
        assert answer["Content-Type"] == "application/problem+json"
    assert not Video.objects.exists()


def test_space_is_reserved_at_the_creation(sender: Sender, settings: Settings) -> None:
    settings.QUOTA_BYTES = 2 * len(VIDEO) - 1
    path = sender.begin()
    assert sender.create().status_code == 403
    sender.ask("DELETE", path)
    assert sender.create().status_code == 201


@pytest.mark.parametrize("limit", ["MAX_ACTIVE_UPLOADS", "MAX_RUNS_AT_WORK"])
def test_one_person_cannot_begin_without_end(
    sender: Sender, settings: Settings, limit: str
) -> None:
    setattr(settings, limit, 2)
    assert [sender.create().status_code for _ in range(3)] == [201, 201, 429]
    assert "Retry-After" in sender.create()


def test_bodies_of_one_person_are_counted(sender: Sender, owner: User, settings: Settings) -> None:
    path = sender.begin()
    settings.MAX_ACTIVE_UPLOADS = 1
    with under_way(owner.pk):
        assert sender.send(path, 0, VIDEO).status_code == 429
    assert sender.send(path, 0, VIDEO).status_code == 204


@pytest.mark.parametrize("sizes", [(len(VIDEO),), (500, len(VIDEO) - 500)], ids=["one", "two"])
def test_what_is_no_video_is_refused_and_nothing_is_left(
    sender: Sender, objects: ObjectStore, sizes: tuple[int, ...]
) -> None:
    path, at, text = sender.begin(), 0, b"no video at all " * 50_000
    for size in sizes:
        answer = sender.send(path, at, text[at : at + size])
        at += size
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable")
    assert Video.objects.get().status == "failed"
    answer = sender.ask("HEAD", path)
    assert (answer.status_code, "Upload-Offset" in answer) == (422, False)
    assert nothing_is_left(objects)
