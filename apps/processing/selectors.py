"""Reads of processing."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.models import BigIntegerField, Count, Max, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Now

from apps.processing.models import ProcessingJob
from apps.processing.transitions import JobState
from frameflow.api.gauges import Gauge, age_s, count

ALIAS = "processing"
TAKEN_BACK_WITHIN_S = 60
_OF_JOB = (
    "extraction_id", "video_id", "extraction_no", "run", "state", "tries", "source_bytes",
    "source_sha256", "options", "queued_at", "last_error", "steps", "frames_kept",
)  # fmt: skip

#: Everybody who has a job waiting, by one step in the index for each (PostgreSQL has no skip scan
#: of its own before version 18): how many jobs of theirs run, and since when they wait. That is
#: since their oldest job was queued, or since a worker last took or left a job of theirs.
_WAITING = """
WITH RECURSIVE owner AS (
  (SELECT owner_id FROM processing_job WHERE state = 'queued' ORDER BY owner_id LIMIT 1)
  UNION ALL
  SELECT (
    SELECT owner_id FROM processing_job
    WHERE state = 'queued' AND owner_id > owner.owner_id ORDER BY owner_id LIMIT 1
  ) FROM owner WHERE owner.owner_id IS NOT NULL
), waiting AS (
  SELECT owner.owner_id, (
    SELECT count(*) FROM processing_job
    WHERE owner_id = owner.owner_id AND state = 'running'
  ) AS running, greatest(oldest.queued_at, (
    SELECT max(worked_at) FROM processing_job WHERE owner_id = owner.owner_id
  )) AS since
  FROM owner CROSS JOIN LATERAL (
    SELECT queued_at FROM processing_job
    WHERE owner_id = owner.owner_id AND state = 'queued' AND due_at <= statement_timestamp()
    ORDER BY queued_at LIMIT 1
  ) oldest
)
"""
_OWNERS = "SELECT owner_id FROM waiting ORDER BY running, since, owner_id"
#: As if each claim so far, and each to come, made its owner step back by one turn.
_JOBS = """
SELECT job.* FROM waiting CROSS JOIN LATERAL (
  SELECT *, row_number() OVER (ORDER BY queued_at, extraction_id) AS turn FROM processing_job
  WHERE owner_id = waiting.owner_id AND state = 'queued' AND due_at <= statement_timestamp()
  ORDER BY queued_at, extraction_id LIMIT %(limit)s
) job
ORDER BY running + turn, since, job.queued_at, job.extraction_id LIMIT %(limit)s
"""
IN_TURN, QUEUE = _WAITING + _OWNERS, _WAITING + _JOBS


def count_due() -> int:
    """Return how many jobs wait for a worker."""
    return ProcessingJob.objects.filter(state=JobState.QUEUED, due_at__lte=Now()).count()


def list_owners_in_turn() -> list[UUID]:
    """Return who has a job that is due, the one whose turn it is first.

    That is who has the fewest jobs running; among these, who waits longest for a worker, so that
    nobody who waits is overtaken for ever, and a person's next job comes after what everybody
    else began to wait with before the last one ended.
    """
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(IN_TURN)
        return [owner_id for (owner_id,) in cursor.fetchall()]


def list_queue(*, limit: int) -> list[ProcessingJob]:
    """Return the jobs that are due in the order in which they are likely to be claimed: people
    take turns. What is queued later by somebody who waits for nothing else may still go first."""
    return list(ProcessingJob.objects.raw(QUEUE, {"limit": limit}))


def get_room_bytes(*, owner_id: UUID) -> int:
    """Return how much of an owner's space is left for frames and ZIPs, as far as this context
    knows of it: by the results that are kept, and the videos at work or done."""
    live = (JobState.QUEUED, JobState.RUNNING, JobState.DONE)
    videos = ProcessingJob.objects.filter(owner_id=owner_id, state__in=live).values("video_id")
    made = _of_result("zip_bytes") + _of_result("frames_bytes")
    kept = videos.annotate(source=Max("source_bytes"), made=Sum(made, default=0))
    used = kept.aggregate(sources=Sum("source", default=0), results=Sum("made", default=0))
    left: int = settings.QUOTA_BYTES - used["sources"] - used["results"]
    return left


def list_silent(*, limit: int) -> list[ProcessingJob]:
    """Return running jobs whose lease ended a minute ago and was not taken back, the oldest
    first."""
    return list(_silent().order_by("lease_until")[:limit])


def count_silent() -> int:
    """Return how many these are."""
    return count(_silent())


def list_gauges() -> Iterator[Gauge]:
    """Yield the numbers of this context for `/metrics`."""
    queued = ProcessingJob.objects.filter(state=JobState.QUEUED)
    running = ProcessingJob.objects.filter(state=JobState.RUNNING)
    for rows, state in ((queued, "queued"), (running, "running")):
        yield Gauge(
            name="frameflow_jobs",
            meaning="Jobs that wait for a worker, and that one has",
            value=count(rows),
            labels={"state": state},
        )
    yield Gauge(
        name="frameflow_job_oldest_queued_age_seconds",
        meaning="How long the job that has been due longest has waited for a worker",
        value=age_s(queued.filter(due_at__lte=Now()), "due_at"),
    )
    yield Gauge(
        name="frameflow_leases_expired",
        meaning="Leases that ended over a minute ago and were not taken back",
        value=count_silent(),
    )


def _silent() -> "QuerySet[ProcessingJob]":
    over = Now() - timedelta(seconds=TAKEN_BACK_WITHIN_S)
    return ProcessingJob.objects.filter(state=JobState.RUNNING, lease_until__lt=over)


def _of_result(name: str) -> Coalesce:
    return Coalesce(Cast(KT(f"result__{name}"), BigIntegerField()), 0)


def personal_data(*, owner_id: UUID) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield what processing keeps about a person; the lines of the frames are in the manifest of
    each ZIP, and here is their number."""
    jobs = ProcessingJob.objects.filter(owner_id=owner_id).annotate(frames_kept=Count("frames"))
    for row in jobs.values(*_OF_JOB).iterator():
        yield "jobs", row
