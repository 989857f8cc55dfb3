"""Rung 1: the product's tables and its bus, over memory. See docs/adr/0025."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import OperationalError

from apps.orchestration.saga import Policy as SagaPolicy
from apps.processing.transitions import Policy as JobPolicy
from frameflow.bus.party import Party
from tests.simulation.actors import acting, pause, refuse_the_dead
from tests.simulation.faults import Faults
from tests.simulation.network import Network
from tests.simulation.objects import Objects
from tests.simulation.playing import Breach, Worlds
from tests.simulation.schedule import Action, Schedule
from tests.simulation.snapshot import Snapshot
from tests.simulation.tables.auth import Auth
from tests.simulation.tables.context import Context, Settings
from tests.simulation.tables.doings import Doings
from tests.simulation.tables.download import Download
from tests.simulation.tables.orchestration import Orchestration
from tests.simulation.tables.processing import Processing
from tests.simulation.tables.rest import Rest
from tests.simulation.tables.rows import Database, Gate, Server, Session
from tests.simulation.tables.upload import Upload
from tests.simulation.tables.view import View

STEPS = 150
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
#: How readily an actor is paused before what others can see.
PAUSES = 0.3
CONTEXTS = (Upload, Orchestration, Processing, Download, Auth)


def settings_of(schedule: Schedule) -> Settings:
    """Return the settings of the product; some operators keep files for two days only."""
    retention = schedule.choose((None, timedelta(days=2)))
    return Settings(
        saga=SagaPolicy(deadline=timedelta(hours=24), retention=retention),
        job=JobPolicy(max_tries=5, back_off_s=(5, 25, 125)),
        lease_s=30,
        renew_every_s=10,
        grace_s=3600,
        silence_s=600,
        stale_write_s=24 * 3600,
        retention=retention,
    )


class Danger(Gate):
    """Around each transaction: others may come first; who commits may die, or not be told."""

    def __init__(self, world: "World", faults: Faults) -> None:
        self._world, self._faults = world, faults

    def enter(self, deed: str) -> None:
        refuse_the_dead()
        if deed == "end try" or self._world.may_pause():
            pause()  # a claim is always seen before its end

    def before(self, deed: str) -> None:
        self._faults.before(deed, OperationalError("refused"))

    def after(self, deed: str) -> None:
        self._faults.after(deed, OperationalError("the answer was lost"))


class World:
    """Five contexts, a network, a store and a clock, for one schedule."""

    def __init__(self, schedule: Schedule, faults: Faults) -> None:
        self.schedule = schedule
        self.settings = settings_of(schedule)
        self._now = AT
        self.server = Server(self.clock)
        self.is_settling = False
        self.objects = Objects(faults, self.clock, self.may_pause)
        self.contexts = {each.name: self._made(each, faults) for each in CONTEXTS}
        self.network = Network(schedule, list(self.contexts), self._hears)
        self._types = {
            name: {each.type: hears for each, hears in context.handlers.items()}
            for name, context in self.contexts.items()
        }
        self.parties = {
            name: Party(context.ledger, self.network, self._types[name].get)
            for name, context in self.contexts.items()
        }
        self._view = View(self.contexts, self.objects, self.settings)
        self.doings = Doings(self)
        self._rest = Rest(self.doings)

    def _made(self, kind: type[Context], faults: Faults) -> Context:
        session = Session(Database(self.server, kind.name), Danger(self, faults))
        return kind(session, self.objects, self.settings, self.schedule.dice)

    @property
    def moment(self) -> datetime:
        """Return the moment of the last look at the clock."""
        return self._now

    def clock(self) -> datetime:
        """Return the moment; no two are the same, as in a database."""
        self._now += TICK
        return self._now

    def jump(self, seconds: float) -> None:
        """Put the clock forward."""
        self._now += timedelta(seconds=seconds)
        self.server.jumps += 1
        self.doings.end_sleepers()

    def jump_to_due(self) -> None:
        """Let so much time pass that something becomes due of itself."""
        due = self._rest.next_due()
        if due is not None:
            self.jump(max((due - self._now).total_seconds(), 0))

    def may_pause(self) -> bool:
        """Return whether who acts now may be paused: nobody holds a transaction open meanwhile."""
        if self.is_settling or acting() is None:
            return False
        return self.server.open == 0 and self.schedule.chance(PAUSES)

    def _hears(self, consumer: str, raw: bytes) -> bool:
        type_ = wire_name(raw)
        if type_ == "EVENT_ACK":
            return f'"producer":"{consumer}"}}'.encode() in raw
        return type_ in self._types[consumer]

    def actions(self) -> Sequence[Action]:
        """Return what may happen next."""
        return self.doings.possible()

    def snapshot(self) -> Snapshot:
        """Return what is committed; the same object as long as nothing has changed."""
        return self._view.snapshot()

    def settling(self) -> Iterator[None]:
        """Go on without faults until nothing is under way, within an hour."""
        self.is_settling, self.network.is_away = True, False
        end = self._now + timedelta(hours=1)
        yield from self._rest.all_go_on()
        while True:
            yield from self._rest.until_nothing_moves()
            due = self._rest.next_due()
            if due is None:
                return
            if due > end:
                raise Breach("not quiet within an hour")
            self.jump_to_due()

    def outliving_grace(self) -> Iterator[None]:
        """Let the grace pass twice, and a day."""
        for seconds in (self.settings.grace_s, self.settings.grace_s, 25 * 3600):
            self.jump(seconds + 1)
            yield from self.settling()


def wire_name(raw: bytes) -> str:
    """Return the type of an encoded envelope without opening it."""
    return raw.partition(b'"type":"')[2].partition(b'"')[0].decode()


@contextmanager
def prepared() -> Iterator[Worlds]:
    """Nothing but memory is needed; nobody reads what the product would log of all the faults."""

    @contextmanager
    def world(schedule: Schedule, faults: Faults) -> Iterator[World]:
        yield World(schedule, faults)

    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield world
    finally:
        logging.disable(disabled)
