"""One schedule from its first step to silence."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from tests.simulation.faults import Faults
from tests.simulation.promises import AFTER_GRACE, SETTLED, broken
from tests.simulation.schedule import Action, Schedule
from tests.simulation.snapshot import Snapshot

#: So many schedules come through their last stages while somebody still dies at so many of the
#: points: few storms last that long.
MOPPING_UP, SOUGHT = 0.25, 0.25


class World(Protocol):
    """What a rung gives: contexts, people, workers, a network and a store, at one moment."""

    def actions(self) -> Sequence[Action]:
        """Return what may happen next, never nothing."""

    def snapshot(self) -> Snapshot:
        """Return what is committed now; the same object as long as nothing has changed."""

    def settling(self) -> Iterator[None]:
        """Go on by single steps until nothing is under way, within an hour of the world's clock.
        No fault comes of itself any more, and whoever was paused goes on."""

    def outliving_grace(self) -> Iterator[None]:
        """Let the grace of the garbage pass, and a day for what nobody finished; go on as before
        until nothing is under way."""


#: A world for one schedule, with its faults; what it took is given back at the end.
Worlds = Callable[[Schedule, Faults], AbstractContextManager[World]]


class Breach(AssertionError):
    """A promise was broken."""


def promises_of(breach: str) -> frozenset[str]:
    """Return the names of the promises that a breach tells of: the word before the first colon of
    each line. A traceback tells of none."""
    if breach.startswith("Traceback"):
        return frozenset()
    return frozenset(line.partition(":")[0] for line in breach.splitlines())


def play(worlds: Worlds, schedule: Schedule, faults: Faults, *, steps: int) -> str | None:
    """Play a schedule to its end; return what it broke, or None. Whatever the product raises
    where nothing catches it is a breach as well."""
    try:
        with worlds(schedule, faults) as world:
            _play(world, schedule, steps)
    except Breach as breach:
        return str(breach)
    except Exception:
        return traceback.format_exc()
    return None


def _play(world: World, schedule: Schedule, steps: int) -> None:
    watched = Watched(world)
    for _ in range(steps):
        watched.through(schedule.pick(world.actions()).do() or iter(()))
        watched.look()
    come_to_rest(watched, schedule)


def come_to_rest(watched: "Watched", schedule: Schedule) -> None:
    """Let silence come, then the grace of the garbage pass, and ask what holds then; raise
    `Breach`."""
    world = watched.world
    if schedule.chance(MOPPING_UP):
        schedule.weather.clear_up(sought=SOUGHT)
        schedule.note("-- settling, where some still die")
        watched.through(world.settling())
        watched.through(world.outliving_grace())
    schedule.weather.clear_up()
    schedule.note("-- settling")
    watched.through(world.settling())
    _hold(each for check in SETTLED for each in check(world.snapshot()))
    schedule.note("-- outliving the grace")
    watched.through(world.outliving_grace())
    _hold(each for check in AFTER_GRACE for each in check(world.snapshot()))


class Watched:
    """Asks after each step for what must always hold."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.seen = world.snapshot()

    def look(self) -> None:
        """Compare the world with what it was before; raise `Breach`."""
        before, self.seen = self.seen, self.world.snapshot()
        if self.seen is not before:
            _hold(broken(before, self.seen))

    def through(self, steps: Iterator[None]) -> None:
        """Look after each of these steps."""
        for _ in steps:
            self.look()


def _hold(breaches: Iterable[str]) -> None:
    found = list(breaches)
    if found:
        raise Breach("\n".join(found))
