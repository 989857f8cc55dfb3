"""Rows and files for tests."""

from typing import Any
from uuid import UUID, uuid4

from apps.upload.models import Extraction, Quota, Video
from frameflow.contracts import Options
from frameflow.storage import store

#: The smallest thing that begins like an MP4; no decoder would take it.
MP4_HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64)


def stored_video(
    *,
    owner_id: UUID | None = None,
    state: str = "stored",
    extraction: str | None = "ready",
    **more: Any,
) -> Video:
    """Store a video row, and its first extraction in a state (None: no extraction)."""
    owner = owner_id or uuid4()
    Quota.objects.get_or_create(owner_id=owner)
    video_id = uuid4()
    fields: dict[str, Any] = {
        "name": "holiday.mp4",
        "source_key": f"{owner}/{video_id}/source",
        "source_type": "video/mp4",
        "source_bytes": len(MP4_HEAD),
        "stored_at": "2026-03-01T12:00:00Z" if state == "stored" else None,
    }
    video = Video.objects.create(id=video_id, owner_id=owner, state=state, **{**fields, **more})
    if extraction:
        extraction_of(video, extraction)
    return video


def extraction_of(video: Video, state: str = "ready", **more: Any) -> Extraction:
    """Store another extraction of a video."""
    number = video.extractions.count() + 1
    fields: dict[str, Any] = {"options": Options().model_dump(mode="json"), "run": 1}
    if state == "ready":
        fields |= {"published_run": more.get("run", 1)}
    return Extraction.objects.create(
        video=video, extraction_no=number, state=state, **{**fields, **more}
    )


def put_source(video: Video, data: bytes = MP4_HEAD) -> None:
    """Store the raw object of a video."""
    store().put(video.source_key, data)
