"""How upload's rows become messages."""

from typing import Any

from apps.upload.models import Extraction, Video


def ids(video: Video, extraction: Extraction) -> dict[str, Any]:
    """Return the ids that every message about a run carries."""
    return {
        "extraction_id": extraction.pk,
        "video_id": video.pk,
        "owner_id": video.owner_id,
        "extraction_no": extraction.extraction_no,
        "run": extraction.run,
    }


def source(video: Video, extraction: Extraction) -> dict[str, Any]:
    """Return the ids, where the video lies, and what is wanted of it."""
    return {
        **ids(video, extraction),
        "source_key": video.source_key,
        "source_bytes": video.source_bytes,
        "source_type": video.source_type,
        "source_sha256": video.source_sha256 or None,
        "options": extraction.wished(),
    }
