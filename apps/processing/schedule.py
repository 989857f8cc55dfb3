"""The sweepers of processing."""

import structlog

from apps.processing import jobs, selectors, services
from frameflow.bus import every

SHOWN = 5

log = structlog.stdlib.get_logger(__name__)


@every(seconds=2)
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


@every(seconds=60, at_once=False)  # after the first round of the sweepers
def report_silent_leases() -> None:
    """Leases that should have been taken back: `release_expired_leases` does not come to them."""
    if silent := selectors.list_silent(limit=SHOWN):
        log.error(
            "job.lease_not_taken_back",
            jobs=[str(job.pk) for job in silent],
            lease_until=silent[0].lease_until,
            count=selectors.count_silent(),
        )
