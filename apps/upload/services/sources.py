"""The raw objects of videos: their names, and their removal on upload's own verdict."""

import unicodedata
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models.functions import Now

from apps.upload.models import Video
from frameflow.bus import is_away, unit_of_work
from frameflow.storage import store

log = structlog.stdlib.get_logger(__name__)


def clean_name(name: str) -> str:
    """Return a file name fit to be shown: no path, no control characters, at most 255 long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in base if unicodedata.category(each)[0] != "C")
    return seen.strip()[-255:] or "video"


def remove_sources(*, limit: int = 50) -> int:
    """Remove the raw objects of videos that are gone: at once, and again after the grace, for a
    writer that was still at work. Return how many were looked for."""
    due = list(Video.objects.filter(sweep_at__lte=Now()).order_by("sweep_at")[:limit])
    for video in due:
        _remove_source(video)
    return len(due)


def _remove_source(video: Video) -> None:
    """Remove what there is of one; what cannot be removed lets the others go first."""
    try:
        store().delete(video.source_key)
        if video.length_bytes is not None:
            store().discard(video.source_key)
    except Exception as error:
        _set_round(video, sweep_at=Now())
        if is_away(error):
            raise
        log.exception("upload.source_not_removed", video_id=str(video.pk))
    else:
        _note_round(video)


def _note_round(video: Video) -> None:
    left = max(video.sweeps_left - 1, 0)
    grace = timedelta(seconds=settings.GARBAGE_GRACE_S)
    _set_round(video, sweeps_left=left, sweep_at=Now() + grace if left else None)


def _set_round(video: Video, **changed: Any) -> None:
    """Set the next round, unless the row has asked for other ones meanwhile."""
    with unit_of_work("upload"):
        Video.objects.filter(pk=video.pk, sweep_at=video.sweep_at).update(**changed)
