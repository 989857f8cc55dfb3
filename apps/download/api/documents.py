"""Frames as JSON."""

import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.reverse import reverse

from apps.download.selectors import Frame
from frameflow.exceptions import Invalid


def frame_document(frame: Frame, video_id: UUID, request: Request) -> dict[str, Any]:
    """Return what the API says of a frame; what is not known yet is null."""
    names = ("index", "requested_s", "pts_s", "file", "width", "height")
    where = {"video_id": video_id, "index": frame.index}
    return {
        **{name: getattr(frame, name) for name in names},
        "bytes": frame.size_bytes,
        "sha256": frame.sha256,
        "links": {
            "self": reverse("frame", kwargs=where, request=request),
            "image": reverse("frame-image", kwargs=where, request=request),
            "thumb": reverse("frame-thumb", kwargs=where, request=request),
        },
    }


def between(frames: Sequence[Frame], request: Request) -> Sequence[Frame]:
    """Return the frames that `t__gte` and `t__lt` (seconds) let through; else all of them."""
    begin, end = _seconds(request, "t__gte"), _seconds(request, "t__lt")
    if begin is None and end is None:
        return frames
    low, high = begin or 0.0, math.inf if end is None else end
    return [each for each in frames if each.pts_s is not None and low <= each.pts_s < high]


def _seconds(request: Request, name: str) -> float | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if math.isnan(seconds):
        raise Invalid(errors=[{"path": name, "message": "A number of seconds."}])
    return seconds
