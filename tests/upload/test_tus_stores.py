"""The whole way of an upload in pieces, on both stores of the product."""

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from apps.auth.models import User
from apps.upload import services
from apps.upload.exceptions.pieces import WrongOffset
from apps.upload.models import Quota, Video
from apps.upload.receiving import digests, take_piece
from frameflow.bus.models import OutboxMessage
from frameflow.operations.invariants import INVARIANTS, Evidence
from frameflow.storage import ObjectStore, StorageError, store
from tests.databases import every_database
from tests.s3_server import S3Server, s3_server
from tests.upload.tus import PIECE, VIDEO, Sender, digest_header, nothing_is_left

pytestmark = every_database

HALF = len(VIDEO) // 2


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(params=["filesystem", "s3"])
def each_store(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path
) -> Iterator[ObjectStore]:
    """Both stores of the product."""
    if request.param == "filesystem":
        backend, options = "filesystem.FilesystemStore", {"root": str(tmp_path / "objects")}
    else:
        server: S3Server = request.getfixturevalue("bucket")
        backend, options = "s3.S3Store", server.options(prefix=f"{uuid4().hex}/")
    settings.OBJECT_STORE = {"BACKEND": f"frameflow.storage.{backend}", "OPTIONS": options}
    store.cache_clear()
    yield store()
    store.cache_clear()


def breaches() -> list[str]:
    """Return what is not as promised of objects and of space."""
    return [each for name in ("I6", "I13a") for each in INVARIANTS[name](Evidence())]


def test_a_video_comes_in_pieces_and_its_extraction_begins(
    each_store: ObjectStore, as_owner: APIClient, owner: User
) -> None:
    sender = Sender(as_owner)
    path = sender.begin(said_interval="2.5", said_format="png")
    for at in range(0, len(VIDEO), 100_000):
        answer = sender.send(path, at, VIDEO[at : at + 100_000])
        assert answer.status_code == 204, answer.content
        assert int(answer["Upload-Offset"]) == min(at + 100_000, len(VIDEO))
    video = Video.objects.get()
    assert (video.state, video.source_bytes, video.name) == ("stored", len(VIDEO), "a.mp4")
    assert video.source_sha256 == hashlib.sha256(VIDEO).hexdigest()
    assert b"".join(each_store.read(video.source_key)) == VIDEO
    assert video.extractions.get().options["interval"] == 2.5
    assert video.extractions.get().options["format"] == "png"
    message = OutboxMessage.objects.using("upload").get()
    assert (message.type, message.payload["source_sha256"]) == (
        "FILE_UPLOADED", video.source_sha256,
    )  # fmt: skip
    assert Quota.objects.get(owner_id=owner.pk).used_bytes == len(VIDEO)
    assert sender.offset(path) == len(VIDEO)
    assert [each.key for each in each_store.list("")] == [video.source_key]
    assert each_store.abort_stale_writes(-1) == 0


def test_an_upload_goes_on_behind_a_cut(each_store: ObjectStore, as_owner: APIClient) -> None:
    sender = Sender(as_owner)
    path = sender.begin()
    cut = io.BytesIO(VIDEO[:HALF])  # ends early without an exception, as a cut does
    answer = as_owner.generic(
        "PATCH", path, b"", content_type=PIECE, CONTENT_LENGTH=len(VIDEO),
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}, **{"wsgi.input": cut},
    )  # fmt: skip
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(HALF))
    assert sender.offset(path) == HALF
    digests._kept.clear()  # the process died
    assert sender.send(path, HALF, VIDEO[HALF:]).status_code == 204
    video = Video.objects.get()
    assert (video.state, video.source_sha256) == ("stored", "")
    assert OutboxMessage.objects.using("upload").get().payload["source_sha256"] is None
    assert b"".join(each_store.read(video.source_key)) == VIDEO


def test_of_a_damaged_piece_nothing_is_kept(each_store: ObjectStore, as_owner: APIClient) -> None:
    sender = Sender(as_owner)
    path = sender.begin()
    sender.send(path, 0, VIDEO[:1000])
    damaged = b"x" * (HALF - 1000)
    header = digest_header("sha256", VIDEO[1000:HALF])
    answer = sender.send(path, 1000, damaged, Upload_Checksum=header)
    assert (answer.status_code, answer.json()["code"]) == (460, "checksum_mismatch")
    assert sender.offset(path) == 1000
    for at, stop in ((1000, HALF), (HALF, len(VIDEO))):
        header = digest_header("sha1", VIDEO[at:stop])
        answer = sender.send(path, at, VIDEO[at:stop], Upload_Checksum=header)
        assert answer.status_code == 204
    assert b"".join(each_store.read(Video.objects.get().source_key)) == VIDEO


@pytest.mark.parametrize("who", ["sweeper", "sender"])
def test_a_video_that_is_one_object_already_is_never_lost(
    each_store: ObjectStore, as_owner: APIClient, who: str
) -> None:
    """The process died between the object and the row."""
    sender = Sender(as_owner)
    path = sender.begin()
    dead = patch("apps.upload.services.pieces.complete_upload", side_effect=StorageError("away"))
    with dead:
        assert sender.send(path, 0, VIDEO).status_code == 503
    video = Video.objects.get()
    assert (video.state, each_store.stat(video.source_key).size_bytes) == ("uploading", len(VIDEO))
    assert sender.offset(path) == len(VIDEO)
    if who == "sweeper":
        assert services.complete_arrived() == 1
    else:
        assert sender.send(path, len(VIDEO), b"", Content_Type=PIECE).status_code == 204
    services.remove_sources()
    assert Video.objects.get().state == "stored"
    assert b"".join(each_store.read(video.source_key)) == VIDEO


def test_only_who_holds_the_lease_can_find_an_upload_lost(
    each_store: ObjectStore, as_owner: APIClient
) -> None:
    sender = Sender(as_owner)
    path = sender.begin()
    stale = services.take_lease(video_id=Video.objects.get().pk, offset_bytes=0)
    services.release_lease(video=stale)
    assert sender.send(path, 0, VIDEO[:HALF]).status_code == 204
    with pytest.raises(WrongOffset):
        services.lose_upload(video=stale)
    assert sender.send(path, HALF, VIDEO[HALF:]).status_code == 204
    assert Video.objects.get().state == "stored"


class Overtaken(io.BytesIO):
    """A body whose sender is silent after its first bytes, so long that another goes on."""

    def __init__(self, data: bytes, overtake: Callable[[], object]) -> None:
        super().__init__(data)
        self._overtake = overtake

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if self.tell() == len(self.getvalue()):
            overtake, self._overtake = self._overtake, lambda: None
            overtake()
        return data


def test_a_writer_that_outlived_its_lease_takes_nothing_away(
    each_store: ObjectStore, as_owner: APIClient
) -> None:
    sender = Sender(as_owner)
    path = sender.begin()

    def overtake() -> None:
        Video.objects.update(locked_until=Now() - timedelta(seconds=1))
        assert sender.send(path, 0, VIDEO[:HALF]).status_code == 204

    leased = services.take_lease(video_id=Video.objects.get().pk, offset_bytes=0)
    body = Overtaken(VIDEO[:1000], overtake)
    with pytest.raises(WrongOffset):
        take_piece(body, video=leased, announced_bytes=len(VIDEO))
    assert sender.offset(path) == HALF
    assert sender.send(path, HALF, VIDEO[HALF:]).status_code == 204
    video = Video.objects.get()
    assert video.state == "stored"
    assert b"".join(each_store.read(video.source_key)) == VIDEO


def test_a_first_piece_that_fails_leaves_nothing(
    each_store: ObjectStore, as_owner: APIClient
) -> None:
    sender = Sender(as_owner)
    wrong = digest_header("sha1", b"other")
    assert sender.create(body=VIDEO[:HALF], Upload_Checksum=wrong).status_code == 460
    with patch.object(type(each_store), "grow", side_effect=StorageError("away")):
        assert sender.create(body=VIDEO[:HALF]).status_code == 503
    assert not Video.objects.filter(state="uploading").exists()
    assert Quota.objects.get().used_bytes == 0
    assert nothing_is_left(each_store)


def test_an_ended_upload_leaves_nothing(each_store: ObjectStore, as_owner: APIClient) -> None:
    sender = Sender(as_owner)
    path = sender.begin()
    sender.send(path, 0, VIDEO[:HALF])
    assert not breaches()
    assert sender.ask("DELETE", path).status_code == 204
    assert sender.ask("HEAD", path).status_code == 404
    assert sender.send(path, HALF, VIDEO[HALF:]).status_code == 404
    assert nothing_is_left(each_store)
    assert not breaches()
    assert not Video.objects.get().metadata
