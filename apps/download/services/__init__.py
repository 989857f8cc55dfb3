"""Writes of download: Archives, and links to them."""

from apps.download.services.archives import advance_archive, extend_expiry, note_progress
from apps.download.services.shares import MadeShare, forget_ended_shares, make_share, stop_share

__all__ = [
    "MadeShare",
    "advance_archive",
    "extend_expiry",
    "forget_ended_shares",
    "make_share",
    "note_progress",
    "stop_share",
]
