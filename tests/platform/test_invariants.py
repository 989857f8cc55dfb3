"""Each invariant speaks when its promise is broken: a breach is planted for every one."""

import hashlib
import io
import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models.functions import Now

from apps.auth.models import Notice, User
from apps.download.models import Archive
from apps.orchestration.models import Saga, SagaStep
from apps.processing import jobs
from apps.processing.jobs.wakeups import queue
from apps.processing.models import Frame, ProcessingJob
from apps.upload.models import Extraction, Quota, Video
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.operations.invariants import ALWAYS, INVARIANTS, Evidence
from frameflow.storage import ObjectStore, store
from tests.bus import Bus
from tests.databases import every_database
from tests.platform.invariants_cast import finished_extraction, put_objects, zip_with

pytestmark = every_database


@pytest.fixture
def good(objects: ObjectStore, bus: Bus) -> Extraction:
    """A finished video as every context knows it; the queue is empty."""
    queue().empty()
    return finished_extraction(bus)


def breaches(name: str, zips: int | None = None) -> list[str]:
    return list(INVARIANTS[name](Evidence(zips=zips)))


def checked(*options: str) -> str:
    out = io.StringIO()
    call_command("check_invariants", *options, stdout=out)
    return out.getvalue()


def test_nothing_is_said_where_all_is_well(good: Extraction) -> None:
    assert [line for name in INVARIANTS for line in breaches(name)] == []
    told = checked()
    assert all(f"{name:<5}    0  " in told for name in INVARIANTS)
    assert "Every invariant holds." in told


def _replace_zip(data: bytes) -> None:
    archive = Archive.objects.get()
    digest = hashlib.sha256(data).hexdigest()
    store().delete(archive.zip_key)
    store().put(archive.zip_key, data)
    Archive.objects.update(zip_sha256=digest)
    job = ProcessingJob.objects.get()
    job.result |= {"zip_sha256": digest}
    job.save()


def said(alias: str, type_: str) -> OutboxMessage:
    return OutboxMessage.objects.using(alias).get(type=type_)


def _say_again(alias: str, type_: str, **payload: Any) -> None:
    message = said(alias, type_)
    message.pk = uuid4()
    message.payload |= payload
    message.save(using=alias, force_insert=True)
    OutboxDelivery.objects.using(alias).create(message=message, consumer="auth")


def _unsay(alias: str, type_: str) -> None:
    said(alias, type_).delete()


def _double(model: type, constraint: str, alias: str) -> None:
    """Two rows that the constraint would refuse, in a transaction that is rolled back."""
    kept = next(each for each in model._meta.constraints if each.name == constraint)  # type: ignore[attr-defined]
    with connections[alias].schema_editor() as editor:
        editor.remove_constraint(model, kept)  # type: ignore[arg-type]
    row = model.objects.using(alias).first()  # type: ignore[attr-defined]
    row.pk = None
    row.save(using=alias, force_insert=True)


def _entry(data: bytes, age: timedelta = timedelta()) -> None:
    """A wake-up in the queue that holds these data."""
    jobs.wake()
    job = queue().jobs[0]
    since = (job.enqueued_at - age).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    job.connection.hset(job.key, mapping={"data": data, "enqueued_at": since})


def _of_another_fence() -> None:
    put_objects(ProcessingJob.objects.get(), fence=2)


SAY_NOTHING = json.dumps(["apps.processing.jobs.wakeups.extract_frames", None, [], {}]).encode()
SAY_AN_ID = json.dumps(["apps.processing.jobs.wakeups.extract_frames", None, ["e"], {}]).encode()

PLANTED: dict[str, tuple[str, Callable[[], object]]] = {
    "never ends": ("I1", lambda: Extraction.objects.update(state="processing")),
    "archive is gone": ("I2", lambda: Archive.objects.update(state="gone")),
    "archive of nothing ready": ("I2", lambda: Extraction.objects.update(state="failed")),
    "not published": ("I2", lambda: Extraction.objects.update(published_run=0)),
    "another zip": ("I2", lambda: Archive.objects.update(zip_sha256="0" * 64)),
    "another size": ("I2", lambda: Archive.objects.update(zip_bytes=1)),
    "not the job's": ("I2", lambda: ProcessingJob.objects.update(state="discarded")),
    "zip without its frames": ("I2", lambda: _replace_zip(zip_with("manifest.json"))),
    "zip that does not open": ("I2", lambda: _replace_zip(b"no zip")),
    "zip without manifest": ("I2", lambda: _replace_zip(zip_with("0001_00-00-00.jpg"))),
    "zip is missing": ("I2", lambda: store().delete(Archive.objects.get().zip_key)),
    "objects after a failure": ("I3", lambda: Saga.objects.update(state="failed")),
    "raw video after a delete": ("I3", lambda: Video.objects.update(state="deleted")),
    "raw video is lost": ("I3", lambda: store().delete(Video.objects.get().source_key)),
    "saga disagrees": ("I4", lambda: Saga.objects.update(run=2)),
    "saga of a deleted video lives": ("I4", lambda: Video.objects.update(state="deleted")),
    "saga of nothing": ("I4", lambda: Extraction.objects.all().delete()),
    "two verdicts": ("I4a", lambda: _say_again("orchestration", "EXTRACTION_ENDED")),
    "left its rest": (
        "I4a",
        lambda: SagaStep.objects.filter(to_state="ready").update(from_state="failed"),
    ),
    "notices doubled": ("I5a", lambda: _double(Notice, "notice_once", "auth")),
    "frames are missing": (
        "I7",
        lambda: store().delete(Frame.objects.get().key),
    ),
    "frame without a row": ("I7", lambda: Frame.objects.all().delete()),
    "objects of another fence": ("I7", _of_another_fence),
    "other fence": ("I7a", lambda: ProcessingJob.objects.update(fence=2)),
    "frame of another fence": ("I7a", lambda: Frame.objects.update(key="a/b/c/1/frames/1.jpg")),
    "accepted in silence": ("I8a", lambda: _unsay("upload", "FILE_UPLOADED")),
    "accepted twice": ("I8a", lambda: _say_again("upload", "FILE_UPLOADED")),
    "retried in silence": ("I8a", lambda: Extraction.objects.update(run=2)),
    "wish for nothing": ("I8a", lambda: _say_again("upload", "FILE_UPLOADED", run=7)),
    "cancelled in silence": ("I8a", lambda: Extraction.objects.update(state="cancelling")),
    "deleted in silence": ("I8a", lambda: Video.objects.update(state="deleted")),
    "started in silence": ("I8a", lambda: _unsay("orchestration", "PROCESS_FILE")),
    "ended in silence": ("I8a", lambda: _unsay("orchestration", "EXTRACTION_ENDED")),
    "ended without a step": ("I8a", lambda: SagaStep.objects.filter(to_state="ready").delete()),
    "saga beside its story": ("I8a", lambda: Saga.objects.update(state="expired")),
    "done in silence": ("I8a", lambda: _unsay("processing", "FILE_PROCESSED")),
    "failed in silence": ("I8a", lambda: ProcessingJob.objects.update(state="failed")),
    "decided twice": ("I8a", lambda: _say_again("processing", "FILE_PROCESSED", fence=2)),
    "works on": ("I8a", lambda: ProcessingJob.objects.update(state="queued")),
    "published in silence": ("I8a", lambda: _unsay("download", "ARCHIVE_PUBLISHED")),
    "published twice": ("I8a", lambda: _say_again("download", "ARCHIVE_PUBLISHED")),
    "account closed in silence": (
        "I8a",
        lambda: User.objects.create_user("o@example.com", deleted_at=Now()),
    ),
    "not acknowledged": (
        "I9",
        lambda: OutboxDelivery.objects.using("upload").update(acked_at=None),
    ),
    "acknowledged unheard": (
        "I9a",
        lambda: InboxMessage.objects.using("download").all().delete(),
    ),
    "kept for nobody": ("I9a", lambda: OutboxDelivery.objects.using("upload").all().delete()),
    "given up": (
        "I9a",
        lambda: (
            OutboxMessage.objects.using("upload").update(done_at=Now()),
            OutboxDelivery.objects.using("upload").update(acked_at=None),
        ),
    ),
    "heard twice": ("I10a", lambda: _double(InboxMessage, "inbox_message_once", "download")),
    "key of no claim": ("I11", _of_another_fence),
    "tried too often": ("I11a", lambda: ProcessingJob.objects.update(tries=9, fence=9)),
    "fence behind its tries": ("I11a", lambda: ProcessingJob.objects.update(tries=2)),
    "fence behind its runs": ("I11a", lambda: ProcessingJob.objects.update(run=2, tries=1)),
    "fence behind its word": ("I11a", lambda: ProcessingJob.objects.update(fence=0, tries=0)),
    "fence went back": ("I11a", lambda: _say_again("processing", "FILE_PROCESSED", run=2)),
    "fence seen ahead": ("I11a", lambda: Extraction.objects.update(progress_fence=2)),
    "fence shown ahead": ("I11a", lambda: Archive.objects.update(progress_fence=2)),
    "old lease": (
        "I12a",
        lambda: ProcessingJob.objects.update(
            state="running", lease_until=Now() - timedelta(minutes=5)
        ),
    ),
    "wrong usage": ("I13a", lambda: Quota.objects.update(used_bytes=1)),
    "usage without a row": ("I13a", lambda: Video.objects.update(owner_id=uuid4(), booked_bytes=1)),
    "woken for nothing": ("I14", lambda: _entry(SAY_NOTHING, timedelta(minutes=5))),
    "wake-up with an id": ("I14a", lambda: _entry(SAY_AN_ID)),
    "wake-up of another": ("I14a", lambda: _entry(zlib.compress(b"\x80pickle"))),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_broken_promise_is_named(good: Extraction, fault: str) -> None:
    name, plant = PLANTED[fault]
    plant()
    assert breaches(name)
    with pytest.raises(CommandError, match="breaches"):
        checked(*(["--busy"] if name in ALWAYS else []))


def test_every_invariant_has_a_planted_breach() -> None:
    assert {name for name, _ in PLANTED.values()} | {"I6"} == set(INVARIANTS)


def test_an_object_of_nobody_is_named_once_it_is_old(
    good: Extraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    store().put("nobody/knows/this/1/frames.zip", b"x")
    assert breaches("I6") == []
    monkeypatch.setattr("django.conf.settings.GARBAGE_GRACE_S", -1, raising=False)
    assert len(breaches("I6")) == 1
    out = io.StringIO()
    with pytest.raises(CommandError, match="breaches"):  # the whole command goes on to its end
        call_command("check_invariants", stdout=out)
    assert "object nobody/knows/this/1/frames.zip belongs to nobody" in out.getvalue()
    assert "I14a" in out.getvalue()


def test_an_unfinished_write_is_named_once_it_is_old(
    good: Extraction, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any
) -> None:
    backend = "frameflow.storage.filesystem.FilesystemStore"
    settings.OBJECT_STORE = {"BACKEND": backend, "OPTIONS": {"root": str(tmp_path)}}
    with store().writer("owner/video/source"):
        assert breaches("I6") == []
        monkeypatch.setattr("django.conf.settings.STALE_WRITE_AFTER_S", -1000, raising=False)
        assert breaches("I6") == ["1 unfinished writes are old"]


def test_zips_are_opened_as_told(good: Extraction) -> None:
    _replace_zip(b"no zip")
    Archive.objects.update(zip_bytes=6)
    job = ProcessingJob.objects.get()
    job.result |= {"zip_bytes": 6}
    job.save()
    assert breaches("I2", zips=0) == []
    assert len(breaches("I2", zips=1)) == len(breaches("I2")) == 1


def test_what_is_under_way_is_no_breach_of_what_always_holds(good: Extraction, bus: Bus) -> None:
    Extraction.objects.update(state="processing")
    with pytest.raises(CommandError):
        checked()
    assert "Every invariant holds." in checked("--busy")


def test_waiting_says_what_is_still_under_way(good: Extraction) -> None:
    assert "Every invariant holds." in checked("--wait-quiet", "5")
    Video.objects.update(state="uploading")
    OutboxDelivery.objects.using("upload").update(acked_at=None)
    with pytest.raises(CommandError, match="1 uploads, 2 messages not acknowledged"):
        checked("--wait-quiet", "0")
