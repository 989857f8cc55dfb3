"""The saga's timers."""

from apps.orchestration import services
from frameflow.bus import every


@every(seconds=1)
def ring_timers() -> None:
    """Deadlines and retention, by the database's clock."""
    services.ring_timers()
