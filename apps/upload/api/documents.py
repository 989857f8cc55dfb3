"""The Video document: the same in every answer."""

from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.reverse import reverse

from apps.upload.exceptions import words_for
from apps.upload.models import Extraction, Status, Video
from frameflow.contracts import Options

#: Codes whose detail is for people; what the decoder says of the others is for support.
TELLING = {"unsupported_codec", "too_long", "too_many_frames", "too_large"}


def video_document(video: Video, request: HttpRequest | Request) -> dict[str, Any]:
    """Return the Video document (docs/reference/api.md) with absolute links."""
    shown, ready = video.shown(), video.newest_ready()
    duration_ms = (ready.result or {}).get("duration_ms") if ready else None
    return {
        "id": str(video.pk),
        "name": video.name,
        "status": video.status,
        "status_label": Status(video.status).label,
        "created_at": video.created_at,
        "size_bytes": video.source_bytes or video.length_bytes or 0,
        "duration_s": duration_ms / 1000 if duration_ms is not None else None,
        "options": shown.options if shown else video.wished or Options().model_dump(mode="json"),
        "run": shown.run if shown else None,
        "progress": _progress(video, shown),
        "result": _result(ready),
        "error": _error(video, shown),
        "warnings": ready.warnings if ready else [],
        "links": _links(video, request),
    }


def _progress(video: Video, extraction: Extraction | None) -> dict[str, Any]:
    if extraction is None:
        return dict.fromkeys(("frames_total", "eta_s", "queue_position"), None) | {
            "percent": video.arrived_percent,
            "frames_done": 0,
        }
    return {
        "percent": 100 if video.status == "ready" else extraction.percent,
        "frames_done": extraction.frames_done,
        "frames_total": extraction.frames_total,
        "eta_s": extraction.eta_ms / 1000 if extraction.eta_ms is not None else None,
        "queue_position": extraction.queue_position,
    }


def _result(extraction: Extraction | None) -> dict[str, Any] | None:
    if extraction is None or extraction.result is None:
        return None
    return {
        "extraction_id": str(extraction.pk),
        "frames": extraction.result["frames"],
        "zip_bytes": extraction.result["zip_bytes"],
        "zip_sha256": extraction.result["zip_sha256"],
        "expires_at": extraction.expires_at,
    }


def _error(video: Video, extraction: Extraction | None) -> dict[str, Any] | None:
    failure = video.refusal or (extraction.error if extraction else None)
    if failure is None:
        return None
    words = words_for(failure["code"])
    about = extraction.pk if extraction else video.pk
    return {
        "code": failure["code"],
        "title": str(words.title),
        "detail": failure["detail"] if failure["code"] in TELLING else "",
        "action": str(words.action),
        "retryable": failure["retryable"],
        "support_code": f"{failure['code'].upper()}-{str(about)[:8]}",
    }


def _links(video: Video, request: HttpRequest | Request) -> dict[str, str]:
    here = reverse("video-detail", kwargs={"pk": video.pk}, request=request)
    below = ("zip", "frames", "manifest", "timeline", "events", "cancel", "retry")
    return {"self": here, **{name: f"{here}{name}/" for name in below}}
