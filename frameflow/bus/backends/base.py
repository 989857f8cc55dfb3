"""The port of the bus: publish, subscribe, ack."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Delivery:
    """One message as it arrived; `token` is what the transport needs to acknowledge it.

    `more_at_hand` says that the next one is there already, so that both may be dealt with together.
    """

    raw: bytes
    token: str = ""
    more_at_hand: bool = False


def gathered(deliveries: Iterable[Delivery], most: int) -> Iterator[list[Delivery]]:
    """Put together what arrived together, at most so many; never wait for one more."""
    hand: list[Delivery] = []
    for delivery in deliveries:
        hand.append(delivery)
        if not delivery.more_at_hand or len(hand) == most:
            yield hand
            hand = []
    if hand:
        yield hand


class BaseBackend(ABC):
    """A transport. It says what it cannot do, so that a system check can warn."""

    #: Keeps a message for a subscriber that is away.
    is_durable: bool = False
    #: A consumer with a new name hears what was published before it came.
    supports_replay: bool = False

    @abstractmethod
    def publish(self, messages: Sequence[bytes]) -> None:
        """Send messages to every consumer; `BusUnavailable` when the transport is away."""

    @abstractmethod
    def subscribe(self, consumer: str, stop: threading.Event) -> Iterator[Delivery]:
        """Yield messages for a consumer until `stop` is set, looking at it at least each second;
        `BusUnavailable` when the transport goes away. Subscribers with one name may share them."""

    def ack(self, consumer: str, *deliveries: Delivery) -> None:
        """Tell the transport that deliveries were handled; nothing where it forgets at once."""
        return None

    def watch(self, stop: threading.Event) -> Iterator[bytes]:
        """Yield every message from now on, to everybody who watches, kept for nobody; else like
        `subscribe`. A transport that keeps something for its subscribers has another way."""
        for delivery in self.subscribe("", stop):
            yield delivery.raw

    @abstractmethod
    def ping(self) -> None:
        """Raise `BusUnavailable` when the transport does not answer."""
