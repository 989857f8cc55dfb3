"""Closed accounts: nothing new comes from them, and their videos go."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.upload.models import Quota, Video, VideoState
from apps.upload.services.wishes import delete_video
from frameflow.bus import is_away, unit_of_work

log = structlog.get_logger(__name__)

#: So many videos of closed accounts are deleted in one go.
MOST_AT_ONCE = 100


def close_owner(*, owner_id: UUID, at: datetime) -> None:
    """Take nothing new from a closed account, and delete its videos: the first ones at once, the
    others by `empty_closed_accounts`."""
    with unit_of_work("upload"):
        first = _living_of(owner_id)[:MOST_AT_ONCE]
        ids = [video.pk for video in first.select_for_update()]  # videos before the quota
        quota = Quota.locked(owner_id)
        quota.closed_at = quota.closed_at or at
        quota.save(update_fields=["closed_at"])
        for video_id in ids:
            delete_video(video_id=video_id, cause="account")


def empty_closed_accounts() -> int:
    """Delete more videos of closed accounts, each in a transaction of its own, so that nobody
    else's news waits for thousands; return how many."""
    closed = Quota.objects.filter(closed_at__isnull=False, emptied_at=None).order_by("closed_at")
    left = MOST_AT_ONCE
    for quota in closed[:MOST_AT_ONCE]:
        left -= _empty(quota, most=left)
        if left == 0:
            break
    return MOST_AT_ONCE - left


def _empty(quota: Quota, *, most: int) -> int:
    """Delete so many videos of an account; return how many went."""
    ids = list(_living_of(quota.owner_id).values_list("pk", flat=True)[:most])
    deleted = sum(map(_is_deleted, ids))
    if deleted == len(ids) < most:
        Quota.objects.filter(pk=quota.pk).update(emptied_at=Now())
    return deleted


def _is_deleted(video_id: UUID) -> bool:
    """Delete one video; what goes wrong with it keeps no other waiting."""
    try:
        delete_video(video_id=video_id, cause="account")
    except Exception as error:
        if is_away(error):
            raise
        log.exception("closing.video_kept", video_id=str(video_id))
        return False
    return True


def _living_of(owner_id: UUID) -> QuerySet[Video]:
    mine = Video.objects.filter(owner_id=owner_id).exclude(state=VideoState.DELETED)
    return mine.order_by("pk")
