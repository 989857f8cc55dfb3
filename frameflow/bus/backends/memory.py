"""Inside one process: for tests and for trying things out."""

import queue
import threading
from collections.abc import Iterator, Sequence

from frameflow.bus.backends.base import BaseBackend, Delivery

LOOK_EVERY_S = 0.05


class MemoryBackend(BaseBackend):
    """Delivers to the subscribers of this process, and records what was published."""

    def __init__(self) -> None:
        self.published: list[bytes] = []
        self._subscribers: list[queue.SimpleQueue[bytes]] = []
        self._lock = threading.Lock()

    def publish(self, messages: Sequence[bytes]) -> None:
        with self._lock:
            self.published.extend(messages)
            for subscriber in self._subscribers:
                for message in messages:
                    subscriber.put(message)

    def subscribe(self, consumer: str, stop: threading.Event) -> Iterator[Delivery]:
        mine: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        with self._lock:
            self._subscribers.append(mine)
        try:
            while not stop.is_set():
                try:
                    raw = mine.get(timeout=LOOK_EVERY_S)
                except queue.Empty:
                    continue
                yield Delivery(raw, more_at_hand=not mine.empty())
        finally:
            with self._lock:
                self._subscribers.remove(mine)

    def take(self) -> list[bytes]:
        """Return what was published since the last call, and forget it."""
        with self._lock:
            taken, self.published = self.published, []
            return taken

    def ping(self) -> None:
        return None
