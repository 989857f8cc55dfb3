"""The saga's timers."""

import structlog

from apps.orchestration import selectors, services
from frameflow.bus import every

SHOWN = 5

log = structlog.stdlib.get_logger(__name__)


@every(seconds=1)
def ring_timers() -> None:
    """Deadlines and retention, by the database's clock."""
    services.ring_timers()


@every(seconds=60, at_once=False)  # after the first round of the sweepers
def report_overdue() -> None:
    """Timers that should have rung: `ring_timers` does not come to them."""
    if overdue := selectors.list_overdue(limit=SHOWN):
        log.error(
            "saga.overdue",
            sagas=[str(saga.pk) for saga in overdue],
            timer_at=overdue[0].timer_at,
            count=selectors.count_overdue(),
        )
