"""How a claim ends. Zero rows changed means that the claim was lost: nothing is said then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models.functions import Now

from apps.processing.models import Frame, JobState, ProcessingJob
from apps.processing.services.garbage import mark_for_sweep
from frameflow.bus import UnitOfWork, unit_of_work
from frameflow.contracts import FileFailed, FileProcessed, Result, StepTaken, WarningFound, ids_of

ALIAS = "processing"
MAX_WARNINGS = 50
MAX_CHILD_DEATHS = 2


@dataclass(frozen=True, kw_only=True)
class FrameRow:
    """What is kept of a frame in the database."""

    index: int
    requested_ms: int
    pts_ms: int
    key: str
    width: int
    height: int
    size_bytes: int
    sha256: str


def record_success(
    *,
    job: ProcessingJob,
    fence: int,
    result: Result,
    frames: Iterable[FrameRow],
    warnings: Sequence[WarningFound],
    steps: Sequence[StepTaken],
    source_read_bytes: int,
) -> bool:
    """Publish is a row: result, frames and `FileProcessed` in one transaction. False where the
    claim was lost; the caller then deletes its own objects."""
    with unit_of_work(ALIAS) as uow:
        mine = _held(job, fence)
        if mine is None:
            return False
        mine.leave(JobState.DONE)
        mine.result = result.model_dump(mode="json")
        mine.source_read_bytes = source_read_bytes
        mine.steps = [step.model_dump(mode="json") for step in steps]
        mine.save()
        Frame.objects.bulk_create((Frame(job=mine, **vars(row)) for row in frames), batch_size=1000)
        uow.publish(
            FileProcessed(
                **ids_of(mine),
                **result.model_dump(),
                warnings=tuple(warnings[:MAX_WARNINGS]),
                warnings_total=len(warnings),
                steps=tuple(steps),
            )
        )
        return True


def fail_for_good(
    *,
    job: ProcessingJob,
    fence: int,
    code: str,
    detail: str,
    steps: Sequence[StepTaken] = (),
    retryable: bool = False,
) -> bool:
    """Bad input: another try would end the same, unless (`retryable`) the person changes
    something first. False where the claim was lost."""
    with unit_of_work(ALIAS) as uow:
        mine = _held(job, fence)
        if mine is not None:
            _fail(uow, mine, code, detail, retryable=retryable, steps=steps)
        return mine is not None


def note_child_death(
    *, job: ProcessingJob, fence: int, code: str, detail: str, steps: Sequence[StepTaken] = ()
) -> bool:
    """The decoder died by its own limits or a signal: once may be chance, twice is the video."""
    with unit_of_work(ALIAS) as uow:
        mine = _held(job, fence)
        if mine is None:
            return False
        mine.child_deaths += 1
        if mine.child_deaths >= MAX_CHILD_DEATHS:
            _fail(uow, mine, code, detail, retryable=False, steps=steps)
        else:
            _try_later(uow, mine, "internal", detail, steps)
        return True


def try_later(
    *, job: ProcessingJob, fence: int, code: str, detail: str, steps: Sequence[StepTaken] = ()
) -> bool:
    """Storage, database or network: again after a pause, until the tries are used up."""
    with unit_of_work(ALIAS) as uow:
        mine = _held(job, fence)
        if mine is not None:
            _try_later(uow, mine, code, detail, steps)
        return mine is not None


def lose_worker(uow: UnitOfWork, job: ProcessingJob) -> None:
    """A worker fell silent; not the video's fault, but it counts against the tries."""
    detail = f"The worker of try {job.tries} was lost."
    if job.tries >= settings.MAX_TRIES:
        _fail(uow, job, "internal", detail, retryable=True)
    else:
        _queue_again(job, {"code": "worker_lost", "detail": detail}, pause_s=0)


def _try_later(
    uow: UnitOfWork,
    job: ProcessingJob,
    code: str,
    detail: str,
    steps: Sequence[StepTaken] = (),
) -> None:
    if job.tries >= settings.MAX_TRIES:
        _fail(uow, job, code, detail, retryable=True, steps=steps)
        return
    pauses = settings.BACK_OFF_S
    pause_s = pauses[min(job.tries, len(pauses)) - 1]
    _queue_again(job, {"code": code, "detail": detail}, pause_s=pause_s)


def _queue_again(job: ProcessingJob, error: dict[str, Any], *, pause_s: float) -> None:
    mark_for_sweep(job)
    job.leave(JobState.QUEUED)
    job.last_error = error
    job.due_at = Now() + timedelta(seconds=pause_s)
    job.save()


def _fail(
    uow: UnitOfWork,
    job: ProcessingJob,
    code: str,
    detail: str,
    *,
    retryable: bool,
    steps: Sequence[StepTaken] = (),
) -> None:
    mark_for_sweep(job)
    job.leave(JobState.FAILED)
    job.last_error = {"code": code, "detail": detail}
    job.steps = [step.model_dump(mode="json") for step in steps]
    job.save()
    uow.publish(
        FileFailed(
            **ids_of(job),
            fence=job.fence,
            code=code[:40],
            detail=detail[:400],
            retryable=retryable,
            tries=job.tries,
            steps=tuple(steps),
        )
    )


def _held(job: ProcessingJob, fence: int) -> ProcessingJob | None:
    rows = ProcessingJob.objects.select_for_update()
    return rows.filter(pk=job.pk, fence=fence, state=JobState.RUNNING).first()
