"""The raw objects of videos: their names, and their removal on upload's own verdict."""

import unicodedata

from django.db.models.functions import Now

from apps.upload.models import Video, VideoState
from frameflow.bus import unit_of_work
from frameflow.storage import store

GONE = (VideoState.DELETED, VideoState.EXPIRED, VideoState.REFUSED)


def clean_name(name: str) -> str:
    """Return a file name fit to be shown: no path, no control characters, at most 255 long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in base if unicodedata.category(each)[0] != "C")
    return seen.strip()[-255:] or "video"


def remove_sources(*, limit: int = 50) -> int:
    """Remove the raw objects of videos that are gone; return how many.

    A writer that was still at work asks for another round when it comes too late.
    """
    with unit_of_work("upload"):
        gone = Video.objects.filter(state__in=GONE, source_removed_at=None)
        videos = list(gone.select_for_update(skip_locked=True)[:limit])
        for video in videos:
            store().delete(video.source_key)
        Video.objects.filter(pk__in=[each.pk for each in videos]).update(source_removed_at=Now())
        return len(videos)
