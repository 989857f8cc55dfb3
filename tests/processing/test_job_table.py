"""Every cell of the job's table, against real rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db.models.functions import Now

from apps.processing import services
from apps.processing.models import KEPT, ProcessingJob
from apps.processing.services.advancing import policy
from apps.processing.transitions import TABLE, Claimed, Input, JobState, Succeeded, react
from frameflow.bus.models import OutboxMessage
from tests import messages
from tests.databases import every_database
from tests.tables import Cell, cells

pytestmark = every_database

RUN, FENCE = 3, 5
IDS = messages.ids(run=RUN)
CELLS = cells("ProcessingJob")


def row_in(state: str, *, tries: int = 1) -> ProcessingJob:
    """Store a job in a state; `none` stores nothing."""
    ids = {name: value for name, value in IDS.items() if name != "run"}
    job = ProcessingJob(
        **ids,
        run=RUN,
        state=state,
        fence=FENCE,
        tries=tries,
        options={},
        lease_until=Now() + timedelta(seconds=30) if state == "running" else None,
    )
    if state != "none":
        job.save(force_insert=True)
    return job


def ended(outcome: str, run: int) -> None:
    services.discard_run(ended=messages.extraction_ended(outcome, **{**IDS, "run": run}))


def lease_over() -> None:
    ProcessingJob.objects.filter(state="running").update(lease_until=Now() - timedelta(seconds=1))
    services.release_expired_leases()


def worker_says(service: Callable[..., bool], fence: int = FENCE) -> bool:
    job = ProcessingJob(**IDS, fence=fence)
    return service(job=job, fence=fence, code="storage", detail="why")


def succeed(fence: int = FENCE) -> bool:
    return services.record_success(
        job=ProcessingJob(**IDS, fence=fence),
        fence=fence,
        result=messages.result(fence=fence),
        frames=[],
        warnings=[],
        steps=[],
        source_read_bytes=7,
    )


def apply(heard: str, base: int) -> None:
    """Do what a row's title says; `base` is the run of the row, 0 where there is none."""
    offsets = {"not higher": 0, "higher run": 1, "same run": 0, "lower run": -1}
    run = base + next((value for name, value in offsets.items() if heard.endswith(name)), 0)
    if base == 0 and heard.startswith("ended") and heard.endswith("same run"):
        run = 1  # to a row that is not there, the first run is both the same and higher
    if not heard.startswith(("PROCESS_FILE", "ended")):
        _as_worker(heard)
    elif run < 1 and "deleted" not in heard:
        return  # no such message exists
    elif heard.startswith("PROCESS_FILE"):
        services.accept_run(command=messages.process_file(**{**IDS, "run": run}))
    elif heard.startswith("ended deleted"):
        ended("deleted", max(base - 1, 1))  # of the three runs, the one that a guard may forget
    else:
        named = ("ready",) if heard == "ended ready" else ("failed", "cancelled", "expired")
        for outcome in named:
            ended(outcome, run)


def _as_worker(heard: str) -> None:
    deeds: dict[str, Callable[[], Any]] = {
        "claim": lambda: services.claim_next(worker="w"),
        "success": succeed,
        "transient, tries left": lambda: worker_says(services.try_later),
        "transient, no tries left": lambda: worker_says(services.try_later),
        "permanent": lambda: worker_says(services.fail_for_good),
        "lease over, tries left": lease_over,
        "lease over, no tries left": lease_over,
        "stale worker": lambda: succeed(fence=FENCE - 1),
    }
    deeds[heard]()


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_every_cell_of_the_table_is_what_the_row_does(cell: Cell) -> None:
    row_in(cell.state, tries=settings.MAX_TRIES if "no tries left" in cell.heard else 1)
    apply(cell.heard, 0 if cell.state == "none" else RUN)
    row = ProcessingJob.objects.filter(pk=IDS["extraction_id"]).first()
    if cell.next_state == "none":
        assert row is None
    else:
        assert row is not None
        assert row.state == cell.next_state
        assert row.fence == (FENCE if cell.state != "none" else 0) + ("fence+1" in cell.text)
    said = list(OutboxMessage.objects.using("processing").values_list("type", flat=True))
    assert said == cell.says


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.id)
def test_the_table_in_code_is_that_of_the_page(cell: Cell) -> None:
    asked = TABLE[Input(cell.heard)][JobState(cell.state)]
    if "delete own keys" in cell.text:
        assert asked.value == "delete own keys"
    else:
        assert asked.value == ("·" if cell.is_ignored else cell.next_state)
    assert {each.heard for each in CELLS} == set(Input)


@pytest.mark.parametrize("state", KEPT)
@pytest.mark.parametrize("fence", [FENCE - 1, FENCE])
def test_the_guards_in_sql_are_those_of_the_table(state: JobState, fence: int) -> None:
    job = row_in(state)
    claim = services.Claim(job=job, fence=fence)
    value = ProcessingJob.objects.get().value()
    holds = value.is_held_with(fence)
    assert services.is_mine(claim=claim) == holds
    assert services.renew_lease(claim=claim) == holds
    word = Succeeded(fence=fence, result=messages.result(fence=fence))
    assert react(value, word, policy=policy()).is_change == holds
    services.claim_next(worker="w")
    assert ProcessingJob.objects.get().value() == react(value, Claimed(), policy=policy()).job


def test_a_higher_run_begins_its_tries_again_and_keeps_the_fence() -> None:
    row_in("failed", tries=4)
    services.accept_run(command=messages.process_file(**{**IDS, "run": RUN + 1}))
    row = ProcessingJob.objects.get()
    assert (row.run, row.tries, row.fence) == (RUN + 1, 0, FENCE)


def test_a_child_that_dies_twice_in_one_run_is_the_videos_fault() -> None:
    for death in (1, 2):
        job = row_in("running") if death == 1 else ProcessingJob.objects.get()
        ProcessingJob.objects.update(state="running", due_at=Now())
        job = ProcessingJob.objects.get()
        services.note_child_death(job=job, fence=job.fence, code="poison", detail="signal 9")
        state = ProcessingJob.objects.get().state
        assert state == (JobState.QUEUED if death == 1 else JobState.FAILED)
    failed = OutboxMessage.objects.using("processing").get()
    assert (failed.type, failed.payload["code"]) == ("FILE_FAILED", "poison")


def test_pauses_grow_from_try_to_try() -> None:
    pauses = []
    for tries in (1, 2, 3, 4):
        ProcessingJob.objects.all().delete()
        row_in("running", tries=tries)
        worker_says(services.try_later)
        due = ProcessingJob.objects.annotate(pause=_pause()).get()
        pauses.append(round(due.pause.total_seconds()))
    assert pauses == [5, 25, 125, 125]


def _pause() -> Any:
    from django.db.models import DurationField, ExpressionWrapper, F

    return ExpressionWrapper(F("due_at") - Now(), output_field=DurationField())
