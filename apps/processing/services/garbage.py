"""Objects that no row names any more, removed only on this context's own rows' verdict."""

from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import QuerySet, Window
from django.db.models.functions import Now, RowNumber

from apps.processing.models import ProcessingJob
from frameflow.bus import is_away, unit_of_work
from frameflow.storage import store

ALIAS = "processing"
#: So much of one round, however many objects there are: other tasks share its thread.
MOST_OBJECTS = 1000

log = structlog.stdlib.get_logger(__name__)


def sweep_objects(*, limit: int = 20) -> int:
    """Remove the dead objects of jobs that are due for a round; return how many objects. People
    take turns: of a job with more than `MOST_OBJECTS` a part is removed, and the rest waits with
    all else of its owner behind what others wait for.

    No row stays locked meanwhile: a fence that is dead never lives again.
    """
    removed = 0
    in_turn = Window(RowNumber(), partition_by="owner_id", order_by=("sweep_at", "pk"))
    for job in _due().alias(turn=in_turn).order_by("turn", "sweep_at", "pk")[:limit]:
        removed += _sweep(job, MOST_OBJECTS - removed)
        if removed == MOST_OBJECTS:
            _line_up_again(job.owner_id)
            break
    return removed


def _due() -> QuerySet[ProcessingJob]:
    return ProcessingJob.objects.filter(sweep_at__lte=Now())


def _line_up_again(owner_id: UUID) -> None:
    with unit_of_work(ALIAS):
        _due().filter(owner_id=owner_id).update(sweep_at=Now())


def _sweep(job: ProcessingJob, most: int) -> int:
    """Remove up to so many; what cannot be removed lets the others go first."""
    try:
        return _remove(job, most)
    except Exception as error:
        _set_round(job, sweep_at=Now())
        if is_away(error):
            raise
        log.exception("job.not_swept", job=str(job.pk))
        return 0


def _remove(job: ProcessingJob, most: int) -> int:
    found = (found.key for found in store().list(job.prefix))
    dead = list(islice((key for key in found if _is_dead(job, key)), most))
    for key in dead:
        store().delete(key)
    if len(dead) < most:
        _note_round(job)
    return len(dead)


def _is_dead(job: ProcessingJob, key: str) -> bool:
    fence = int(key.removeprefix(job.prefix).partition("/")[0])
    return job.value().has_no_use_for(fence)


def _note_round(job: ProcessingJob) -> None:
    left = max(job.sweeps_left - 1, 0)
    grace = timedelta(seconds=settings.GARBAGE_GRACE_S)
    _set_round(job, sweeps_left=left, sweep_at=Now() + grace if left else None)


def _set_round(job: ProcessingJob, **changed: Any) -> None:
    """Set the next round, unless the row has asked for other ones meanwhile."""
    unchanged = ProcessingJob.objects.filter(pk=job.pk, sweep_at=job.sweep_at)
    with unit_of_work(ALIAS):
        unchanged.update(**changed)
