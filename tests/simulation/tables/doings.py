"""What may happen next in the world."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from django.db import OperationalError

from frameflow.bus.consumer import consume
from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.relay import relay_once
from frameflow.storage import StorageError
from tests.simulation.actors import Actor
from tests.simulation.schedule import Action
from tests.simulation.tables.clockwork import Clockwork
from tests.simulation.tables.processing import Processing
from tests.simulation.tables.wishes import Wishes
from tests.simulation.tables.worker import work_once

if TYPE_CHECKING:
    from tests.simulation.tables.world import World

AWAY = (OperationalError, StorageError, BusUnavailable)
#: How far the clock jumps, in seconds, and how readily: within a lease, over one, over the grace,
#: over a deadline.
JUMPS = {7: 0.1, 31: 0.15, 65: 0.05, 700: 0.02, 3700: 0.015, 90_000: 0.01}
#: How much more readily than usual things of one kind happen in one schedule.
MOODS = (0.2, 1.0, 1.0, 4.0)
MOST_AT_WORK, MOST_WORKERS = 6, 3
Deed = Callable[[], object]


class Doings:
    """The actors at work, and those who may begin."""

    def __init__(self, world: "World") -> None:
        self.world, self.network = world, world.network
        self.jobs = cast(Processing, world.contexts["processing"])
        self.at_work: list[Actor] = []
        self._steps: dict[Actor, list[Action]] = {}
        self._ends: dict[Actor, datetime] = {}
        self._grace = timedelta(seconds=world.settings.grace_s)
        self._moods: dict[str, float] = {}
        self.clockwork = Clockwork(world)
        self._wishes = Wishes(world, self._begin)
        self._always = [
            *(self._jump(*each) for each in JUMPS.items()),
            self._action("until something is due", self.world.jump_to_due, 0.3),
            self._action("redis is emptied", self._empty_redis, 0.03),
            self._action("redis goes", partial(setattr, self.network, "is_away", True), 0.02),
        ]
        back = partial(setattr, self.network, "is_away", False)
        self._return = self._action("redis comes back", back, 1.5)
        self._sweeps = [
            (each.has_work, self._begin(each.name, each.do, 0.5)) for each in self.clockwork.sweeps
        ]
        names = self.world.parties
        self._relays = {
            name: self._begin(f"relay {name}", partial(self.relay, name), 1) for name in names
        }
        self._hearing = {
            name: self._begin(f"hear at {name}", partial(self.hear, name), 2) for name in names
        }
        self._worker = self._begin("worker", self.work, 2)

    def possible(self) -> list[Action]:
        """Return what may happen next."""
        self.at_work = [each for each in self.at_work if each.is_at_work]
        actions = list(self._always)
        if self.network.is_away:
            actions.append(self._return)
        for actor in self.at_work:
            actions += self._steps[actor]
        if len(self.at_work) < MOST_AT_WORK:
            actions += [begin for has_work, begin in self._sweeps if has_work()]
            actions += self._messages()
            actions += self._wishes.possible()
        return actions

    def end_sleepers(self) -> None:
        """Nobody sleeps longer than the grace: what such a one leaves is for `reap_orphans`."""
        for actor in self.at_work:
            if self._ends[actor] < self.world.moment:
                actor.kill()

    def _action(self, name: str, deed: Deed, weight: float) -> Action:
        mood = self._moods.get(name)
        if mood is None:
            mood = self._moods[name] = self.world.schedule.choose(MOODS)
        return Action(name, deed, weight * mood)

    def _begin(self, name: str, deed: Deed, weight: float) -> Action:
        """Return the action by which an actor begins; what is away is asked again later."""

        def unless_away() -> None:
            try:
                deed()
            except AWAY:
                return

        def begin() -> None:
            actor = Actor(name, unless_away)
            self.at_work.append(actor)
            self._ends[actor] = self.world.moment + self._grace
            self._steps[actor] = [
                self._action(f"{name} goes on", actor.step, 2),
                self._action(f"kill {name}", actor.kill, 0.03),
            ]
            actor.step()

        return self._action(name, begin, weight)

    def _jump(self, seconds: float, weight: float) -> Action:
        return self._action(f"{seconds} s pass", partial(self.world.jump, seconds), weight)

    def _empty_redis(self) -> None:
        self.network.empty()
        self.jobs.wake_ups = 0

    def _messages(self) -> Iterator[Action]:
        for name, relay in self._relays.items():
            if self.has_due(name):
                yield relay
        for consumer in self.network.waiting():
            yield self._hearing[consumer]
        if self.jobs.wake_ups:
            busy = sum(each.name == "worker" for each in self.at_work)
            if busy < MOST_WORKERS:
                yield self._worker

    def has_due(self, name: str) -> bool:
        """Return whether a context has something to send, or to close."""
        kept = self.world.contexts[name].session.all("outbox")
        return any(not each.is_done and each.next_attempt_at <= self.world.moment for each in kept)

    def relay(self, name: str) -> None:
        """Send what is due."""
        relay_once(self.world.parties[name])

    def hear(self, consumer: str) -> None:
        """Take some of the messages under way, at most three."""
        most = min(self.world.schedule.choose((1, 1, 2, 3)), len(self.network.under_way[consumer]))
        consume(self.world.parties[consumer], *(self.network.take(consumer) for _ in range(most)))

    def work(self) -> None:
        """A worker takes a wake-up and does what is due."""
        self.jobs.wake_ups = max(self.jobs.wake_ups - 1, 0)
        work_once(self.jobs)
