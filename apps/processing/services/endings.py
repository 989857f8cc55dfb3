"""How a claim ends. A word that changes nothing means that the claim was lost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.processing.models import Frame, ProcessingJob
from apps.processing.services.advancing import advance, locked
from apps.processing.transitions import ChildDied, Hindered, Refused, Succeeded
from frameflow.bus import unit_of_work
from frameflow.contracts import Result, StepTaken, WarningFound

ALIAS = "processing"


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
    word = Succeeded(fence=fence, result=result, warnings=tuple(warnings), steps=tuple(steps))
    with unit_of_work(ALIAS) as uow:
        mine = locked(job.pk)
        if mine is None or not advance(uow, mine, word).is_change:
            return False
        mine.result = result.model_dump(mode="json")
        mine.source_read_bytes = source_read_bytes
        mine.save()
        Frame.objects.bulk_create((Frame(job=mine, **vars(row)) for row in frames), batch_size=1000)
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
    word = Refused(fence=fence, code=code, detail=detail, retryable=retryable, steps=tuple(steps))
    return _end_try(job, word)


def note_child_death(
    *, job: ProcessingJob, fence: int, code: str, detail: str, steps: Sequence[StepTaken] = ()
) -> bool:
    """The decoder died by its own limits or a signal. False where the claim was lost."""
    return _end_try(job, ChildDied(fence=fence, code=code, detail=detail, steps=tuple(steps)))


def try_later(
    *, job: ProcessingJob, fence: int, code: str, detail: str, steps: Sequence[StepTaken] = ()
) -> bool:
    """Storage, database or network: again after a pause, until the tries are used up. False where
    the claim was lost."""
    return _end_try(job, Hindered(fence=fence, code=code, detail=detail, steps=tuple(steps)))


def _end_try(job: ProcessingJob, word: Refused | Hindered | ChildDied) -> bool:
    with unit_of_work(ALIAS) as uow:
        mine = locked(job.pk)
        if mine is None or not advance(uow, mine, word).is_change:
            return False
        mine.save()
        return True
