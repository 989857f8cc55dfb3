"""Who works on what: claims with a lease and a fence, by the database's clock alone
(statement_timestamp(), like Django's `Now()`). What decides at once for many workers is SQL, and
says what the table says."""

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connections
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from apps.processing.models import ProcessingJob
from apps.processing.selectors import list_owners_in_turn
from apps.processing.services.advancing import advance
from apps.processing.transitions import JobState, LeaseOver
from frameflow.bus import unit_of_work

ALIAS = "processing"

log = structlog.stdlib.get_logger(__name__)

#: The job of one owner that waits longest.
_CLAIM = """
UPDATE processing_job SET
  state = 'running', fence = fence + 1, tries = tries + 1, worker = %s,
  lease_until = statement_timestamp() + %s * interval '1 second',
  worked_at = statement_timestamp(), updated_at = statement_timestamp()
WHERE extraction_id = (
  SELECT extraction_id FROM processing_job
  WHERE owner_id = %s AND state = 'queued' AND due_at <= statement_timestamp()
  ORDER BY queued_at, extraction_id
  FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING extraction_id
"""


@dataclass(frozen=True)
class Claim:
    """The right to work on a job: good as long as the row has this fence and is running."""

    job: ProcessingJob
    fence: int

    @property
    def prefix(self) -> str:
        return f"{self.job.prefix}{self.fence}/"


def claim_next(*, worker: str) -> Claim | None:
    """Claim the next job that is due, or return None. Two workers never get the same claim.

    Whose turn it is: `selectors.list_owners_in_turn`. Where other workers are taking all that an
    owner has, the next owner's is taken; nobody waits for a lock.
    """
    with unit_of_work(ALIAS), connections[ALIAS].cursor() as cursor:
        for owner_id in list_owners_in_turn():
            cursor.execute(_CLAIM, [worker, settings.LEASE_S, owner_id])
            if row := cursor.fetchone():
                job = ProcessingJob.objects.get(pk=row[0])
                return Claim(job=job, fence=job.fence)
        return None


def is_mine(*, claim: Claim) -> bool:
    """Return whether a claim still holds."""
    return _held(claim).exists()


def renew_lease(*, claim: Claim) -> bool:
    """Prolong the lease; False where the claim is lost."""
    until = Now() + timedelta(seconds=settings.LEASE_S)
    return bool(_held(claim).update(lease_until=until))


def release_expired_leases(*, limit: int = 100) -> int:
    """Take jobs from workers that fell silent: queued again, or failed where no tries are left."""
    taken = _take_back(Q(lease_until__lt=Now()), limit)
    for job in taken:
        log.warning("job.lease_expired", job=str(job.pk), tries=job.tries, state=job.state)
    return len(taken)


def take_back_from(*, worker: str) -> int:
    """Take the job of a worker that is known to be dead: nobody need wait for its lease."""
    return len(_take_back(Q(worker=worker), limit=1))


def _take_back(silent: Q, limit: int) -> list[ProcessingJob]:
    with unit_of_work(ALIAS) as uow:
        running = ProcessingJob.objects.filter(silent, state=JobState.RUNNING)
        jobs = list(
            running.order_by("lease_until", "pk").select_for_update(skip_locked=True)[:limit]
        )
        for job in jobs:
            advance(uow, job, LeaseOver())
            job.save()
        return jobs


def _held(claim: Claim) -> QuerySet[ProcessingJob]:
    return ProcessingJob.objects.filter(pk=claim.job.pk, fence=claim.fence, state=JobState.RUNNING)
