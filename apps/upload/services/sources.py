"""The raw objects of videos: their names, and their removal on upload's own verdict."""

import unicodedata
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from apps.upload.models import Video
from frameflow.bus import unit_of_work
from frameflow.storage import store


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
        store().delete(video.source_key)
        if video.length_bytes is not None:
            store().discard(video.source_key)
        _note_round(video)
    return len(due)


def _note_round(video: Video) -> None:
    left = max(video.sweeps_left - 1, 0)
    grace = timedelta(seconds=settings.GARBAGE_GRACE_S)
    with unit_of_work("upload"):
        Video.objects.filter(pk=video.pk, sweep_at=video.sweep_at).update(
            sweeps_left=left, sweep_at=Now() + grace if left else None
        )
