"""Reads of upload; they never write."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from apps.upload.exceptions import VideoNotFound
from apps.upload.models import Extraction, Video, VideoState

_EXTRACTIONS = Prefetch("extractions", queryset=Extraction.objects.order_by("extraction_no"))


def list_videos(*, owner_id: UUID) -> QuerySet[Video]:
    """Return an owner's videos with their extractions, the newest first."""
    mine = Video.objects.filter(owner_id=owner_id).exclude(state=VideoState.DELETED)
    return mine.order_by("-created_at", "pk").prefetch_related(_EXTRACTIONS)


def get_video(*, video_id: UUID, owner_id: UUID) -> Video:
    """Return an owner's video with its extractions; `VideoNotFound` for any other."""
    video = list_videos(owner_id=owner_id).filter(pk=video_id).first()
    if video is None:
        raise VideoNotFound
    return video
