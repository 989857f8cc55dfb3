"""Messages for tests: valid, short to write, one value changed at a time."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from frameflow import contracts as c

ZIP_SHA256 = "ab" * 32


def ids(**changed: Any) -> dict[str, Any]:
    """Return the ids of a first run."""
    fresh: dict[str, Any] = {name: uuid4() for name in ("extraction_id", "video_id", "owner_id")}
    return {**fresh, "extraction_no": 1, "run": 1, **changed}


def file_uploaded(**changed: Any) -> c.FileUploaded:
    return c.FileUploaded(**{**_source(), **ids(), **changed})


def extraction_requested(**changed: Any) -> c.ExtractionRequested:
    wish = {"cause": "retry", "asked_by": "person"}
    return c.ExtractionRequested(**{**_source(), **wish, **ids(), **changed})


def process_file(**changed: Any) -> c.ProcessFile:
    return c.ProcessFile(**{**_source(), **ids(), **changed})


def cancel_requested(**changed: Any) -> c.CancelRequested:
    return c.CancelRequested(**{**ids(), "asked_by": "person", **changed})


def video_deleted(*, extraction_ids: list[UUID], **changed: Any) -> c.VideoDeleted:
    fields = {"video_id": uuid4(), "owner_id": uuid4(), "cause": "person"}
    return c.VideoDeleted(**{**fields, **changed}, extraction_ids=tuple(extraction_ids))


def result(**changed: Any) -> c.Result:
    fields = {
        "fence": 1,
        "zip_key": "o/v/e/1/frames.zip",
        "zip_bytes": 3,
        "zip_sha256": ZIP_SHA256,
        "manifest_key": "o/v/e/1/manifest.json",
        "frames_prefix": "o/v/e/1/",
        "frames": 2,
        "frames_bytes": 5,
        "duration_ms": 12_000,
        "width": 64,
        "height": 48,
        "codec": "h264",
    }
    return c.Result(**{**fields, **changed})


def file_processed(**changed: Any) -> c.FileProcessed:
    return c.FileProcessed(**{**result().model_dump(), **ids(), **changed})


def file_failed(**changed: Any) -> c.FileFailed:
    why = {"code": "unreadable", "detail": "no", "retryable": False, "fence": 1, "tries": 1}
    return c.FileFailed(**{**why, **ids(), **changed})


def expiry_extended(**changed: Any) -> c.ExpiryExtended:
    fields = {"expires_at": datetime.now(UTC), "cause": "downloaded"}
    return c.ExpiryExtended(**{**ids(), **fields, **changed})


def archive_published(**changed: Any) -> c.ArchivePublished:
    return c.ArchivePublished(**{**ids(), "zip_bytes": 3, "zip_sha256": ZIP_SHA256, **changed})


def extraction_ended(outcome: str = "ready", **changed: Any) -> c.ExtractionEnded:
    fields: dict[str, Any] = {
        "outcome": outcome,
        "cause": "processed",
        "ended_at": datetime.now(UTC),
        "expires_at": None,
        "result": result() if outcome == "ready" else None,
        "error": None,
    }
    return c.ExtractionEnded(**{**ids(), **fields, **changed})


def _source() -> dict[str, Any]:
    return {
        "source_key": "o/v/source",
        "source_bytes": 10,
        "source_type": "video/mp4",
        "options": c.Options(),
    }
