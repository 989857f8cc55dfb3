"""Claims, leases, the queue and what people use."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from apps.download.models import Archive
from apps.processing import jobs, selectors
from apps.processing.models import ProcessingJob
from apps.upload.models import Extraction
from frameflow.operations.invariants.evidence import Breaches, Evidence, asked, chunks
from frameflow.operations.objects import extraction_in

LEASE_GRACE_S = 60
IDLE_WAKE_UP_S = 60

_TOO_OFTEN = "SELECT extraction_id, tries FROM processing_job WHERE tries > %s"
#: Each run that was decided took its tries, or at least one; this run took its own.
_BEHIND_ITS_CLAIMS = """
SELECT extraction_id, fence, claims FROM (
  SELECT j.extraction_id, j.fence, j.tries + coalesce(sum(
    greatest(coalesce((m.payload->>'tries')::int, 1), 1)) FILTER (WHERE m.id IS NOT NULL), 0
  ) AS claims
  FROM processing_job j LEFT JOIN outbox_message m ON m.correlation_id = j.extraction_id
    AND m.type IN ('FILE_PROCESSED', 'FILE_FAILED') AND (m.payload->>'run')::int < j.run
  GROUP BY 1
) counted WHERE fence < claims
"""
#: The fences that were said rise from run to run, and the row is not behind the last.
_WENT_BACK = """
SELECT id, fence, above FROM (
  SELECT said.id, said.fence, lead(said.fence, 1, j.fence + 1) OVER story AS above
  FROM (
    SELECT correlation_id AS id, (payload->>'run')::int AS run, (payload->>'fence')::int AS fence
    FROM outbox_message WHERE type IN ('FILE_PROCESSED', 'FILE_FAILED')
  ) said JOIN processing_job j ON j.extraction_id = said.id
  WINDOW story AS (PARTITION BY said.id ORDER BY said.run)
) story WHERE fence >= above
"""
_USAGE = """
SELECT owner_id, coalesce(quota.used_bytes, 0), coalesce(rows.bytes, 0)
FROM quota FULL JOIN (
  SELECT owner_id, sum(bytes) AS bytes FROM (
    SELECT owner_id, booked_bytes AS bytes FROM video
    UNION ALL
    SELECT v.owner_id, e.booked_bytes FROM extraction e JOIN video v ON v.id = e.video_id
  ) booked GROUP BY owner_id
) rows USING (owner_id)
WHERE coalesce(quota.used_bytes, 0) <> coalesce(rows.bytes, 0)
"""


def tries_and_fences_are_sound(evidence: Evidence) -> Breaches:
    """I11a: tries stay within the limit; the fence counts every claim that left a trace."""
    for pk, tries in asked("processing", _TOO_OFTEN, settings.MAX_TRIES):
        yield f"job {pk} was tried {tries} times"
    for pk, fence, claims in asked("processing", _BEHIND_ITS_CLAIMS):
        yield f"job {pk} has fence {fence} after {claims} claims"
    for pk, fence, above in asked("processing", _WENT_BACK):
        yield f"job {pk} spoke at fence {fence}, and is or spoke later below {above}"
    yield from _seen_ahead()


def _seen_ahead() -> Breaches:
    """What others saw of a fence is read before the fence, which never goes back."""
    seen = Extraction.objects.filter(progress_fence__gt=0).values_list("pk", "progress_fence")
    shown = Archive.objects.filter(progress_fence__gt=0).values_list("pk", "progress_fence")
    for rows in (seen, shown):
        for chunk in chunks(rows.order_by("pk").iterator()):
            fences = dict(_fences([pk for pk, _ in chunk]))
            for pk, fence in chunk:
                if fence > fences.get(pk, 0):
                    yield f"job {pk} was seen at fence {fence}, and is at {fences.get(pk, 0)}"


def _fences(ids: list[UUID]) -> list[tuple[UUID, int]]:
    return list(ProcessingJob.objects.filter(pk__in=ids).values_list("pk", "fence"))


def keys_are_of_claims(evidence: Evidence) -> Breaches:
    """I11: no object carries a fence that its row never had."""
    for chunk in chunks(evidence.census.fences.items()):
        jobs_ = {each.prefix: each.fence for each in _jobs_of([prefix for prefix, _ in chunk])}
        for prefix, fences in chunk:
            if prefix in jobs_ and max(fences) > jobs_[prefix]:
                yield f"{prefix} has objects of fence {max(fences)}, its job is at {jobs_[prefix]}"


def _jobs_of(prefixes: list[str]) -> list[ProcessingJob]:
    ids = [extraction_in(prefix) for prefix in prefixes]
    return list(ProcessingJob.objects.filter(pk__in=[each for each in ids if each]))


def no_old_lease(evidence: Evidence) -> Breaches:
    """I12a: no lease is over for longer than a minute."""
    over = Now() - timedelta(seconds=LEASE_GRACE_S)
    for job in ProcessingJob.objects.filter(state="running", lease_until__lt=over).iterator():
        yield f"job {job.pk} holds a lease that ended {job.lease_until}"


def usage_is_the_sum(evidence: Evidence) -> Breaches:
    """I13a: what an owner uses is the sum of what the rows have booked."""
    for owner_id, used, booked in asked("upload", _USAGE):
        yield f"owner {owner_id} uses {used}, the rows say {booked}"


def wake_ups_say_nothing(evidence: Evidence) -> Breaches:
    """I14a: an entry of the queue names no extraction, so none that has ended."""
    for each in jobs.list_wake_ups():
        if not each.says_nothing:
            yield f"{each.id} in the queue says something"


def nobody_is_woken_for_nothing(evidence: Evidence) -> Breaches:
    """I14: where no job is due, no wake-up is older than a minute."""
    old = [each for each in jobs.list_wake_ups() if each.age_s > IDLE_WAKE_UP_S]
    if old and not selectors.count_due():
        yield f"{len(old)} wake-ups are old, and nothing is due"
