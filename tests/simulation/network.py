"""The transport that loses, doubles, delays and reorders, and can be emptied."""

import threading
from collections.abc import Callable, Iterator, Sequence

from frameflow.bus.backends.base import BaseBackend, Delivery
from frameflow.bus.exceptions import BusUnavailable
from tests.simulation.actors import refuse_the_dead
from tests.simulation.schedule import Schedule

#: Whether a consumer would take notice of a message.
Hears = Callable[[str, bytes], bool]


class Network(BaseBackend):
    """What is under way to each consumer, in no order. Delay is that a message is not taken yet."""

    def __init__(self, schedule: Schedule, consumers: Sequence[str], hears: Hears) -> None:
        self.schedule, self.hears = schedule, hears
        self.is_away = False
        self.under_way: dict[str, list[bytes]] = {each: [] for each in consumers}

    def publish(self, messages: Sequence[bytes]) -> None:
        refuse_the_dead()
        self.ping()
        for message in messages:
            for consumer, waiting in self.under_way.items():
                if self.hears(consumer, message):
                    waiting.extend([message] * self._copies())

    def _copies(self) -> int:
        weather = self.schedule.weather
        if self.schedule.chance(weather.loss):
            return 0
        return 2 if self.schedule.chance(weather.doubling) else 1

    def take(self, consumer: str) -> bytes:
        """Return one of the messages under way to a consumer, any of them."""
        waiting = self.under_way[consumer]
        return waiting.pop(self.schedule.dice.randrange(len(waiting)))

    def waiting(self) -> list[str]:
        """Return the consumers to whom something is under way."""
        return [consumer for consumer, waiting in self.under_way.items() if waiting]

    def empty(self) -> None:
        """Lose everything that is under way, as when Redis is killed and forgets."""
        for waiting in self.under_way.values():
            waiting.clear()

    def subscribe(self, consumer: str, stop: threading.Event) -> Iterator[Delivery]:
        while self.under_way[consumer] and not stop.is_set():
            yield Delivery(self.take(consumer))

    def ping(self) -> None:
        if self.is_away:
            raise BusUnavailable("the network is away")
