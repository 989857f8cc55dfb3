"""The world of rung 2: which actors there are, and what may happen next."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from django.conf import settings
from django.db import Error, connections
from django.test.utils import override_settings
from redis.exceptions import RedisError

from apps.processing.jobs.wakeups import extract_frames
from frameflow.bus.consumer import consume
from frameflow.bus.exceptions import BusUnavailable
from frameflow.bus.relay import relay_once
from frameflow.bus.schedule import Task, tasks_of
from frameflow.bus.schedule import run as run_task
from tests.simulation.actors import Actor
from tests.simulation.database import cloned
from tests.simulation.faults import Faults
from tests.simulation.playing import Worlds
from tests.simulation.product.people import People, answered
from tests.simulation.product.reading import Reader, prepare
from tests.simulation.product.site import BEGIN, Site, boundaries, opened, surrounding
from tests.simulation.product.taps import Tap, tapped
from tests.simulation.product.tasks import is_needed, some_unfinished
from tests.simulation.schedule import Action, Schedule
from tests.simulation.snapshot import Snapshot

STEPS = 50
MOST_WORKERS = 2
MOST_ROUNDS = 40
ROUND_S = 65.0
HOUR_S, DAY_S = 3600.0, 24 * 3600.0
#: A pause, one past the back-off of the outbox, past a lease, past the longest back-off of a job,
#: past the grace, past a deadline, past the retention; how readily each of them comes.
JUMPS = (
    (1.0, 1.5),
    (4.0, 2.0),
    (35.0, 1.5),
    (130.0, 0.5),
    (HOUR_S, 0.1),
    (DAY_S, 0.05),
    (8 * DAY_S, 0.05),
)


#: How long before a relay looks again, and through how many pauses somebody goes on at once.
WAITS_S = (0, 3, 10)
PAUSES = (1, 2, 4, 8, 50, 50)
#: They meet those who write: what a sweep takes too much is only seen where both are at work.
SWEEPERS = ("sweep_objects", "remove_sources", "complete_arrived")
ACCOUNT = """
INSERT INTO account (id, email, name, language, wants_notices, is_staff, is_active, is_superuser,
  password, created_at)
VALUES ('{id}', '{id}@example.com', '', 'en', true, false, true, false, '!', now())
"""


class ProductWorld:
    """All contexts of the product, with everything that acts in them."""

    def __init__(self, site: Site, taps: Mapping[str, Tap]) -> None:
        self.site, self.schedule = site, site.schedule
        self.actors: list[Actor] = []
        self.people = People(site, self._request)
        if self.people.may_leave:
            taps["auth"].ask(ACCOUNT.format(id=self.people.owners[0]))
        self._reader = Reader(site, taps)
        self._tasks = tasks_of(frozenset(each.name for each in settings.ACTIVE_CONTEXTS))

    def snapshot(self) -> Snapshot:
        """Return what is committed now."""
        return self._reader.snapshot()

    # What may happen

    def actions(self) -> Sequence[Action]:
        """Return what may happen next."""
        seen = self.snapshot()
        return [
            *self._steps(),
            *self._deliveries(),
            *self._relays(seen),
            *self._scheduled(seen),
            *self._work(),
            *self.people.actions(seen),
            *self._weather(),
        ]

    def _steps(self) -> Iterator[Action]:
        for actor in self.actors:
            yield Action(f"{actor.name} goes on", partial(self._for_a_while, actor), 3)
            if self.schedule.weather.death:
                yield Action(f"{actor.name} is killed", partial(self._kill, actor), 0.1)

    def _deliveries(self) -> Iterator[Action]:
        for consumer in self.site.network.waiting():
            yield Action(f"{consumer} hears", partial(self._deliver, consumer), 3)

    def _relays(self, seen: Snapshot) -> Iterator[Action]:
        waiting = {each.context for each in seen.outbox.values() if each.awaited}
        for context in sorted(waiting):
            busy = any(actor.name == f"relay {context}" for actor in self.actors)
            wait_s = self.schedule.choose(WAITS_S)
            relay = partial(self._relay, context, wait_s)
            yield Action(f"relay {context}, {wait_s} s later", relay, 0.2 if busy else 1.2)

    def _scheduled(self, seen: Snapshot) -> Iterator[Action]:
        if seen.videos:
            for task in self._tasks:
                usual = 1.0 if task.name in SWEEPERS else 0.15
                weight = usual if is_needed(task.name, seen) else 0.02
                yield Action(f"task {task.name}", partial(self._run, task), weight)

    def _work(self) -> Iterator[Action]:
        workers = sum(actor.name == "worker" for actor in self.actors)
        if self.site.wake_ups.waiting and workers < MOST_WORKERS:
            yield Action("worker wakes", self._wake_worker, 4)

    def _weather(self) -> Iterator[Action]:
        for seconds, weight in JUMPS:
            jump = partial(self.site.clock.forward, seconds)
            yield Action(f"{seconds:g} s pass", jump, weight * 0.1)
        yield Action("network away or back", self._toggle_network, 0.1)
        if self.site.network.waiting():
            yield Action("network emptied", self._empty_network, 0.1)

    # What happens then

    def _begin(self, name: str, deed: Callable[[], object]) -> Iterator[None]:
        actor = Actor(name, deed)
        self.actors.append(actor)
        return self._for_a_while(actor)

    def _for_a_while(self, actor: Actor) -> Iterator[None]:
        """Go on through some pauses; most come to their end undisturbed."""
        for _ in range(self.schedule.choose(PAUSES)):
            if actor.is_at_work:
                self._go_on(actor)
                yield

    def _go_on(self, actor: Actor) -> None:
        actor.step()
        if not actor.is_at_work:
            self.actors.remove(actor)

    def _kill(self, actor: Actor) -> None:
        self.site.faults.met[f"paused {actor.name}"] += 1
        actor.kill()
        self.actors.remove(actor)

    def _request(self, name: str, deed: Callable[[], object]) -> Iterator[None]:
        return self._begin(f"web {name}", partial(answered, deed))

    def _deliver(self, consumer: str, most: int = 8) -> Iterator[None]:
        """Hear one message, or a handful of those that wait."""
        network = self.site.network
        count = min(len(network.under_way[consumer]), self.schedule.choose((1, 1, 1, 2, most)))
        hand = [network.take(consumer) for _ in range(count)]
        what = opened(hand[0]).type if count == 1 else "several"
        return self._begin(f"{consumer} hears {what}", partial(consume, consumer, *hand))

    def _relay(self, context: str, wait_s: float = 0) -> Iterator[None]:
        self.site.clock.forward(wait_s)
        return self._begin(f"relay {context}", partial(_relay, context))

    def _run(self, task: Task) -> Iterator[None]:
        return self._begin(f"task {task.name}", partial(run_task, task))

    def _wake_worker(self) -> Iterator[None]:
        self.site.wake_ups.waiting -= 1
        return self._begin("worker", partial(_work, extract_frames))

    def _toggle_network(self) -> None:
        self.site.network.is_away = not self.site.network.is_away

    def _empty_network(self) -> None:
        self.site.network.empty()
        self.site.wake_ups.waiting = 0

    # Until nothing is under way

    def settling(self) -> Iterator[None]:
        """Go on without faults until nothing is under way."""
        self.site.network.is_away = False
        yield from self._drained()
        for _ in range(MOST_ROUNDS):
            yield from self._round()
            if self._is_quiet():
                return
            self.site.clock.forward(ROUND_S)

    def outliving_grace(self) -> Iterator[None]:
        """Let the grace pass, and a day where a write or an upload was left unfinished."""
        is_left = some_unfinished(self.snapshot())
        waits = [HOUR_S + 1, DAY_S, HOUR_S + 1] if is_left else [HOUR_S + 1]
        for seconds in waits:
            self.site.clock.forward(seconds)
            yield from self._round()  # what ends now, as by a retention, is swept in the next one
            yield from self.settling()

    def _round(self) -> Iterator[None]:
        for task in self._tasks:
            if is_needed(task.name, self.snapshot()):
                yield from self._run(task)
                yield from self._drained()
        seen = self.snapshot()
        for context in sorted({each.context for each in seen.outbox.values() if each.awaited}):
            yield from self._relay(context)
            yield from self._drained()

    def _drained(self) -> Iterator[None]:
        """Let everybody come to an end who can."""
        while True:
            for actor in tuple(self.actors):
                yield from self._ended(actor)
            hears = self._deliver if self.schedule.weather.sought else self._heard
            for consumer in self.site.network.waiting():
                yield from hears(consumer)
            if self.site.wake_ups.waiting:
                yield from self._wake_worker()
            elif not self.actors and not self.site.network.waiting():
                return

    def _ended(self, actor: Actor) -> Iterator[None]:
        while actor.is_at_work:
            self._go_on(actor)
            yield

    def _heard(self, consumer: str) -> Iterator[None]:
        """Let a consumer hear all that waits, and look afterwards: nobody else acts meanwhile."""
        while count := len(self.site.network.under_way[consumer]):
            hand = [self.site.network.take(consumer) for _ in range(count)]
            consume(consumer, *hand)
        yield

    def _is_quiet(self) -> bool:
        seen = self.snapshot()
        return not (
            any(each.awaited for each in seen.outbox.values())
            or any(each.state in ("queued", "running") for each in seen.jobs.values())
            or any(
                each.state == "uploading" and not each.awaits_sender
                for each in seen.videos.values()
            )
        )


def _relay(context: str) -> None:
    try:
        relay_once(context)
    except (BusUnavailable, Error):
        connections[context].close()


def _work(job: Callable[[], object]) -> None:
    """RQ notes what a job raises, and goes on."""
    try:
        job()
    except (Error, RedisError):
        return


@contextmanager
def prepared() -> Iterator[Worlds]:
    """Prepare a database of this process for many schedules."""
    with cloned(), ExitStack() as stack:
        stack.callback(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(100_000, 20, 20)  # a sixth of the time would go into looking for garbage
        taps = stack.enter_context(tapped(BEGIN))
        prepare(taps)
        stack.enter_context(boundaries())
        yield partial(_world, taps)


@contextmanager
def _world(taps: Mapping[str, Tap], schedule: Schedule, faults: Faults) -> Iterator[ProductWorld]:
    site = Site(schedule, faults)
    days = schedule.choose((None, None, 1, 7))
    with surrounding(site), override_settings(RETENTION_DAYS=days):
        for tap in taps.values():
            tap.join(faults, lambda: site.clock.now)
        world = ProductWorld(site, taps)
        try:
            yield world
        finally:
            for actor in world.actors:
                actor.kill()
