"""RQ entry points. The RQ job is a wake-up without arguments: the table says what to do, so a
lost or doubled wake-up means nothing."""

from apps.processing.extraction import missing_layers
from apps.processing.jobs.wakeups import check_workers, extract_frames, wake, wake_for
from apps.processing.jobs.worker import run_worker

__all__ = ["check_workers", "extract_frames", "missing_layers", "run_worker", "wake", "wake_for"]
