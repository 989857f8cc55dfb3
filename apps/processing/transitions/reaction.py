"""What follows from something heard: the next job, what is said, how long it rests."""

from dataclasses import dataclass, replace

from apps.processing.transitions.heard import (
    MAX_CHILD_DEATHS,
    ChildDied,
    Heard,
    Hindered,
    LeaseOver,
    Refused,
    Succeeded,
    Word,
    classify,
)
from apps.processing.transitions.job import Job, Policy
from apps.processing.transitions.table import TABLE, Cell, JobState
from frameflow.contracts import (
    ExtractionEnded,
    FileFailed,
    FileProcessed,
    Message,
    ProcessFile,
    ids_of,
)

MAX_WARNINGS = 50


@dataclass(frozen=True)
class Why:
    """Why a try came to nothing; `retryable` speaks to the person."""

    code: str
    detail: str
    retryable: bool


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """The next state and what is to be said."""

    job: Job
    cell: Cell
    messages: tuple[Message, ...] = ()
    #: Why this try came to nothing, and how long the job rests before the next.
    why: Why | None = None
    pause_s: float = 0.0

    @property
    def is_change(self) -> bool:
        return self.cell not in (Cell.IGNORE, Cell.FORGET)

    @property
    def strands_objects(self) -> bool:
        """Return whether objects of earlier claims are of no use any more."""
        return self.cell in (Cell.QUEUE, Cell.FAIL, Cell.DISCARD) and self.job.fence > 0


def react(job: Job, heard: Heard, *, policy: Policy) -> Reaction:
    """Return what follows for a job. A worker whose word changes nothing has lost its claim, and
    deletes its own objects."""
    row = classify(
        heard,
        run=job.run,
        fence=job.fence,
        child_deaths=job.child_deaths,
        is_last_try=job.tries >= policy.max_tries,
    )
    cell = TABLE[row][job.state]
    if cell in (Cell.IGNORE, Cell.FORGET):
        return Reaction(job=job, cell=cell)
    after = replace(_counted(job, heard, cell), state=JobState(cell.value))
    why = _why(job, heard, cell)
    return Reaction(
        job=after,
        cell=cell,
        messages=_said(after, heard, cell, why),
        why=why,
        pause_s=_pause_s(job, heard, policy),
    )


def _counted(job: Job, heard: Heard, cell: Cell) -> Job:
    """The fence counts claims for ever; tries and deaths are those of this run."""
    if cell is Cell.CLAIM:
        return replace(job, fence=job.fence + 1, tries=job.tries + 1)
    if isinstance(heard, ChildDied):
        return replace(job, child_deaths=job.child_deaths + 1)
    if isinstance(heard, ProcessFile):
        return replace(job, run=heard.run, tries=0, child_deaths=0)
    return replace(job, run=max(job.run, heard.run)) if isinstance(heard, ExtractionEnded) else job


def _why(job: Job, heard: Heard, cell: Cell) -> Why | None:
    match heard:
        case LeaseOver():
            code = "internal" if cell is Cell.FAIL else "worker_lost"
            return Why(code, f"The worker of try {job.tries} was lost.", retryable=True)
        case ChildDied() if job.child_deaths + 1 < MAX_CHILD_DEATHS:
            return Why("internal", heard.detail, retryable=True)
        case ChildDied():
            return Why(heard.code, heard.detail, retryable=False)
        case Hindered():
            return Why(heard.code, heard.detail, retryable=True)
        case Refused():
            return Why(heard.code, heard.detail, retryable=heard.retryable)
    return None


def _pause_s(job: Job, heard: Heard, policy: Policy) -> float:
    """A lost worker's job goes on at once; what hindered it may need a while to end."""
    if not isinstance(heard, Hindered | ChildDied):
        return 0
    return policy.back_off_s[min(job.tries, len(policy.back_off_s)) - 1]


def _said(job: Job, heard: Heard, cell: Cell, why: Why | None) -> tuple[Message, ...]:
    if isinstance(heard, Succeeded):
        return (_processed(job, heard),)
    return (_failed(job, heard, why),) if cell is Cell.FAIL and why else ()


def _processed(job: Job, heard: Succeeded) -> FileProcessed:
    return FileProcessed(
        **ids_of(job),
        **heard.result.model_dump(),
        warnings=heard.warnings[:MAX_WARNINGS],
        warnings_total=len(heard.warnings),
        steps=heard.steps,
    )


def _failed(job: Job, heard: Heard, why: Why) -> FileFailed:
    return FileFailed(
        **ids_of(job),
        fence=job.fence,
        code=why.code[:40],
        detail=why.detail[:400],
        retryable=why.retryable,
        tries=job.tries,
        steps=heard.steps if isinstance(heard, Word) else (),
    )
