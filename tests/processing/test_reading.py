"""What a run reads of its video, and what it says of it."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.processing import services
from apps.processing.jobs.run import work_on
from apps.processing.models import ProcessingJob
from frameflow.storage import ObjectStore, StorageError
from frameflow.storage.filesystem import FilesystemStore
from frameflow.storage.memory import MemoryStore
from tests import messages
from tests.databases import every_database_committed
from tests.media import make_video

pytestmark = every_database_committed


@pytest.fixture
def clip(tmp_path: Path) -> bytes:
    return make_video(tmp_path / "clip.mp4").read_bytes()


def after_work(store: ObjectStore, clip: bytes, sha256: str | None = None) -> ProcessingJob:
    """Let a worker do one run on a clip."""
    command = messages.process_file(source_bytes=len(clip), source_sha256=sha256)
    store.put(command.source_key, clip)
    services.accept_run(command=command)
    claim = services.claim_next(worker="test")
    assert claim is not None
    work_on(claim)
    return ProcessingJob.objects.get(pk=claim.job.pk)


def told_sha256(store: ObjectStore, job: ProcessingJob) -> str:
    assert job.result is not None, job.last_error
    manifest = json.loads(b"".join(store.read(job.result["manifest_key"])))
    return str(manifest["video"]["sha256"])


def test_the_manifest_has_the_hash_that_upload_reckoned(objects: ObjectStore, clip: bytes) -> None:
    job = after_work(objects, clip, "ab" * 32)
    assert told_sha256(objects, job) == "ab" * 32
    assert job.source_read_bytes is not None
    assert 0 < job.source_read_bytes <= len(clip)


def test_a_run_that_was_not_told_the_hash_reckons_it(objects: ObjectStore, clip: bytes) -> None:
    job = after_work(objects, clip)
    assert told_sha256(objects, job) == hashlib.sha256(clip).hexdigest()


@pytest.fixture
def in_a_folder(settings: Any, tmp_path: Path) -> FilesystemStore:
    options = {"root": str(tmp_path / "objects")}
    settings.OBJECT_STORE = {
        "BACKEND": "frameflow.storage.filesystem.FilesystemStore",
        "OPTIONS": options,
    }
    return FilesystemStore(**options)


def test_a_video_in_a_folder_is_not_copied(
    in_a_folder: FilesystemStore, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: Any) -> Iterator[bytes]:
        raise AssertionError("the video was read through the store")

    monkeypatch.setattr(FilesystemStore, "read", read)
    assert after_work(in_a_folder, clip, "ab" * 32).state == "done"


def test_a_store_that_goes_away_is_not_the_videos_fault(
    objects: ObjectStore, clip: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: Any) -> Iterator[bytes]:
        raise StorageError("the bucket does not answer")

    monkeypatch.setattr(MemoryStore, "read", read)
    job = after_work(objects, clip, "ab" * 32)
    assert (job.state, job.child_deaths) == ("queued", 0)
    assert job.last_error == {"code": "storage", "detail": "the bucket does not answer"}


def test_a_video_that_is_gone_is_told_as_that(objects: ObjectStore, clip: bytes) -> None:
    command = messages.process_file(source_bytes=len(clip))
    services.accept_run(command=command)
    claim = services.claim_next(worker="test")
    assert claim is not None
    work_on(claim)
    job = ProcessingJob.objects.get(pk=claim.job.pk)
    assert job.last_error is not None
    assert job.last_error["code"] == "storage"
