"""The sweepers of processing."""

from apps.processing import jobs, selectors, services
from frameflow.bus import every


@every(seconds=5)
def release_expired_leases() -> None:
    """Jobs of workers that fell silent."""
    services.release_expired_leases()


@every(seconds=2)
def wake_workers() -> None:
    """Jobs that are due although no wake-up is under way: Redis may have forgotten it."""
    jobs.wake_for(selectors.count_due())


@every(seconds=5)
def report_queue() -> None:
    """Places in line."""
    services.report_queue()


@every(seconds=5)
def sweep_objects() -> None:
    """Objects that no row names."""
    services.sweep_objects()
