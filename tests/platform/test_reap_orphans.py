"""`reap_orphans` removes what no row names or may come to name, and nothing else."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.processing.models import ProcessingJob
from apps.upload.models import Video
from frameflow.operations.management.commands.reap_orphans import LOCK
from frameflow.storage import ObjectStore, StorageError, store
from tests.databases import every_database_committed
from tests.factories import put_source, stored_video
from tests.s3_server import S3Server, s3_server

pytestmark = every_database_committed


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


@pytest.fixture(params=["filesystem", "s3"])
def objects(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> ObjectStore:
    """The store of the whole system, empty."""
    if request.param == "s3":
        options = request.getfixturevalue("server").options(prefix=f"{uuid4().hex}/")
        settings.OBJECT_STORE = {"BACKEND": "frameflow.storage.s3.S3Store", "OPTIONS": options}
    else:
        backend = "frameflow.storage.filesystem.FilesystemStore"
        settings.OBJECT_STORE = {"BACKEND": backend, "OPTIONS": {"root": str(tmp_path)}}
    return store()


@pytest.fixture
def all_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """No object is young any more; S3 tells whole seconds."""
    monkeypatch.setattr("django.conf.settings.GARBAGE_GRACE_S", -2, raising=False)


def reaped(*options: str) -> str:
    out = io.StringIO()
    call_command("reap_orphans", *options, stdout=out)
    return out.getvalue()


def job_of(video: Video, state: str, fence: int) -> ProcessingJob:
    return ProcessingJob.objects.create(
        extraction_id=uuid4(),
        video_id=video.pk,
        owner_id=video.owner_id,
        extraction_no=1,
        run=1,
        state=state,
        fence=fence,
    )


def put(job: ProcessingJob, fence: int) -> str:
    key = f"{job.prefix}{fence}/frames/00001.jpg"
    store().put(key, b"frame")
    return key


def keys() -> set[str]:
    return {found.key for found in store().list("")}


def video_in(state: str, owner_id: UUID | None = None) -> Video:
    video = stored_video(state=state, extraction=None, owner_id=owner_id)
    put_source(video)
    return video


def test_what_a_row_names_or_may_name_stays(objects: ObjectStore, all_is_old: None) -> None:
    uploading, stored = video_in("uploading"), video_in("stored")
    named = {uploading.source_key, stored.source_key}
    named |= {put(job_of(stored, state, fence=3), 3) for state in ("running", "done")}
    assert reaped().startswith("Removed: 0 objects without a row, 0 bytes")
    assert keys() == named


def test_what_no_row_names_goes(objects: ObjectStore, all_is_old: None) -> None:
    video = video_in("stored")
    for state in ("expired", "deleted", "refused"):
        video_in(state)
    for state in ("queued", "failed", "discarded"):
        put(job_of(video, state, fence=3), 3)
    for fence in (2, 4):  # a worker that was paused; rows restored from before
        put(job_of(video, "done", fence=3), fence)
    for key in ("checks/1", "nobody/knows/this/1/frames.zip", f"{video.owner_id}/{video.pk}/other"):
        store().put(key, b"x")
    told = reaped("--dry-run")
    assert "Found: 11 objects without a row" in told
    assert len(keys()) == 12
    assert set(reaped().splitlines()[:-1]) == set(told.splitlines()[:-1])
    assert keys() == {video.source_key}


def test_what_is_young_stays(objects: ObjectStore) -> None:
    video_in("stored")
    store().put("nobody/knows/this/1/frames.zip", b"x")
    assert "Removed: 0 objects" in reaped()
    assert len(keys()) == 2


def test_a_run_that_begins_while_the_store_is_listed_is_safe(
    objects: ObjectStore, all_is_old: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row is there before its objects, so whoever reads the rows last finds it."""
    video = video_in("stored")
    listing = type(objects).list

    def list_while_a_run_begins(self: ObjectStore, prefix: str) -> Iterator[Any]:
        begun = put(job_of(video, "running", fence=1), 1)
        assert begun in {found.key for found in listing(self, prefix)}
        yield from listing(self, prefix)

    monkeypatch.setattr(type(objects), "list", list_while_a_run_begins)
    assert "Removed: 0 objects" in reaped()


def test_unfinished_writes_go_once_they_are_old(
    objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = bytes(9 * 1024 * 1024)
    with pytest.raises(StorageError), store().writer("owner/video/source") as writer:  # noqa: PT012
        writer.write(part)
        assert "0 unfinished writes" in reaped()
        monkeypatch.setattr("django.conf.settings.STALE_WRITE_AFTER_S", -60, raising=False)
        assert "Found: 0 objects without a row, 0 bytes; 1 unfinished writes" in reaped("--dry-run")
        assert "1 unfinished writes" in reaped()
        assert "0 unfinished writes" in reaped()
    assert keys() == set()


def test_nothing_goes_on_the_word_of_another_systems_database(
    objects: ObjectStore, all_is_old: None
) -> None:
    store().put("owner/video/source", b"x")
    with pytest.raises(CommandError, match="know no video"):
        reaped()
    assert keys() == {"owner/video/source"}


def test_there_is_one_at_a_time(objects: ObjectStore, all_is_old: None) -> None:
    video_in("deleted")
    other = connections["processing"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            with pytest.raises(CommandError, match="Another"):
                reaped()
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    finally:
        other.close()
    assert "Removed: 1 objects" in reaped()
