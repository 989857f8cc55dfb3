"""What one person may have at once. Asked under the lock of the person's quota row, in the unit of
work of what it allows, so that no race passes a limit."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from apps.upload.exceptions import AccountClosed, QuotaFull, TooManyRuns, TooManyUploads
from apps.upload.models import Quota, Video, VideoState
from apps.upload.selectors import count_runs_at_work

ACTIVE_WITHIN = timedelta(minutes=2)


def open_quota(owner_id: UUID) -> Quota:
    """Return the owner's row, locked; `AccountClosed` where nothing new may begin."""
    quota = Quota.locked(owner_id)
    if quota.closed_at:
        raise AccountClosed
    return quota


def admit_upload(quota: Quota, announced_bytes: int, at: datetime) -> None:
    """Let another upload begin, which will be a run: `QuotaFull`, `TooManyUploads`, `TooManyRuns`.

    What is uploading counts as a run, so that nothing is refused once its bytes are here.
    """
    _check_space(quota, announced_bytes)
    active = Video.objects.filter(
        owner_id=quota.owner_id, state=VideoState.UPLOADING, active_at__gt=at - ACTIVE_WITHIN
    )
    if active.count() >= settings.MAX_ACTIVE_UPLOADS:
        raise TooManyUploads(retry_after_s=10)
    _check_runs(quota)


def admit_run(quota: Quota) -> None:
    """Let another run of a stored video begin: `QuotaFull`, `TooManyRuns`."""
    _check_space(quota, 1)
    _check_runs(quota)


def _check_space(quota: Quota, more_bytes: int) -> None:
    if quota.used_bytes + more_bytes > settings.QUOTA_BYTES:
        used, limit = (f"{each / 1e9:.1f}" for each in (quota.used_bytes, settings.QUOTA_BYTES))
        raise QuotaFull(_("You use {used} GB of {limit} GB.").format(used=used, limit=limit))


def _check_runs(quota: Quota) -> None:
    limit = settings.MAX_RUNS_AT_WORK
    if count_runs_at_work(owner_id=quota.owner_id) >= limit:
        sentence = _("No more than {limit} can wait and be worked on at once.")
        raise TooManyRuns(sentence.format(limit=limit), retry_after_s=60)
