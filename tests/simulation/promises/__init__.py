"""What must hold: section 10 of the state machines and the invariants of the delivery, as checks
on snapshots. Each check gives one sentence for each breach."""

from tests.simulation.promises.always import ALWAYS, broken
from tests.simulation.promises.quiet import AFTER_GRACE, SETTLED

__all__ = ["AFTER_GRACE", "ALWAYS", "SETTLED", "broken"]
