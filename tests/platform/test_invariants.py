"""Each invariant speaks when its promise is broken: a breach is planted for every one."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from apps.auth.models import Notice
from apps.download.models import Archive
from apps.orchestration.models import Saga
from apps.processing.models import ProcessingJob
from apps.upload.models import Extraction, Quota, Video
from frameflow.bus import unit_of_work
from frameflow.bus.models import InboxMessage, OutboxDelivery, OutboxMessage
from frameflow.operations.invariants import INVARIANTS
from frameflow.storage import ObjectStore, store
from tests import messages
from tests.bus import Bus
from tests.databases import every_database
from tests.factories import extraction_of, put_source, stored_video

pytestmark = every_database


def zip_with(*names: str) -> bytes:
    out = io.BytesIO()
    manifest = {"frames": [{"file": "0001_00-00-00.jpg"}]}
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, json.dumps(manifest))
    return out.getvalue()


WHOLE = zip_with("0001_00-00-00.jpg", "manifest.json", "manifest.csv")


@pytest.fixture
def good(objects: ObjectStore, bus: Bus) -> Extraction:
    """A finished video as every context knows it; all its messages were heard."""
    video = stored_video(extraction=None)
    put_source(video)
    extraction = extraction_of(video, "processing")
    ids = messages.ids(extraction_id=extraction.pk, video_id=video.pk, owner_id=video.owner_id)
    with unit_of_work("upload") as uow:
        uow.publish(messages.file_uploaded(**ids))
    bus.settle()
    job = ProcessingJob.objects.get()
    ProcessingJob.objects.update(state="running", fence=1, tries=1)
    store().put(f"{job.prefix}1/frames.zip", WHOLE)
    result = messages.result(
        zip_key=f"{job.prefix}1/frames.zip",
        zip_bytes=len(WHOLE),
        zip_sha256=hashlib.sha256(WHOLE).hexdigest(),
        manifest_key=f"{job.prefix}1/manifest.json",
        frames_prefix=f"{job.prefix}1/",
    )
    ProcessingJob.objects.update(state="done", result=result.model_dump(mode="json"))
    with unit_of_work("processing") as uow:
        uow.publish(messages.file_processed(**{**ids, **result.model_dump()}))
    bus.settle()
    return Extraction.objects.get()


def breaches(name: str) -> list[str]:
    return list(INVARIANTS[name]())


@pytest.mark.parametrize("name", INVARIANTS)
def test_nothing_is_said_where_all_is_well(good: Extraction, name: str) -> None:
    assert breaches(name) == []


def _replace_zip(data: bytes) -> None:
    archive = Archive.objects.get()
    store().delete(archive.zip_key)
    store().put(archive.zip_key, data)
    Archive.objects.update(zip_sha256=hashlib.sha256(data).hexdigest())


def _double_verdict() -> None:
    said = OutboxMessage.objects.using("orchestration").get(type="EXTRACTION_ENDED")
    said.pk = uuid4()
    said.save(using="orchestration", force_insert=True)


def _double_publication() -> None:
    said = OutboxMessage.objects.using("processing").get(type="FILE_PROCESSED")
    said.pk = uuid4()
    said.save(using="processing", force_insert=True)


PLANTED: dict[str, tuple[str, Callable[[], object]]] = {
    "never ends": ("I1", lambda: Extraction.objects.update(state="processing")),
    "archive is gone": ("I2", lambda: Archive.objects.update(state="gone")),
    "not published": ("I2", lambda: Extraction.objects.update(published_run=0)),
    "another zip": ("I2", lambda: Archive.objects.update(zip_sha256="0" * 64)),
    "zip without its frames": ("I2", lambda: _replace_zip(zip_with("manifest.json"))),
    "zip that does not open": ("I2", lambda: _replace_zip(b"no zip")),
    "zip is missing": ("I2", lambda: store().delete(Archive.objects.get().zip_key)),
    "objects after a failure": ("I3", lambda: Saga.objects.update(state="failed")),
    "raw video after a delete": ("I3", lambda: Video.objects.update(state="deleted")),
    "raw video is lost": ("I3", lambda: store().delete(Video.objects.get().source_key)),
    "two verdicts": ("I4", _double_verdict),
    "saga disagrees": ("I4", lambda: Saga.objects.update(run=2)),
    "other fence": ("I7", lambda: ProcessingJob.objects.update(fence=2)),
    "accepted in silence": (
        "I8",
        lambda: OutboxMessage.objects.using("upload").filter(type="FILE_UPLOADED").delete(),
    ),
    "published twice": ("I8", _double_publication),
    "not acknowledged": (
        "I9",
        lambda: OutboxDelivery.objects.using("upload").update(acked_at=None),
    ),
    "acknowledged unheard": (
        "I9",
        lambda: InboxMessage.objects.using("download").all().delete(),
    ),
    "tried too often": ("I11", lambda: ProcessingJob.objects.update(tries=9, fence=9)),
    "fence went back": ("I11", lambda: ProcessingJob.objects.update(tries=2)),
    "old lease": (
        "I12",
        lambda: ProcessingJob.objects.update(
            state="running", lease_until=Now() - timedelta(minutes=5)
        ),
    ),
    "wrong usage": ("I13", lambda: Quota.objects.update(used_bytes=1)),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_broken_promise_is_named(good: Extraction, fault: str) -> None:
    name, plant = PLANTED[fault]
    plant()
    assert breaches(name)
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=io.StringIO())


def test_an_object_of_nobody_is_named_once_it_is_old(
    good: Extraction, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    store().put("nobody/knows/this/1/frames.zip", b"x")
    assert breaches("I6") == []
    monkeypatch.setattr("django.conf.settings.GARBAGE_GRACE_S", -1, raising=False)
    assert len(breaches("I6")) == 1


def test_notices_cannot_even_be_doubled() -> None:
    constraint = {each.name for each in Notice._meta.constraints}
    assert "notice_once" in constraint
