"""Claims: never two workers on one job, fair between owners, lost as soon as the row says so."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from apps.processing import services
from apps.processing.models import ProcessingJob
from frameflow.storage import ObjectStore, StorageError
from tests import messages
from tests.databases import every_database, every_database_committed

pytestmark = every_database


def queued(owner_id: UUID | None = None) -> ProcessingJob:
    """Queue a first run; later calls wait longer behind it."""
    command = messages.process_file(owner_id=owner_id or uuid4())
    services.accept_run(command=command)
    return ProcessingJob.objects.get(pk=command.extraction_id)


def claim() -> UUID | None:
    claimed = services.claim_next(worker="test")
    return claimed.job.pk if claimed else None


@every_database_committed
def test_eight_workers_never_get_the_same_claim() -> None:
    wanted = {queued().pk for _ in range(20)}

    def work() -> list[UUID]:
        mine = []
        while (pk := claim()) is not None:
            mine.append(pk)
        connections.close_all()
        return mine

    with ThreadPoolExecutor(8) as pool:
        claimed = [pk for mine in pool.map(lambda _: work(), range(8)) for pk in mine]
    assert len(claimed) == 20
    assert set(claimed) == wanted


def test_the_owner_with_the_fewest_running_jobs_comes_first() -> None:
    greedy, modest = uuid4(), uuid4()
    first = [queued(greedy).pk for _ in range(3)]
    late = queued(modest).pk
    assert [claim(), claim(), claim()] == [first[0], late, first[1]]


def test_a_job_that_is_put_off_is_not_claimed_before_its_time() -> None:
    job = queued()
    ProcessingJob.objects.update(due_at=Now() + timedelta(seconds=60))
    assert claim() is None
    ProcessingJob.objects.update(due_at=Now() - timedelta(seconds=1))
    assert claim() == job.pk


def test_a_lease_is_renewed_by_the_database_clock() -> None:
    queued()
    claimed = services.claim_next(worker="w")
    assert claimed is not None
    ProcessingJob.objects.update(lease_until=Now() + timedelta(seconds=1))
    assert services.renew_lease(claim=claimed)
    left = ExpressionWrapper(F("lease_until") - Now(), output_field=DurationField())
    nearly_all = timedelta(seconds=settings.LEASE_S - 5)
    assert ProcessingJob.objects.annotate(left=left).get().left > nearly_all


def test_a_claim_is_lost_when_the_run_is_cancelled_or_claimed_again() -> None:
    for lose in (_cancel, _expire_and_claim_again):
        ProcessingJob.objects.all().delete()
        queued()
        claimed = services.claim_next(worker="w")
        assert claimed is not None
        assert services.is_mine(claim=claimed)
        lose(claimed)
        assert not services.is_mine(claim=claimed)
        assert not services.renew_lease(claim=claimed)


def _cancel(claimed: services.Claim) -> None:
    job = claimed.job
    ids = {"extraction_id": job.pk, "video_id": job.video_id, "owner_id": job.owner_id}
    services.discard_run(ended=messages.extraction_ended("cancelled", **ids))


def _expire_and_claim_again(claimed: services.Claim) -> None:
    ProcessingJob.objects.update(lease_until=Now() - timedelta(seconds=1))
    services.release_expired_leases()
    assert claim() == claimed.job.pk


def test_a_lease_that_expired_is_told(caplog: pytest.LogCaptureFixture) -> None:
    queued()
    claimed = services.claim_next(worker="w")
    assert claimed is not None
    services.release_expired_leases()
    assert "job.lease_expired" not in caplog.text
    _expire_and_claim_again(claimed)
    assert f"{claimed.job.pk}" in caplog.text
    assert "job.lease_expired" in caplog.text


def test_only_objects_of_the_live_fence_survive_a_sweep(objects: ObjectStore) -> None:
    job = queued()
    for fence in (1, 2, 3):
        objects.put(f"{job.prefix}{fence}/frames.zip", b"zip")
    objects.put(f"{job.owner_id}/{job.video_id}/source", b"video")
    ProcessingJob.objects.update(state="done", fence=3, sweep_at=Now(), sweeps_left=2)
    assert services.sweep_objects() == 2
    left = {each.key for each in objects.list("")}
    assert left == {f"{job.prefix}3/frames.zip", f"{job.owner_id}/{job.video_id}/source"}


def test_a_great_heap_of_objects_is_removed_in_parts(
    objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.processing.services.garbage.MOST_OBJECTS", 3)
    for _ in range(2):
        job = queued()
        for number in range(4):
            objects.put(f"{job.prefix}1/frames/{number}.jpg", b"frame")
    ProcessingJob.objects.update(state="discarded", fence=1, sweep_at=Now(), sweeps_left=1)
    assert [services.sweep_objects() for _ in range(4)] == [3, 3, 2, 0]
    assert not list(objects.list(""))
    assert not ProcessingJob.objects.exclude(sweep_at=None).exists()


def test_great_heaps_of_one_person_let_the_small_one_of_another_go_between(
    objects: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.processing.services.garbage.MOST_OBJECTS", 3)
    owner_id = uuid4()
    for _ in range(2):
        heap = queued(owner_id)
        for number in range(9):
            objects.put(f"{heap.prefix}1/frames/{number}.jpg", b"frame")
    ProcessingJob.objects.update(sweep_at=Now() - timedelta(seconds=9))
    small = queued()
    objects.put(f"{small.prefix}1/frames.zip", b"zip")
    ProcessingJob.objects.filter(pk=small.pk).update(sweep_at=Now())
    ProcessingJob.objects.update(state="discarded", fence=1, sweeps_left=1)
    assert services.sweep_objects() == 3
    assert services.sweep_objects() == 3
    assert not list(objects.list(small.prefix))
    assert len(list(objects.list(""))) == 18 - 5


def test_many_heaps_of_one_person_let_the_first_of_another_go_between(
    objects: ObjectStore,
) -> None:
    owner_id = uuid4()
    for _ in range(5):
        queued(owner_id)
    ProcessingJob.objects.update(sweep_at=Now() - timedelta(seconds=9))
    small = queued()
    objects.put(f"{small.prefix}1/frames.zip", b"zip")
    ProcessingJob.objects.filter(pk=small.pk).update(sweep_at=Now())
    ProcessingJob.objects.update(state="discarded", fence=1, sweeps_left=1)
    assert services.sweep_objects(limit=2) == 1


def test_one_heap_that_cannot_be_removed_keeps_no_other_waiting(objects: ObjectStore) -> None:
    strange, plain = queued(), queued()
    objects.put(f"{strange.prefix}strange/frames.zip", b"zip")
    objects.put(f"{plain.prefix}1/frames.zip", b"zip")
    ProcessingJob.objects.update(state="discarded", fence=1, sweep_at=Now(), sweeps_left=1)
    assert services.sweep_objects() == 1
    assert not list(objects.list(plain.prefix))
    assert ProcessingJob.objects.exclude(sweep_at=None).get() == strange


def test_where_the_store_refuses_one_heap_the_next_round_begins_with_another(
    objects: ObjectStore,
) -> None:
    for _ in range(2):
        objects.put(f"{queued().prefix}1/frames.zip", b"zip")
    ProcessingJob.objects.update(state="discarded", fence=1, sweep_at=Now(), sweeps_left=1)
    with patch.object(type(objects), "delete", side_effect=StorageError("refused")):
        with pytest.raises(StorageError):
            services.sweep_objects(limit=1)
        refused = ProcessingJob.objects.latest("sweep_at")
    assert services.sweep_objects(limit=1) == 1
    assert list(objects.list(refused.prefix))


def test_a_second_sweep_after_the_grace_takes_what_a_paused_worker_wrote(
    objects: ObjectStore,
) -> None:
    job = queued()
    claimed = services.claim_next(worker="w")
    assert claimed is not None
    _cancel(claimed)
    services.sweep_objects()
    objects.put(f"{job.prefix}1/frames/00001.jpg", b"late")
    assert services.sweep_objects() == 0  # not before the grace is over
    ProcessingJob.objects.update(sweep_at=Now() - timedelta(seconds=1))
    assert services.sweep_objects() == 1
    assert ProcessingJob.objects.get().sweep_at is None
