"""How the world comes to rest: what a living system does of itself, until nothing is left."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from apps.processing.transitions import JobState
from apps.upload.transitions import VideoState
from tests.simulation.actors import Actor
from tests.simulation.tables.doings import Doings

Deed = Callable[[], object]
LITTLE = timedelta(milliseconds=1)


class Rest:
    """Does what is due, without faults."""

    def __init__(self, doings: Doings) -> None:
        self._doings, self._world = doings, doings.world
        self._silence = timedelta(seconds=self._world.settings.silence_s)

    def all_go_on(self) -> Iterator[None]:
        """Let everybody who is at work do so to the end."""
        for actor in self._doings.at_work:
            yield from _to_the_end(actor)
        self._doings.at_work = []

    def until_nothing_moves(self) -> Iterator[None]:
        """Do all that is due, and what follows from it, until nothing changes."""
        before = None
        while before is not (now := self._world.snapshot()):
            before = now
            for sweep in self._doings.clockwork.sweeps:
                if sweep.has_work():
                    yield from _to_the_end(Actor(sweep.name, sweep.do))
            yield from self._move_messages()
            while self._doings.jobs.wake_ups:
                yield from _to_the_end(Actor("worker", self._doings.work))

    def _move_messages(self) -> Iterator[None]:
        for name in self._world.parties:
            if self._doings.has_due(name):
                yield from _to_the_end(Actor(f"relay {name}", partial(self._doings.relay, name)))
        for consumer, waiting in self._world.network.under_way.items():
            hear = partial(self._doings.hear, consumer)
            while waiting:
                yield from _to_the_end(Actor(f"hear at {consumer}", hear))

    def next_due(self) -> datetime | None:
        """Return when something is due of itself that is still under way; None where nothing is."""
        return min(self._dues(), default=None)

    def _dues(self) -> Iterator[datetime]:
        for context in self._world.contexts.values():
            for kept in context.session.all("outbox"):
                if not kept.is_done:
                    yield kept.next_attempt_at
        for row in self._rows("processing", "job"):
            if row.job.state is JobState.QUEUED:
                yield row.due_at
            elif row.job.state is JobState.RUNNING and row.lease_until is not None:
                yield row.lease_until + LITTLE
        for video in self._rows("upload", "video"):
            if video.state is VideoState.UPLOADING:
                yield video.active_at + self._silence + LITTLE

    def _rows(self, context: str, table: str) -> list[Any]:
        return self._world.contexts[context].session.all(table)


def _to_the_end(actor: Actor) -> Iterator[None]:
    while actor.is_at_work:
        actor.step()
        yield
