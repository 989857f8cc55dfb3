"""Turns between people: how long one's work keeps another's waiting, by real claims."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import cycle, islice
from queue import Queue
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.db.models.functions import Now

from apps.processing import jobs, selectors, services
from apps.processing.jobs.wakeups import queue
from apps.processing.models import ProcessingJob
from apps.processing.services import Claim
from apps.processing.transitions import JobState
from frameflow.bus import unit_of_work
from tests import messages
from tests.databases import every_database, every_database_committed

MANY = 200
HELD_S = 30  # at most, where one of two threads fails


def queued(owner_id: UUID, count: int = 1) -> None:
    for _ in range(count):
        services.accept_run(command=messages.process_file(owner_id=owner_id))


def claimed() -> Claim:
    claim = services.claim_next(worker="test")
    assert claim is not None
    return claim


def end(claim: Claim) -> None:
    assert services.fail_for_good(job=claim.job, fence=claim.fence, code="unreadable", detail="no")


def served(turns: int) -> list[UUID]:
    """Let one worker do so many jobs; return whose they were."""
    owners = []
    for _ in range(turns):
        claim = claimed()
        owners.append(claim.job.owner_id)
        end(claim)
    return owners


@every_database_committed
@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_first_video_waits_for_one_job_of_somebody_with_two_hundred(workers: int) -> None:
    crowd, modest = uuid4(), uuid4()
    queued(crowd, MANY)
    at_work = [claimed() for _ in range(workers)]
    end(at_work.pop(0))
    at_work.append(claimed())
    queued(modest)
    end(at_work.pop(0))
    assert claimed().job.owner_id == modest


@every_database_committed
def test_with_one_worker_people_take_turns() -> None:
    crowd, ann, bob = uuid4(), uuid4(), uuid4()
    queued(crowd, 20)
    queued(ann, 3)
    queued(bob, 2)
    assert served(9) == [crowd, ann, bob, crowd, ann, bob, crowd, ann, crowd]


@every_database_committed
def test_whoever_waits_is_not_overtaken_for_ever_by_those_who_come_later() -> None:
    crowd = uuid4()
    queued(crowd, 5)
    owners = []
    for _ in range(15):  # as many newcomers as the one worker can serve
        queued(uuid4())
        owners += served(1)
    turns = [turn for turn, owner_id in enumerate(owners) if owner_id == crowd]
    assert turns == [0, 2, 5, 9, 14], "each time after all who waited already"


@every_database_committed
def test_a_worker_that_is_lost_took_its_turn() -> None:
    crowd, modest = uuid4(), uuid4()
    queued(crowd, 3)
    claimed()
    queued(modest)
    ProcessingJob.objects.filter(state=JobState.RUNNING).update(
        lease_until=Now() - timedelta(seconds=1)
    )
    assert services.release_expired_leases() == 1
    assert claimed().job.owner_id == modest


@every_database_committed
def test_thousands_that_are_put_off_keep_nobody_waiting() -> None:
    crowd, modest = uuid4(), uuid4()
    queued(crowd, 50)
    ProcessingJob.objects.update(due_at=Now() + timedelta(seconds=60))
    queued(modest)
    assert claimed().job.owner_id == modest
    assert services.claim_next(worker="test") is None
    ProcessingJob.objects.filter(state=JobState.QUEUED).update(due_at=Now())
    assert claimed().job.owner_id == crowd


@contextmanager
def held_by_another(owner_id: UUID, count: int) -> Iterator[None]:
    """Another worker is in the middle of claiming the oldest jobs of an owner."""
    ready, done = Barrier(2, timeout=HELD_S), Barrier(2, timeout=HELD_S)

    def hold() -> None:
        with unit_of_work("processing"):
            mine = ProcessingJob.objects.filter(owner_id=owner_id).order_by("queued_at")
            list(mine.select_for_update()[:count])
            ready.wait()
            done.wait()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        ready.wait()
        try:
            yield
        finally:
            done.wait()
        held.result()


@every_database_committed
def test_a_claim_waits_for_no_lock_and_takes_what_is_left() -> None:
    first, second = uuid4(), uuid4()
    queued(first, 2)
    queued(second)
    with held_by_another(first, 1):
        assert claimed().job.owner_id == first, "the other job of whose turn it is"
    ProcessingJob.objects.filter(state=JobState.RUNNING).delete()
    with held_by_another(first, 1):
        assert claimed().job.owner_id == second, "all of the first's are being taken"


def moment() -> datetime:
    with connections["processing"].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found


def work_to_the_end(taken: "Queue[ProcessingJob]") -> None:
    while (claim := services.claim_next(worker="test")) is not None:
        taken.put(claim.job)
        end(claim)
    connections.close_all()


@every_database_committed
def test_while_eight_workers_race_each_takes_at_most_one_more_job_before_a_newcomers() -> None:
    crowd, taken = uuid4(), Queue[ProcessingJob]()
    queued(crowd, MANY)
    came_at: dict[UUID, datetime] = {}
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(work_to_the_end, taken)
        for _ in range(5):
            newcomer = uuid4()
            queued(newcomer)
            came_at[newcomer] = moment()
    claims = [(job.owner_id, job.worked_at) for job in taken.queue]
    assert len(claims) == MANY + 5
    for newcomer, since in came_at.items():
        (until,) = [at for owner_id, at in claims if owner_id == newcomer]
        between = [at for owner_id, at in claims if owner_id == crowd and since < at < until]
        assert len(between) <= 8


@every_database
def test_the_place_in_line_is_the_order_of_the_claims() -> None:
    crowd, ann = uuid4(), uuid4()
    queued(crowd, 5)
    end(claimed())
    running = claimed()
    queued(ann, 3)
    line = [job.pk for job in selectors.list_queue(limit=10)]
    assert len(line) == 6
    end(running)
    claims = []
    for _ in line:
        claim = claimed()
        claims.append(claim.job.pk)
        end(claim)
    assert claims == line
    assert [ProcessingJob.objects.get(pk=pk).owner_id for pk in line] == [
        *islice(cycle([ann, crowd]), 6)
    ]


@every_database
def test_the_line_is_told_as_far_as_it_is_asked_for() -> None:
    crowd, ann = uuid4(), uuid4()
    queued(crowd, 30)
    queued(ann)
    line = selectors.list_queue(limit=5)
    assert [job.owner_id for job in line] == [crowd, ann, crowd, crowd, crowd]


@every_database_committed
def test_a_wake_up_behind_two_hundred_others_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each wake-up takes whose turn it is, whosesoever video it was sent for."""
    crowd, modest = uuid4(), uuid4()
    queue().empty()
    for _ in range(MANY):
        queued(crowd)
        jobs.wake()
    claim = claimed()
    queued(modest)
    jobs.wake()
    end(claim)
    taken: list[UUID] = []
    monkeypatch.setattr("apps.processing.jobs.run.work_on", lambda c: taken.append(c.job.owner_id))
    first = queue().jobs[0]
    first.func()
    assert len(queue()) > MANY, "the wake-up of the modest one is still far behind"
    assert taken == [modest]
