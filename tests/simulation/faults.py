"""Where a process may die, and where it may be told that something failed.

Each commit and each call to the store has a name. Before it a process may die or be refused;
after it, it may die, or be told of a failure although all was done ("commit unknown").
"""

import re
from collections import Counter
from zlib import crc32

from tests.simulation.actors import Killed, acting, refuse_the_dead
from tests.simulation.schedule import Schedule

#: What a process was asked for, in the name of its actor.
ERRAND = re.compile(r"(?<=^web) .*| hears .*")


class Faults:
    """Throws the dice at each named point, and counts what was met where."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.passed: Counter[str] = Counter()
        self.met: Counter[str] = Counter()

    def before(self, deed: str, refusal: Exception) -> None:
        """Die, or raise `refusal`, or let the deed be done."""
        self._die(f"before {_named(deed)}")
        self.refuse(deed, refusal)

    def refuse(self, deed: str, refusal: Exception) -> None:
        """Raise `refusal`, or let the deed be done."""
        if self.schedule.chance(self._rate(refusal, "refusal")):
            self._meet(f"refused: {_named(deed)}")
            raise refusal

    def after(self, deed: str, refusal: Exception) -> None:
        """Die, or raise `refusal` although the deed was done."""
        self._die(f"after {_named(deed)}")
        if self.schedule.chance(self._rate(refusal, "doubt")):
            self._meet(f"unknown: {_named(deed)}")
            raise refusal

    def _rate(self, refusal: Exception, kind: str) -> float:
        from frameflow.storage import StorageError

        prefix = "store_" if isinstance(refusal, StorageError) else ""
        rate: float = getattr(self.schedule.weather, prefix + kind)
        return rate

    def _die(self, point: str) -> None:
        refuse_the_dead()
        self.passed[point] += 1
        actor = acting()
        if actor is not None and self.schedule.chance(self._death(point)):
            actor.is_killed = True
            self._meet(point)
            raise Killed

    def _death(self, point: str) -> float:
        weather = self.schedule.weather
        is_sought = crc32(f"{self.schedule.seed} {point}".encode()) < weather.sought * 2**32
        return 1 if is_sought and not self.met[point] else weather.death

    def _meet(self, point: str) -> None:
        self.met[point] += 1
        self.schedule.note(f"  ! {point}")


def _named(deed: str) -> str:
    """Name a place of the code in a process, whatever brought it there."""
    actor = acting()
    return f"{ERRAND.sub('', actor.name) if actor else 'world'}: {deed}"
