"""What stands around the product in one schedule: clock, network, store, wake-ups, engine.

The product finds them where it finds its own: by its settings, and by the names at its boundaries.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.test.utils import override_settings
from redis.exceptions import ConnectionError as RedisAway

from frameflow.bus.backends import backend
from frameflow.bus.consumer import _keep_failure
from frameflow.bus.party import Party
from frameflow.bus.registry import handler_of
from frameflow.contracts import Envelope, EventAck, ExtractionProgressed
from frameflow.storage import store
from tests.simulation.actors import refuse_the_dead
from tests.simulation.faults import Faults
from tests.simulation.network import Network
from tests.simulation.objects import Objects
from tests.simulation.product import engine
from tests.simulation.product.failures import is_expected
from tests.simulation.product.taps import in_transaction
from tests.simulation.schedule import Schedule

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HEARD_PROGRESS = 0.2
#: Told as errors, for somebody to look, but to be expected where all goes wrong.
EXPECTED = (
    "relay.not_acknowledged",
    "consumer.keeps_failing",
    "saga.overdue",
    "job.lease_not_taken_back",
)
HERE = "tests.simulation.product.site"


class Clock:
    """The one clock of the world: the databases', and what services are told as `at`."""

    def __init__(self) -> None:
        self.now = BEGIN

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """Return the seconds since the beginning."""
        return (self.now - BEGIN).total_seconds()


class WakeUps:
    """The queue of RQ: it has a length, may forget, and may be away."""

    def __init__(self, schedule: Schedule, network: Network) -> None:
        self._schedule, self._network = schedule, network
        self.waiting = 0

    def enqueue(self, *what: object, **how: object) -> None:
        """Take in a wake-up."""
        refuse_the_dead()
        self._refuse_away()
        if not self._schedule.chance(self._schedule.weather.loss):
            self.waiting += 1

    def __len__(self) -> int:
        self._refuse_away()
        return self.waiting

    def _refuse_away(self) -> None:
        if self._network.is_away:
            raise RedisAway("the queue is away")


class Site:
    """The surroundings of one schedule."""

    def __init__(self, schedule: Schedule, faults: Faults) -> None:
        self.schedule, self.faults = schedule, faults
        self.clock = Clock()
        aliases = [each.alias for each in settings.ACTIVE_CONTEXTS]
        self.network = Network(schedule, aliases, self.hears)
        self.objects = Objects(faults, lambda: self.clock.now, lambda: not in_transaction())
        self.wake_ups = WakeUps(schedule, self.network)
        self.bytes_drawn = schedule.dice.randbytes
        #: What was logged as an error.
        self.alarms: list[str] = []
        #: Videos whose sender was told that all bytes are here: the SHA-256 of what was sent.
        self.arrived: dict[UUID, str] = {}

    def hears(self, consumer: str, raw: bytes) -> bool:
        """Return whether a context takes notice of a message. Progress, on which nothing depends,
        is mostly left out: it would take the time of what is to be shown."""
        envelope = opened(raw)
        if envelope.type == EventAck.type:
            return bool(envelope.payload["producer"] == consumer)
        if handler_of(consumer, envelope.type) is None:
            return False
        return envelope.type != ExtractionProgressed.type or self.schedule.chance(HEARD_PROGRESS)


opened = lru_cache(maxsize=256)(Envelope.decode)


_now: list[Site] = []


def present() -> Site:
    """Return the surroundings of the schedule that is played."""
    return _now[-1]


def network() -> Network:
    """What `EVENT_BUS` names."""
    return present().network


def objects() -> Objects:
    """What `OBJECT_STORE` names."""
    return present().objects


@contextmanager
def surrounding(site: Site) -> Iterator[None]:
    """Let the product stand in these surroundings."""
    _now.append(site)
    _forget()
    try:
        with patch("apps.upload.receiving.digests._kept", OrderedDict()):
            yield
    finally:
        _now.pop()
        _forget()


def _forget() -> None:
    store.cache_clear()
    backend.cache_clear()


def keep_failure(party: Party, envelope: Envelope, error: Exception) -> None:
    """Note what a handler raises that it should not, also where it succeeds the next time."""
    if not is_expected(error):
        what = f"{party.name} at {envelope.type}: {error!r}"
        present().alarms.append(f"consumer.failed {what}")
    _keep_failure(party, envelope, error)


class Alarms(logging.Handler):
    """Notes what the product calls an error."""

    def emit(self, record: logging.LogRecord) -> None:
        event = record.msg["event"] if isinstance(record.msg, dict) else record.getMessage()
        if event not in EXPECTED:
            present().alarms.append(f"{event} {record.msg if record.exc_info is None else ''}")


@contextmanager
def listening() -> Iterator[None]:
    """Hear nothing of the log but errors."""
    root = logging.getLogger()
    logging.disable(logging.WARNING)
    with patch.object(root, "handlers", [Alarms()]):
        yield
    logging.disable(logging.NOTSET)


@contextmanager
def boundaries() -> Iterator[None]:
    """Put ours in the place of the engine, of RQ's queue, of Python's clock and of its dice."""
    time = SimpleNamespace(monotonic=lambda: present().clock.monotonic())
    replaced = {
        "apps.processing.jobs.producing.extract": engine.extract,
        "apps.processing.jobs.wakeups.queue": lambda: present().wake_ups,
        "apps.processing.jobs.keeping.time": time,
        "apps.processing.jobs.telling.time": time,
        "apps.upload.receiving.incoming.time": time,
        "apps.upload.receiving.pieces.time": time,
        "frameflow.bus.consumer.time": time,
        "frameflow.bus.consumer._keep_failure": keep_failure,
        "django.utils.timezone.now": lambda: present().clock.now,
        "os.urandom": lambda length: present().bytes_drawn(length),
    }
    with ExitStack() as stack:
        stack.enter_context(
            override_settings(
                EVENT_BUS={"default": {"BACKEND": f"{HERE}.network"}},
                OBJECT_STORE={"BACKEND": f"{HERE}.objects"},
                EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
            )
        )
        stack.enter_context(listening())
        for name, ours in replaced.items():
            stack.enter_context(patch(name, ours))
        yield
