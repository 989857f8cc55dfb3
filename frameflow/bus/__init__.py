"""The domain-event bus: how one context tells another, and how nothing is lost on the way.

The producer's own database keeps a message until every consumer has acknowledged it over the
same bus. The transport may lose, double and reorder.
"""

from frameflow.bus.away import done_without, is_away
from frameflow.bus.registry import subscribe
from frameflow.bus.schedule import every
from frameflow.bus.transaction import UnitOfWork, unit_of_work
from frameflow.bus.watching import watch

__all__ = [
    "UnitOfWork",
    "done_without",
    "every",
    "is_away",
    "subscribe",
    "unit_of_work",
    "watch",
]
