"""RQ entry points. The RQ job is a wake-up without arguments: the table says what to do, so a
lost or doubled wake-up means nothing."""

from apps.processing.extraction import missing_layers
from apps.processing.jobs.waiting import count_wake_ups, list_gauges, list_wake_ups
from apps.processing.jobs.wakeups import check_workers, extract_frames, wake, wake_for
from apps.processing.jobs.worker import run_worker

__all__ = [
    "check_workers",
    "count_wake_ups",
    "extract_frames",
    "list_gauges",
    "list_wake_ups",
    "missing_layers",
    "run_worker",
    "wake",
    "wake_for",
]
