"""Writes of processing. What a worker writes is guarded by `fence = mine AND state = running`."""

from apps.processing.services.claims import (
    Claim,
    claim_next,
    is_mine,
    release_expired_leases,
    renew_lease,
    take_back_from,
)
from apps.processing.services.endings import (
    FrameRow,
    fail_for_good,
    note_child_death,
    record_success,
    try_later,
)
from apps.processing.services.garbage import sweep_objects
from apps.processing.services.progress import report_progress, report_queue
from apps.processing.services.wishes import accept_run, discard_run

__all__ = [
    "Claim",
    "FrameRow",
    "accept_run",
    "claim_next",
    "discard_run",
    "fail_for_good",
    "is_mine",
    "note_child_death",
    "record_success",
    "release_expired_leases",
    "renew_lease",
    "report_progress",
    "report_queue",
    "sweep_objects",
    "take_back_from",
    "try_later",
]
