"""Reads of download."""

from apps.download.selectors.archives import (
    Frame,
    FramesSoFar,
    Manifest,
    frame_of,
    frames_between,
    get_archive,
    get_frame,
    list_frames,
    manifest_of,
)
from apps.download.selectors.personal import personal_data
from apps.download.selectors.shares import get_shared, list_shares

__all__ = [
    "Frame",
    "FramesSoFar",
    "Manifest",
    "frame_of",
    "frames_between",
    "get_archive",
    "get_frame",
    "get_shared",
    "list_frames",
    "list_shares",
    "manifest_of",
    "personal_data",
]
