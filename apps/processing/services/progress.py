"""How far a run is. Sent without outbox; may be lost."""

from apps.processing.models import ProcessingJob
from apps.processing.selectors import list_queue
from frameflow.bus import unit_of_work
from frameflow.contracts import ExtractionProgressed, Step, ids_of

ALIAS = "processing"
SHOWN_POSITIONS = 50


def report_progress(
    *,
    job: ProcessingJob,
    fence: int,
    step: Step,
    percent: int,
    frames_done: int = 0,
    frames_total: int | None = None,
    eta_ms: int | None = None,
    queue_position: int | None = None,
) -> None:
    """Tell whoever watches."""
    with unit_of_work(ALIAS) as uow:
        uow.publish(
            ExtractionProgressed(
                **ids_of(job),
                fence=fence,
                step=step,
                percent=percent,
                frames_done=frames_done,
                frames_total=frames_total,
                eta_ms=eta_ms,
                queue_position=queue_position,
                frames_prefix=f"{job.prefix}{fence}/",
            )
        )


def report_queue() -> None:
    """Tell each of the first waiting jobs its place in line (0: next)."""
    for position, job in enumerate(list_queue(limit=SHOWN_POSITIONS)):
        report_progress(
            job=job, fence=job.fence, step=Step.QUEUED, percent=0, queue_position=position
        )
