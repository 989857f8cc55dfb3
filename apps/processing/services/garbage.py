"""Objects that no row names any more, removed only on this context's own rows' verdict."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from apps.processing.models import ProcessingJob
from frameflow.bus import unit_of_work
from frameflow.storage import store

ALIAS = "processing"
ROUNDS = 2


def mark_for_sweep(job: ProcessingJob) -> None:
    """Ask for a round now and one after the grace: a paused worker may write in between."""
    if job.fence:
        job.sweep_at, job.sweeps_left = Now(), ROUNDS


def sweep_objects(*, limit: int = 20) -> int:
    """Remove the dead objects of jobs that are due for a round; return how many objects."""
    with unit_of_work(ALIAS):
        due = ProcessingJob.objects.filter(sweep_at__lte=Now())
        jobs = list(due.select_for_update(skip_locked=True)[:limit])
        return sum(_sweep(job) for job in jobs)


def _sweep(job: ProcessingJob) -> int:
    live = None if job.live_fence is None else f"{job.prefix}{job.live_fence}/"
    dead = [
        found.key
        for found in store().list(job.prefix)
        if live is None or not found.key.startswith(live)
    ]
    for key in dead:
        store().delete(key)
    job.sweeps_left = max(job.sweeps_left - 1, 0)
    grace = timedelta(seconds=settings.GARBAGE_GRACE_S)
    job.sweep_at = Now() + grace if job.sweeps_left else None
    job.save(update_fields=["sweeps_left", "sweep_at"])
    return len(dead)
