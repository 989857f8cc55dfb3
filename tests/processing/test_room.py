"""A person's results stay within their space, whatever waits."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from apps.processing import selectors, services
from apps.processing.jobs.run import work_on
from apps.processing.models import ProcessingJob
from frameflow.bus.models import OutboxMessage
from frameflow.storage import ObjectStore
from tests import messages
from tests.databases import every_database_committed
from tests.media import make_video

pytestmark = every_database_committed


@pytest.fixture
def clip(tmp_path: Path) -> bytes:
    return make_video(tmp_path / "clip.mp4").read_bytes()


def run_of(owner_id: UUID, store: ObjectStore, clip: bytes) -> ProcessingJob:
    """Let a worker do a run on a clip of an owner."""
    ids = messages.ids(owner_id=owner_id)
    key = f"{owner_id}/{ids['video_id']}/source"
    store.put(key, clip)
    services.accept_run(
        command=messages.process_file(**ids, source_key=key, source_bytes=len(clip))
    )
    claim = services.claim_next(worker="test")
    assert claim is not None
    work_on(claim)
    return ProcessingJob.objects.get(pk=claim.job.pk)


def result_bytes(job: ProcessingJob) -> int:
    """Return what a good run made: frames, thumbnails and ZIP."""
    assert job.result, job.last_error
    return int(job.result["zip_bytes"] + job.result["frames_bytes"])


def test_what_is_kept_of_a_person_is_known(
    objects: ObjectStore, clip: bytes, settings: Settings
) -> None:
    owner_id = uuid4()
    assert selectors.get_room_bytes(owner_id=owner_id) == settings.QUOTA_BYTES
    for _ in range(2):
        assert run_of(owner_id, objects, clip).state == "done"
    used = settings.QUOTA_BYTES - selectors.get_room_bytes(owner_id=owner_id)
    made = sum(map(result_bytes, ProcessingJob.objects.all()))
    assert used == made + 2 * len(clip)
    assert selectors.get_room_bytes(owner_id=uuid4()) == settings.QUOTA_BYTES


def test_extracting_a_video_again_counts_the_video_once() -> None:
    command = messages.process_file(source_bytes=700)
    services.accept_run(command=command)
    ids = {"video_id": command.video_id, "owner_id": command.owner_id}
    services.accept_run(command=messages.process_file(**ids, extraction_no=2, source_bytes=700))
    before = selectors.get_room_bytes(owner_id=uuid4())
    assert before - selectors.get_room_bytes(owner_id=command.owner_id) == 700


def test_what_does_not_fit_is_failed_and_nothing_of_it_is_kept(
    objects: ObjectStore, clip: bytes, settings: Settings
) -> None:
    owner_id = uuid4()
    first = run_of(owner_id, objects, clip)
    settings.QUOTA_BYTES = 2 * len(clip) + 2 * result_bytes(first) - 1
    second = run_of(owner_id, objects, clip)
    assert (second.state, second.tries) == ("failed", 1)
    assert (second.last_error or {})["code"] == "quota"
    assert not list(objects.list(second.prefix))
    said = OutboxMessage.objects.using("processing").get(type="FILE_FAILED")
    assert (said.payload["code"], said.payload["retryable"]) == ("quota", True)


def test_another_persons_space_is_not_touched(
    objects: ObjectStore, clip: bytes, settings: Settings
) -> None:
    settings.QUOTA_BYTES = len(clip) + result_bytes(run_of(uuid4(), objects, clip))
    assert run_of(uuid4(), objects, clip).state == "done"


def test_however_many_wait_the_space_is_the_bound(
    objects: ObjectStore, clip: bytes, settings: Settings
) -> None:
    owner_id = uuid4()
    each = len(clip) + result_bytes(run_of(owner_id, objects, clip))
    settings.QUOTA_BYTES = 3 * each
    states = [run_of(owner_id, objects, clip).state for _ in range(4)]
    assert states == ["done", "done", "failed", "failed"]


def test_frames_that_do_not_fit_stop_the_work_before_its_end(
    objects: ObjectStore, clip: bytes, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.QUOTA_BYTES = len(clip) + 10
    assert run_of(uuid4(), objects, clip).state == "failed"
    assert "job.decoding" in caplog.text
    assert "job.frames_stored" not in caplog.text
